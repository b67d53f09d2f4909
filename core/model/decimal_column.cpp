// SPDX-License-Identifier: Apache-2.0
#include "core/model/decimal_column.h"

#include <algorithm>
#include <limits>

namespace heaptoll {
namespace {

constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers {};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

std::int64_t power(int exponent) { return kPowers[static_cast<std::size_t>(exponent)]; }

/// The smallest scale that holds a value exactly, looked for from the scale its neighbours have.
int scaleOf(Int128 attos, int hint)
{
    int scale = hint;
    while (scale < Decimal::kScale && attos % power(Decimal::kScale - scale) != 0) {
        ++scale;
    }
    return scale;
}

} // namespace

DecimalColumn::Chunk& DecimalColumn::open()
{
    if (m_chunks.empty() || m_chunks.back().size == kChunk) {
        m_chunks.emplace_back();
    }
    return m_chunks.back();
}

void DecimalColumn::begin(Chunk& chunk, int scale)
{
    chunk.store = Store::Int64;
    chunk.scale = scale;
    chunk.unit = power(Decimal::kScale - scale);
    chunk.narrow.assign(chunk.size, 0);
    if (chunk.size > 0) {
        chunk.unknown.assign(chunk.size, 1);
    }
}

void DecimalColumn::widen(Chunk& chunk)
{
    chunk.wide.reserve(chunk.narrow.size());
    for (const std::int64_t value : chunk.narrow) {
        chunk.wide.push_back(Decimal::fromAttos(Int128 { value } * chunk.unit));
    }
    std::vector<std::int64_t>().swap(chunk.narrow);
    chunk.store = Store::Wide;
}

void DecimalColumn::rescale(Chunk& chunk, int scale)
{
    const std::int64_t factor = power(scale - chunk.scale);
    const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / factor;
    if (std::ranges::any_of(chunk.narrow, [limit](std::int64_t v) { return v > limit || v < -limit; })) {
        widen(chunk);
        return;
    }
    for (std::int64_t& value : chunk.narrow) {
        value *= factor;
    }
    chunk.scale = scale;
    chunk.unit = power(Decimal::kScale - scale);
}

void DecimalColumn::pushNarrow(Chunk& chunk, std::span<const std::int64_t> values, int scale)
{
    if (chunk.store == Store::None) {
        begin(chunk, scale);
    }
    if (chunk.store == Store::Int64 && scale > chunk.scale) {
        rescale(chunk, scale);
    }
    if (chunk.store == Store::Int64) {
        const std::int64_t factor = power(chunk.scale - scale);
        const std::int64_t limit = std::numeric_limits<std::int64_t>::max() / factor;
        if (std::ranges::any_of(values, [limit](std::int64_t v) { return v > limit || v < -limit; })) {
            widen(chunk);
        } else if (factor == 1) {
            chunk.narrow.insert(chunk.narrow.end(), values.begin(), values.end());
        } else {
            std::ranges::transform(
                values, std::back_inserter(chunk.narrow), [factor](auto v) { return v * factor; });
        }
    }
    if (chunk.store == Store::Wide) {
        for (const std::int64_t value : values) {
            chunk.wide.push_back(Decimal::fromAttos(Int128 { value } * power(Decimal::kScale - scale)));
        }
    }
}

void DecimalColumn::markUnknown(Chunk& chunk, std::size_t rows, bool isUnknown)
{
    if (isUnknown && chunk.unknown.empty()) {
        chunk.unknown.assign(chunk.size, 0);
    }
    if (isUnknown || !chunk.unknown.empty()) {
        chunk.unknown.resize(chunk.size + rows, isUnknown ? 1 : 0);
    }
}

void DecimalColumn::close(Chunk& chunk)
{
    if (chunk.size < kChunk || chunk.store != Store::Int64) {
        return;
    }
    const auto fits = [](std::int64_t v) {
        return v >= std::numeric_limits<std::int32_t>::min() && v <= std::numeric_limits<std::int32_t>::max();
    };
    if (std::ranges::all_of(chunk.narrow, fits)) {
        chunk.small.assign(chunk.narrow.begin(), chunk.narrow.end());
        std::vector<std::int64_t>().swap(chunk.narrow);
        chunk.store = Store::Int32;
    } else {
        chunk.narrow.shrink_to_fit();
    }
}

void DecimalColumn::append(Decimal value)
{
    Chunk& chunk = open();
    if (chunk.store != Store::Wide) {
        const int scale = scaleOf(value.attos(), chunk.store == Store::None ? 0 : chunk.scale);
        const Int128 units = value.attos() / power(Decimal::kScale - scale);
        if (units > std::numeric_limits<std::int64_t>::max()
            || units < -std::numeric_limits<std::int64_t>::max()) {
            if (chunk.store == Store::None) {
                begin(chunk, scale);
            }
            widen(chunk);
        } else {
            const auto narrow = static_cast<std::int64_t>(units);
            pushNarrow(chunk, { &narrow, 1 }, scale);
        }
    } else {
        chunk.wide.push_back(value);
    }
    if (chunk.store == Store::Wide && chunk.wide.size() == chunk.size) {
        chunk.wide.push_back(value);
    }
    markUnknown(chunk, 1, false);
    ++chunk.size;
    ++m_size;
    close(chunk);
}

void DecimalColumn::appendUnknown(std::size_t rows)
{
    m_unknownCount += rows;
    m_size += rows;
    while (rows > 0) {
        Chunk& chunk = open();
        const std::size_t count = std::min(rows, kChunk - chunk.size);
        if (chunk.store != Store::None) {
            markUnknown(chunk, count, true);
        }
        if (chunk.store == Store::Int64) {
            chunk.narrow.resize(chunk.size + count);
        } else if (chunk.store == Store::Wide) {
            chunk.wide.resize(chunk.size + count);
        }
        chunk.size += count;
        rows -= count;
        close(chunk);
    }
}

void DecimalColumn::appendNarrow(
    std::span<const std::int64_t> values, int scale, std::span<const std::uint8_t> isUnknown)
{
    const auto unknowns = static_cast<std::size_t>(std::ranges::count(isUnknown, 1));
    if (unknowns == values.size()) {
        appendUnknown(values.size());
        return;
    }
    std::size_t done = 0;
    while (done < values.size()) {
        Chunk& chunk = open();
        const std::size_t count = std::min(values.size() - done, kChunk - chunk.size);
        pushNarrow(chunk, values.subspan(done, count), scale);
        markUnknown(chunk, 0, unknowns > 0);
        if (unknowns > 0) {
            chunk.unknown.insert(chunk.unknown.end(), isUnknown.begin() + static_cast<std::ptrdiff_t>(done),
                isUnknown.begin() + static_cast<std::ptrdiff_t>(done + count));
        } else {
            markUnknown(chunk, count, false);
        }
        chunk.size += count;
        done += count;
        close(chunk);
    }
    m_size += values.size();
    m_unknownCount += unknowns;
}

std::size_t DecimalColumn::memoryBytes() const
{
    std::size_t bytes = 0;
    for (const Chunk& chunk : m_chunks) {
        bytes += chunk.small.capacity() * 4 + chunk.narrow.capacity() * 8
            + chunk.wide.capacity() * sizeof(Decimal) + chunk.unknown.capacity();
    }
    return bytes;
}

} // namespace heaptoll
