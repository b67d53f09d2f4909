// SPDX-License-Identifier: Apache-2.0
// One report over several processes of a service. Rules: GROWTH.md "Processes".
#include "core/analysis/growth_processes.h"
#include "core/analysis/workspace_join.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

namespace heaptoll {
namespace {

constexpr std::size_t kClasses = 6;

/// The same place in several reports. Functions of one name in one file are one, as in GrowthUnit.
struct SiteParts {
    std::vector<std::pair<std::size_t, const SiteGrowth*>> all; ///< report and its row
};

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double leaked(const GrowthReport& growth)
{
    double sum = 0;
    for (const SiteGrowth& site : growth.sites) {
        sum += site.growthClass == GrowthClass::Leak ? site.bytesPerHour : 0;
    }
    return sum;
}

/// The process whose course is shown: one that leaks, then the one that was watched most.
std::size_t shownReport(const std::vector<ProcessReport>& reports)
{
    const auto rank = [](const ProcessReport& report) {
        return std::tuple(leaked(report.growth) > 0, report.growth.points, report.growth.hours);
    };
    const auto best = std::ranges::max_element(reports, {}, rank); // the first of equals
    return static_cast<std::size_t>(best - reports.begin());
}

/// A leak in one process is a leak: it may be the only one that does that work. Else what most of them say.
GrowthClass classOf(const SiteParts& parts)
{
    std::array<std::size_t, kClasses> votes {};
    for (const auto& [report, site] : parts.all) {
        ++votes[static_cast<std::size_t>(site->growthClass)];
    }
    if (votes[static_cast<std::size_t>(GrowthClass::Leak)] > 0) {
        return GrowthClass::Leak;
    }
    return static_cast<GrowthClass>(std::ranges::max_element(votes) - votes.begin());
}

std::string reasonOf(const SiteGrowth& site, std::size_t members, std::size_t reports)
{
    constexpr std::size_t kNamed = 4;
    if (site.growthClass != GrowthClass::Leak && site.growthClass != GrowthClass::Undecided) {
        return site.reason + " (in " + std::to_string(members) + " of " + std::to_string(reports) + " processes)";
    }
    std::string text = site.growthClass == GrowthClass::Leak ? "grows steadily in " : "may grow in ";
    text += std::to_string(members) + " of " + std::to_string(reports) + " processes: ";
    std::size_t named = 0;
    for (const ProcessGrowth& one : site.processes) {
        if (one.growthClass == site.growthClass && named < kNamed) {
            text += (named == 0 ? "" : ", ") + one.process + ' ' + formatBytesPerHour(one.bytesPerHour);
            ++named;
        }
    }
    return text + (members > named ? ", …; " : "; ") + "the median is taken";
}

SiteGrowth combined(const SiteParts& parts, const std::vector<ProcessReport>& reports, std::size_t shown)
{
    const GrowthClass growthClass = classOf(parts);
    std::vector<const SiteGrowth*> members;
    const SiteGrowth* pattern = nullptr; // what cannot be averaged comes from one process, best the one that is shown
    std::size_t patternReport = 0;
    const SiteGrowth* seen = nullptr;
    std::vector<ProcessGrowth> processes;
    for (const auto& [report, site] : parts.all) {
        seen = report == shown ? site : seen;
        processes.push_back({ reports[report].process, site->growthClass, site->bytesPerHour, site->low, site->high });
        if (site->growthClass == growthClass) {
            members.push_back(site);
            if (pattern == nullptr || report == shown) {
                pattern = site;
                patternReport = report;
            }
        }
    }
    SiteGrowth result = *pattern;
    const auto middle = [&members](double SiteGrowth::*value) {
        std::vector<double> values;
        values.reserve(members.size());
        for (const SiteGrowth* member : members) {
            values.push_back(member->*value);
        }
        return median(std::move(values));
    };
    result.bytesPerHour = middle(&SiteGrowth::bytesPerHour);
    result.low = middle(&SiteGrowth::low);
    result.high = middle(&SiteGrowth::high);
    result.pValue = middle(&SiteGrowth::pValue);
    result.allocatedBytesPerHour = middle(&SiteGrowth::allocatedBytesPerHour);
    result.mayBeWarmUp = std::ranges::all_of(members, &SiteGrowth::mayBeWarmUp);
    result.processes = std::move(processes);
    result.processShare = static_cast<double>(members.size()) / static_cast<double>(reports.size());
    result.reason = reasonOf(result, members.size(), reports.size());
    const GrowthReport& view = reports[shown].growth;
    result.bytesAt = seen != nullptr ? seen->bytesAt : std::vector<double>(view.times.size(), 0.0);
    result.onsetHours += (reports[patternReport].growth.times.front() - view.times.front()).toHours();
    return result;
}

std::vector<std::string> notesOf(const std::vector<ProcessReport>& reports)
{
    std::vector<std::string> notes { std::to_string(reports.size())
        + " processes ran side by side: each is judged by its own profiles" };
    for (const ProcessReport& report : reports) {
        for (const std::string& note : report.growth.notes) {
            notes.push_back(report.process + ": " + note);
        }
    }
    return notes;
}

/// The points an hour apart, so that a rate per hour of theirs is one per profile.
void numberPoints(std::vector<SeriesPoint>& points)
{
    for (std::size_t p = 0; p < points.size(); ++p) {
        points[p].time = Instant {} + Span::hours(static_cast<std::int64_t>(p));
    }
}

} // namespace

GrowthReport growthInOrder(const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths,
    const GrowthOptions& options, const TaskContext& task)
{
    std::vector<SeriesPoint> ordered = points;
    numberPoints(ordered);
    std::vector<ProcessReport> reports;
    for (ProcessSeries& process : splitProcesses(ordered, paths)) {
        numberPoints(process.points);
        UnifiedSeries series = unifySeries(process.points, task);
        series.isOrdinal = true;
        reports.push_back({ process.process, analyzeGrowth(series, {}, options, task) });
    }
    GrowthReport growth = combineGrowth(reports).growth;
    growth.notes.insert(growth.notes.begin(), "the profiles know no time: growth is per profile, in their order");
    for (SiteGrowth& site : growth.sites) {
        if (site.growthClass == GrowthClass::Churn) {
            site.reason = formatBytes(site.allocatedBytesPerHour) + " allocated a profile, "
                + formatPercent(site.survivalRatio) + " kept";
        }
    }
    return growth;
}

GrowthReport growthOfStates(
    const std::shared_ptr<const Profile>& profile, const GrowthOptions& options, const TaskContext& task)
{
    GrowthReport growth = analyzeGrowth(seriesOfRecording(profile, Instant {}, task), {}, options, task);
    growth.notes.insert(
        growth.notes.begin(), "the recording's clock does not count time: growth is per state, in their order");
    return growth;
}

CombinedGrowth combineGrowth(const std::vector<ProcessReport>& reports)
{
    CombinedGrowth result;
    if (reports.size() == 1) {
        result.growth = reports.front().growth;
        return result;
    }
    result.shown = shownReport(reports);
    const GrowthReport& view = reports[result.shown].growth;
    GrowthReport& growth = result.growth;
    growth.times = view.times;
    growth.liveBytesAt = view.liveBytesAt;
    growth.segmentStarts = view.segmentStarts;
    growth.hours = view.hours;
    growth.rateUnit = view.rateUnit;
    std::map<std::pair<std::string, std::string>, SiteParts> partsOf;
    for (std::size_t r = 0; r < reports.size(); ++r) {
        growth.points += reports[r].growth.points;
        growth.isMixed = growth.isMixed || reports[r].growth.isMixed;
        growth.processes.push_back(reports[r].process);
        for (const SiteGrowth& site : reports[r].growth.sites) {
            partsOf[{ site.site.function, site.site.file }].all.emplace_back(r, &site);
        }
    }
    for (const auto& [place, parts] : partsOf) {
        growth.sites.push_back(combined(parts, reports, result.shown));
    }
    sortByGrowth(growth.sites);
    growth.notes = notesOf(reports);
    return result;
}

} // namespace heaptoll
