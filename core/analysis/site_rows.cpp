// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/site_rows.h"

#include "core/analysis/call_tree.h"
#include "core/analysis/trie_walk.h"

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

/// What places of one function have in common, with all its lines; a function without a name goes by its place.
Site functionOf(const Site& site)
{
    return { site.function.empty() ? unnamedFunction(site.module, site.file, site.line) : site.function, {}, 0, {} };
}

void addGrowth(const GrowthReport& growth, std::vector<SiteRow>& rows)
{
    std::map<Site, const SiteGrowth*> growthOf; // the first of a function
    for (const SiteGrowth& site : growth.sites) {
        growthOf.try_emplace(functionOf(site.site), &site);
    }
    for (SiteRow& row : rows) {
        const auto it = growthOf.find(functionOf(row.site));
        if (it != growthOf.end()) {
            row.site = it->second->site;
            row.bytesPerHour = hourlyRate(growth, *it->second);
            row.growthClass = it->second->growthClass;
            row.bytesAt = it->second->bytesAt;
        }
    }
}

/// The finding of each place: of the blamed one, and of the wrappers that allocate for it. The first of several.
std::map<Site, std::string> findingOfSite(const WorkspaceAnalysis& analysis, const std::string& service)
{
    std::map<Site, std::string> ids;
    for (const Finding& finding : analysis.findings) {
        if (finding.service != service || !finding.blame) {
            continue;
        }
        ids.try_emplace(functionOf(*finding.blame), finding.id);
        for (auto it = finding.stack.begin(); it != finding.stack.end() && *it != *finding.blame; ++it) {
            ids.try_emplace(functionOf(*it), finding.id);
        }
    }
    return ids;
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
    const std::map<Site, std::string> ids = findingOfSite(analysis, range.service);
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
        const auto it = ids.find(functionOf(row.site));
        row.findingId = it == ids.end() ? std::string() : it->second;
    }
    std::ranges::stable_sort(rows, [](const SiteRow& a, const SiteRow& b) {
        return a.liveBytes != b.liveBytes ? a.liveBytes > b.liveBytes : a.site < b.site;
    });
    return rows;
}

} // namespace heaptoll
