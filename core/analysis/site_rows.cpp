// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/site_rows.h"

#include "core/analysis/call_tree.h"

#include <algorithm>
#include <map>

namespace heaptoll {
namespace {

const ValueType kBytes { Metric::Custom, "range", "bytes" };

/// Values of one column of the range per site, merged into the rows by site.
class RowMerger {
public:
    explicit RowMerger(const Profile& profile)
        : m_profile(profile)
    { }

    template<typename Set>
    void add(const std::vector<std::int64_t>& self, Set&& set)
    {
        if (self.empty()) {
            return;
        }
        const TopTable table = topTable(m_profile, self, kBytes, GroupBy::Function, RuntimeFrames::Fold);
        for (const TopRow& row : table.rows) {
            SiteRow& target = m_rows[row.name];
            if (target.site == Site {}) {
                target.site = row.site;
            }
            set(target, row);
        }
    }

    std::vector<SiteRow> take()
    {
        std::vector<SiteRow> rows;
        for (auto& [name, row] : m_rows) {
            // Callers that allocate nothing themselves are no sites.
            if (row.liveBytes != 0 || row.deltaBytes.value_or(0) != 0 || row.allocatedBytes.value_or(0) != 0) {
                rows.push_back(std::move(row));
            }
        }
        return rows;
    }

private:
    const Profile& m_profile;
    std::map<std::string, SiteRow> m_rows;
};

bool isSameFunction(const Site& a, const Site& b)
{
    return a.function.empty() ? a == b : a.function == b.function;
}

void addGrowth(const GrowthReport& growth, std::vector<SiteRow>& rows)
{
    for (SiteRow& row : rows) {
        const auto it = std::ranges::find_if(
            growth.sites, [&row](const SiteGrowth& grown) { return isSameFunction(grown.site, row.site); });
        if (it != growth.sites.end()) {
            row.site = it->site;
            row.bytesPerHour = it->bytesPerHour;
            row.growthClass = it->growthClass;
            row.bytesAt = it->bytesAt;
        }
    }
}

/// True for the blamed place, and for the wrapper that allocates for it.
bool isAbout(const Finding& finding, const Site& site)
{
    if (!finding.blame) {
        return false;
    }
    const auto isIt = [&site](const Site& other) { return isSameFunction(other, site); };
    const auto blamed = std::ranges::find(finding.stack, *finding.blame);
    return isIt(*finding.blame) || std::find_if(finding.stack.begin(), blamed, isIt) != blamed;
}

} // namespace

std::vector<SiteRow> siteRows(const WorkspaceAnalysis& analysis, const RangeView& range)
{
    if (!range.profile) {
        return {};
    }
    RowMerger merger(*range.profile);
    merger.add(range.liveAtEnd, [](SiteRow& row, const TopRow& top) {
        row.liveBytes = top.self;
        row.totalBytes = top.total;
    });
    merger.add(range.liveDelta, [](SiteRow& row, const TopRow& top) { row.deltaBytes = top.self; });
    merger.add(range.allocated, [](SiteRow& row, const TopRow& top) { row.allocatedBytes = top.self; });
    merger.add(range.objectsAtEnd, [](SiteRow& row, const TopRow& top) { row.liveObjects = top.self; });
    std::vector<SiteRow> rows = merger.take();
    const ServiceView* const view = analysis.service(range.service);
    if (view != nullptr && view->growth) {
        addGrowth(*view->growth, rows);
    }
    for (SiteRow& row : rows) {
        // a site without a stack in a column has nothing of it; a range without the column tells nothing
        const auto zeroIn = [](const std::vector<std::int64_t>& self, std::optional<std::int64_t>& value) {
            value = self.empty() ? std::nullopt : std::optional(value.value_or(0));
        };
        zeroIn(range.liveDelta, row.deltaBytes);
        zeroIn(range.allocated, row.allocatedBytes);
        zeroIn(range.objectsAtEnd, row.liveObjects);
        if (range.moneyPerByteMonth) {
            row.costPerMonth = Decimal::fromDouble(static_cast<double>(row.liveBytes) * *range.moneyPerByteMonth);
        }
        const auto it = std::ranges::find_if(analysis.findings,
            [&](const Finding& finding) { return finding.service == range.service && isAbout(finding, row.site); });
        row.findingId = it == analysis.findings.end() ? std::string() : it->id;
    }
    std::ranges::stable_sort(rows, [](const SiteRow& a, const SiteRow& b) {
        return a.liveBytes != b.liveBytes ? a.liveBytes > b.liveBytes : a.site < b.site;
    });
    return rows;
}

} // namespace heaptoll
