// SPDX-License-Identifier: Apache-2.0
// What a brushed range shows.
#include "core/analysis/attribution.h"
#include "core/analysis/trie_walk.h"
#include "core/analysis/workspace_analysis.h"

#include <algorithm>
#include <numeric>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

std::int64_t sum(const std::vector<std::int64_t>& values)
{
    return std::accumulate(values.begin(), values.end(), std::int64_t { 0 }, addSaturated);
}

std::vector<std::int64_t> column(const UnifiedSeries& series, std::optional<std::size_t> metric, std::size_t point)
{
    std::vector<std::int64_t> values(series.index->stacks.size(), 0);
    for (std::size_t stack = 0; metric && stack < values.size(); ++stack) {
        values[stack] = series.at(*metric, stack, point);
    }
    return values;
}

void subtract(std::vector<std::int64_t>& values, const std::vector<std::int64_t>& before)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] -= before[i];
    }
}

/// What was allocated between two points. The counters of a program begin at zero again when it restarts, which their
/// sum tells: then all of the new value was allocated since.
std::vector<std::int64_t> allocatedBetween(const UnifiedSeries& series, std::size_t from, std::size_t to)
{
    const auto metric = series.metricIndex(Metric::AllocBytes);
    std::vector<std::int64_t> allocated(series.index->stacks.size(), 0);
    std::vector<std::int64_t> before = column(series, metric, from);
    for (std::size_t point = from + 1; point <= to; ++point) {
        std::vector<std::int64_t> now = column(series, metric, point);
        const bool isRestart = sum(now) < sum(before);
        for (std::size_t stack = 0; stack < allocated.size(); ++stack) {
            // A sampled counter of one stack may fall a little: nothing is un-allocated.
            const std::int64_t step = isRestart ? now[stack] : std::max<std::int64_t>(0, now[stack] - before[stack]);
            allocated[stack] = addSaturated(allocated[stack], step);
        }
        before = std::move(now);
    }
    return allocated;
}

/// Last point at or before t; the first when all are later.
std::size_t pointAt(const UnifiedSeries& series, Instant t)
{
    const auto after = std::ranges::upper_bound(series.times, t);
    return after == series.times.begin() ? 0 : static_cast<std::size_t>(after - series.times.begin()) - 1;
}

void fillFromSeries(RangeView& view, const UnifiedSeries& series, const std::optional<TimeRange>& range)
{
    const std::size_t from = range ? pointAt(series, range->start) : 0;
    const std::size_t to = range ? pointAt(series, range->end) : series.pointCount() - 1;
    auto live = series.metricIndex(Metric::LiveBytes);
    live = live ? live : series.metricIndex(Metric::LeakedBytes);
    const std::vector<std::int64_t> before = column(series, live, from);
    view.liveAtEnd = column(series, live, to);
    view.liveDelta = view.liveAtEnd;
    subtract(view.liveDelta, before);
    view.objectsAtEnd = column(series, series.metricIndex(Metric::LiveObjects), to);
    view.allocated = allocatedBetween(series, from, to);
    view.liveAtStartTotal = sum(before);
    view.liveAtEndTotal = sum(view.liveAtEnd);
    const double hours = (series.times[to] - series.times[from]).toHours();
    view.bytesPerHour = hours > 0 ? static_cast<double>(view.liveAtEndTotal - view.liveAtStartTotal) / hours : 0;
    if (from == to && series.pointCount() > 1) {
        view.note = "one profile in this range: nothing to compare";
    }
}

