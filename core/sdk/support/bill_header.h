// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"

#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

[[nodiscard]] std::string lowerAscii(std::string_view text);
[[nodiscard]] std::string_view trimSpace(std::string_view text);

/// Names of a header as columns are kept under: trimmed, valid UTF-8, "column 7" where there is none. A name
/// that was there before becomes "" (its column is not read) and an issue: two columns of money under one
/// name may not be added.
[[nodiscard]] std::vector<std::string> columnNames(const CsvHeader& header, const BillPart& part);

/// Position of a name, upper and lower case alike; names.size() = absent.
[[nodiscard]] std::size_t findColumn(const std::vector<std::string>& names, std::string_view name);

/// Sorts tags of one row into the sink: of tags with the same key the last wins. Returns the keys that were
/// there twice.
struct TagList {
    std::vector<std::pair<std::string, std::string>> tags;
    [[nodiscard]] std::vector<std::string> takeDuplicates();
    [[nodiscard]] LabelSetId intern(CostSink& sink) const;
};

} // namespace heaptoll::sdk
