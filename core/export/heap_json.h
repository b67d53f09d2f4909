// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/call_tree.h"
#include "core/analysis/growth.h"
#include "core/export/json_common.h"
#include "core/import/import.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// heaptoll.inspect/1: what every file is, and what its own tool would print first.
[[nodiscard]] std::string inspectJson(const std::vector<ImportedFile>& files, const ReportSources& sources);

/// Rows of one profile by group. The rows are already filtered; limit 0 = all.
struct TopReport {
    TopTable table;
    GroupBy by = GroupBy::Function;
    std::size_t limit = 0;
    bool isPartial = false;
};
[[nodiscard]] std::string topJson(const TopReport& report, const ReportSources& sources);
[[nodiscard]] std::string topCsv(const TopReport& report);

/// A call tree with the name of what it shows.
struct FlameReport {
    CallTree tree;
    ValueType type;
    std::string title; ///< the file it was read from
    bool isPartial = false;
};
/// Flat, so that readers need no recursion: nodes in tree order, parent is the index of a node, the root has none.
[[nodiscard]] std::string flameJson(const FlameReport& report, const ReportSources& sources);

struct DiffReport {
    std::vector<DiffRow> rows; ///< filtered
    ValueType type;
    GroupBy by = GroupBy::Function;
    std::optional<std::int64_t> totalBefore;
    std::optional<std::int64_t> totalAfter;
    std::size_t limit = 0;
    bool isPartial = false;
};
[[nodiscard]] std::string diffJson(const DiffReport& report, const ReportSources& sources);
[[nodiscard]] std::string diffCsv(const DiffReport& report);

/// Growth of one service; sites are filtered.
struct ServiceGrowth {
    std::string service;
    GrowthReport growth;
    bool isPartial = false;
    std::string source; ///< path of the recording; empty = a series
};
/// The first service is the document's own; the others are listed under "others". services must not be empty.
[[nodiscard]] std::string growthJson(
    const std::vector<ServiceGrowth>& services, const ReportSources& sources, std::size_t limit);
[[nodiscard]] std::string growthCsv(const std::vector<ServiceGrowth>& services, std::size_t limit);

/// Rows to show: all for limit 0.
[[nodiscard]] constexpr std::size_t shownRows(std::size_t rows, std::size_t limit)
{
    return limit == 0 || rows < limit ? rows : limit;
}
/// The unit of a value column as the file names it, "bytes" or "count" where it does not.
[[nodiscard]] std::string unitName(const ValueType& type);

} // namespace heaptoll
