// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <concepts>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

/// Writes RFC 4180 tables: CRLF line ends, quotes where needed, exact numbers, empty cell = unknown.
class CsvWriter {
public:
    CsvWriter() = default;
    CsvWriter(std::initializer_list<std::string_view> header);

    CsvWriter& cell(std::string_view text);
    CsvWriter& cell(Decimal value) { return cell(value.toString()); }
    CsvWriter& cell(double value);
    CsvWriter& cell(bool value) { return cell(std::string_view(value ? "true" : "false")); }
    CsvWriter& cell(const char* text) { return cell(std::string_view(text)); }
    CsvWriter& cell(const std::string& text) { return cell(std::string_view(text)); }
    CsvWriter& cell(std::integral auto value) { return cell(std::string_view(std::to_string(value))); }
    template<typename T>
    CsvWriter& cell(const std::optional<T>& value)
    {
        return value ? cell(*value) : cell(std::string_view {});
    }
    CsvWriter& endRow();
    [[nodiscard]] std::string take() { return std::move(m_text); }

private:
    std::string m_text;
    bool m_rowIsEmpty = true;
};

} // namespace heaptoll