/// A recording with a timeline answers for any range, not just at the points of the series.
void fillFromTimeline(RangeView& view, const UnifiedSeries& series, const std::optional<TimeRange>& range)
{
    const AllocationTimeline& timeline = *series.index->timeline;
    const Span length = timeline.times().back();
    const Instant start = series.times.back() - length;
    const Span from = range ? std::clamp(range->start - start, Span {}, length) : Span {};
    const Span to = range ? std::clamp(range->end - start, from, length) : length;
    const std::size_t stacks = series.index->stacks.size();
    view.liveAtEnd.assign(stacks, 0);
    view.liveDelta.assign(stacks, 0);
    view.objectsAtEnd.assign(stacks, 0);
    view.allocated.assign(stacks, 0);
    const AllocationTimeline::RangeValues values = timeline.range(from, to);
    for (std::size_t i = 0; i < values.stacks.size(); ++i) {
        const std::size_t stack = values.stacks[i].index();
        view.liveAtEnd[stack] = values.liveBytesAtEnd[i];
        view.liveDelta[stack] = values.liveBytesDelta[i];
        view.allocated[stack] = values.allocatedBytes[i];
    }
    view.liveAtEndTotal = sum(view.liveAtEnd);
    view.liveAtStartTotal = view.liveAtEndTotal - sum(view.liveDelta);
    const double hours = (to - from).toHours();
    view.bytesPerHour = hours > 0 ? static_cast<double>(sum(view.liveDelta)) / hours : 0;
}

/// Days that the range covers in part count by their share.
Decimal costIn(const ServiceView& service, const std::optional<TimeRange>& range)
{
    Decimal cost;
    for (const DailyCost& day : service.dailyCost) {
        if (!range) {
            cost += day.cost;
            continue;
        }
        const Instant start = std::max(range->start, startOfDay(day.day));
        const Instant end = std::min(range->end, startOfDay(day.day + 1));
        if (start < end) {
            cost += day.cost.scaled((end - start).ns, Span::days(1).ns).value_or(Decimal {});
        }
    }
    return cost;
}

} // namespace

const ServiceView* mainService(const WorkspaceAnalysis& analysis)
{
    const auto leaked = [&analysis](const ServiceView& service) {
        double bytesPerHour = 0;
        for (const Finding& finding : analysis.findings) {
            const bool isLeak = finding.kind == FindingKind::Leak && finding.service == service.name;
            bytesPerHour += isLeak ? finding.growthBytesPerHour.value_or(0) : 0;
        }
        return bytesPerHour;
    };
    const ServiceView* main = nullptr;
    double mostLeaked = 0;
    for (const ServiceView& service : analysis.services) {
        const std::size_t count = service.profileDocuments.size();
        if (count == 0 || (main != nullptr && count < main->profileDocuments.size())) {
            continue;
        }
        const double bytesPerHour = leaked(service);
        if (main == nullptr || count > main->profileDocuments.size() || bytesPerHour > mostLeaked) {
            main = &service;
            mostLeaked = bytesPerHour;
        }
    }
    return main;
}

RangeView rangeView(const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range)
{
    RangeView view;
    const ServiceView* chosen = service.empty() ? mainService(analysis) : analysis.service(service);
    if (chosen == nullptr) {
        view.note = service.empty() ? "no profile" : "no such service: " + std::string(service);
        return view;
    }
    view.service = chosen->name;
    view.cost = costIn(*chosen, range);
    view.isPartial = std::ranges::any_of(
        chosen->profileDocuments, [&](std::size_t d) { return !analysis.documents[d]->isComplete; });
    if (chosen->price && chosen->price->method != PriceMethod::None) {
        std::vector<const WorkloadUsage*> workloads;
        for (const std::size_t w : chosen->workloads) {
            workloads.push_back(&analysis.workloads[w]);
        }
        const double replicas = memoryMeans(workloads).replicas;
        view.moneyPerByteMonth =
            chosen->price->perGibHour * analysis.options.hoursPerMonth * (replicas > 0 ? replicas : 1) / kGib;
    }
    if (!chosen->series || chosen->series->times.empty()) {
        view.note = "no profile of this service";
        return view;
    }
    view.profile = chosen->series->index;
    if (view.profile->timeline && !view.profile->timeline->times().empty()) {
        fillFromTimeline(view, *chosen->series, range);
    } else {
        fillFromSeries(view, *chosen->series, range);
    }
    return view;
}

} // namespace heaptoll
