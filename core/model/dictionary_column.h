// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/hash.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <span>
#include <type_traits>
#include <vector>

namespace heaptoll {

/// A column of values with few distinct ones: each value is stored once, rows hold codes of one or two bytes.
/// Beyond 65,536 distinct values the dictionary would cost more than it saves: the rows then hold the values
/// themselves. Value is trivially copyable and at most 8 bytes; Value{} is code 0. Rows can only be appended.
template<typename Value>
class DictionaryColumn {
public:
    class Iterator {
    public:
        using value_type = Value;
        using reference = Value;
        using pointer = void;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::random_access_iterator_tag;

        Iterator() = default;
        Iterator(const DictionaryColumn* column, difference_type row)
            : m_column(column)
            , m_row(row)
        { }
        Value operator*() const { return (*m_column)[static_cast<std::size_t>(m_row)]; }
        Value operator[](difference_type n) const { return *(*this + n); }
        Iterator& operator++() { return *this += 1; }
        Iterator& operator--() { return *this += -1; }
        Iterator operator++(int)
        {
            const Iterator old = *this;
            ++*this;
            return old;
        }
        Iterator operator--(int)
        {
            const Iterator old = *this;
            --*this;
            return old;
        }
        Iterator& operator+=(difference_type n)
        {
            m_row += n;
            return *this;
        }
        Iterator& operator-=(difference_type n) { return *this += -n; }
        friend Iterator operator+(Iterator it, difference_type n) { return it += n; }
        friend Iterator operator+(difference_type n, Iterator it) { return it += n; }
        friend Iterator operator-(Iterator it, difference_type n) { return it -= n; }
        friend difference_type operator-(Iterator a, Iterator b) { return a.m_row - b.m_row; }
        friend bool operator==(Iterator a, Iterator b) { return a.m_row == b.m_row; }
        friend auto operator<=>(Iterator a, Iterator b) { return a.m_row <=> b.m_row; }

    private:
        const DictionaryColumn* m_column = nullptr;
        difference_type m_row = 0;
    };
    using value_type = Value;

    DictionaryColumn() = default;
    DictionaryColumn(const std::vector<Value>& values)
    {
        append(values);
    } // NOLINT(google-explicit-constructor)
    DictionaryColumn(std::initializer_list<Value> values) { append({ values.begin(), values.size() }); }

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    [[nodiscard]] Value operator[](std::size_t row) const
    {
        switch (m_width) {
        case Width::One: return m_dictionary[m_codes8[row]];
        case Width::Two: return m_dictionary[m_codes16[row]];
        case Width::Raw: break;
        }
        return m_raw[row];
    }
    [[nodiscard]] Value front() const { return (*this)[0]; }
    [[nodiscard]] Value back() const { return (*this)[m_size - 1]; }
    [[nodiscard]] Iterator begin() const { return { this, 0 }; }
    [[nodiscard]] Iterator end() const { return { this, static_cast<std::ptrdiff_t>(m_size) }; }

    void push_back(Value value) { append({ &value, 1 }); }
    void append(std::span<const Value> values)
    {
        std::size_t done = 0;
        while (done < values.size()) {
            done += appendSome(values.subspan(done));
        }
        m_size += values.size();
    }
    /// Fills up with Value{}; never shrinks.
    void resize(std::size_t size)
    {
        static constexpr std::size_t kBlock = 4096;
        const std::vector<Value> blanks(size > m_size ? std::min(size - m_size, kBlock) : 0);
        while (m_size < size) {
            append(std::span(blanks).first(std::min(blanks.size(), size - m_size)));
        }
    }

    /// True when rows are codes into dictionary(): a group-by can then work on codes.
    [[nodiscard]] bool hasCodes() const { return m_width != Width::Raw; }
    [[nodiscard]] std::span<const Value> dictionary() const { return m_dictionary; }
    /// Precondition: hasCodes().
    [[nodiscard]] std::uint32_t code(std::size_t row) const
    {
        return m_width == Width::One ? m_codes8[row] : m_codes16[row];
    }

private:
    enum class Width : std::uint8_t { One, Two, Raw };
    static constexpr std::size_t kMaxDictionary = 65'536;

    static std::uint64_t bits(Value value)
    {
        if constexpr (std::is_integral_v<Value>) {
            return value;
        } else {
            return std::bit_cast<std::uint64_t>(value);
        }
    }

    /// Appends until the codes must become wider; returns how many went in.
    std::size_t appendSome(std::span<const Value> values)
    {
        if (m_width == Width::Raw) {
            m_raw.insert(m_raw.end(), values.begin(), values.end());
            return values.size();
        }
        const std::size_t limit = m_width == Width::One ? 256 : kMaxDictionary;
        std::uint32_t lastCode = 0;
        Value last {};
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (!(values[i] == last)) {
                lastCode = codeOf(values[i]);
                last = values[i];
            }
            if (lastCode >= limit) {
                widen();
                return i;
            }
            if (m_width == Width::One) {
                m_codes8.push_back(static_cast<std::uint8_t>(lastCode));
            } else {
                m_codes16.push_back(static_cast<std::uint16_t>(lastCode));
            }
        }
        return values.size();
    }

    void widen()
    {
        if (m_width == Width::One) {
            m_codes16.assign(m_codes8.begin(), m_codes8.end());
            std::vector<std::uint8_t>().swap(m_codes8);
            m_width = Width::Two;
            return;
        }
        m_raw.reserve(m_codes16.size());
        for (const std::uint16_t code : m_codes16) {
            m_raw.push_back(m_dictionary[code]);
        }
        std::vector<std::uint16_t>().swap(m_codes16);
        std::vector<Value>().swap(m_dictionary);
        std::vector<std::uint32_t>().swap(m_slots);
        m_width = Width::Raw;
    }

    std::uint32_t codeOf(Value value)
    {
        if (bits(value) == 0) {
            return 0;
        }
        if (m_dictionary.size() * 2 > m_slots.size()) {
            grow();
        }
        const std::size_t mask = m_slots.size() - 1;
        for (std::size_t at = mixHash(bits(value)) & mask;; at = (at + 1) & mask) {
            const std::uint32_t code = m_slots[at];
            if (code == 0) {
                m_slots[at] = static_cast<std::uint32_t>(m_dictionary.size());
                m_dictionary.push_back(value);
                return m_slots[at];
            }
            if (m_dictionary[code] == value) {
                return code;
            }
        }
    }

    void grow()
    {
        m_slots.assign(std::max<std::size_t>(16, m_slots.size() * 2), 0);
        const std::size_t mask = m_slots.size() - 1;
        for (std::uint32_t code = 1; code < m_dictionary.size(); ++code) {
            std::size_t at = mixHash(bits(m_dictionary[code])) & mask;
            while (m_slots[at] != 0) {
                at = (at + 1) & mask;
            }
            m_slots[at] = code;
        }
    }

    Width m_width = Width::One;
    std::size_t m_size = 0;
    std::vector<Value> m_dictionary { Value {} };
    std::vector<std::uint32_t> m_slots; ///< open addressing over the dictionary, 0 = free
    std::vector<std::uint8_t> m_codes8;
    std::vector<std::uint16_t> m_codes16;
    std::vector<Value> m_raw;
};

} // namespace heaptoll
