// SPDX-License-Identifier: Apache-2.0
// Which place in user code answers for which stacks.
#include "core/analysis/growth_units.h"

#include "core/analysis/growth_blame.h"
#include "core/analysis/trie_walk.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace heaptoll {
namespace {

/// Adds the stack's row of a metric to a column of the unit.
void addRow(
    std::vector<double>& column, const UnifiedSeries& series, std::optional<std::size_t> metric, std::size_t stack)
{
    if (!metric) {
        return;
    }
    column.resize(series.pointCount(), 0.0);
    for (std::size_t p = 0; p < series.pointCount(); ++p) {
        column[p] += static_cast<double>(series.at(*metric, stack, p));
    }
}

/// Growth of one stack from its lowest early point to its end: what ranks the lines of a function.
double gainOf(const UnifiedSeries& series, std::size_t metric, std::size_t stack)
{
    const auto last = static_cast<double>(series.at(metric, stack, series.pointCount() - 1));
    return last - static_cast<double>(series.at(metric, stack, 0));
}

/// The line of the unit whose stacks grow most, and the stack that grows most there.
void chooseLine(GrowthUnit& unit, const UnifiedSeries& series, std::size_t live, const GrowthBlame& blame)
{
    const std::span<const std::uint32_t> frames = series.index->stacks.frames();
    std::map<std::uint32_t, double> gainOfFrame;
    for (const std::uint32_t stack : unit.stacks) {
        gainOfFrame[frames[blame.nodes[stack]]] += gainOf(series, live, stack);
    }
    const auto best = std::ranges::max_element(gainOfFrame, {}, [](const auto& entry) { return entry.second; });
    unit.frame = best->first;
    bool isFirst = true;
    double most = 0;
    for (const std::uint32_t stack : unit.stacks) {
        const double gain = gainOf(series, live, stack);
        if (frames[blame.nodes[stack]] == unit.frame && (isFirst || gain > most)) {
            isFirst = false;
            most = gain;
            unit.heaviestStack = stack;
            const std::uint32_t inner = blame.innermost[stack];
            unit.wrapperFrame = inner != blame.nodes[stack] ? frames[inner] : 0;
        }
    }
}

} // namespace

std::optional<std::size_t> liveMetric(const UnifiedSeries& series)
{
    const auto live = series.metricIndex(Metric::LiveBytes);
    return live ? live : series.metricIndex(Metric::LeakedBytes);
}

Site siteOfFrame(const Profile& profile, std::uint32_t frame)
{
    const Frame& f = profile.frames.at(FrameId { std::size_t { frame } });
    Site site;
    site.module = profile.strings.view(f.module);
    site.file = profile.strings.view(f.file);
    site.line = f.line;
    site.function = f.function.isNone() ? unnamedFunction(site.module, site.file, site.line)
                                        : std::string(profile.strings.view(f.function));
    return site;
}

SiteStack stackInWords(const Profile& profile, std::uint32_t node)
{
    SiteStack stack;
    const auto parents = profile.stacks.parents();
    for (std::uint32_t n = node; n != 0; n = parents[n]) {
        stack.push_back(siteOfFrame(profile, profile.stacks.frames()[n]));
    }
    return stack;
}

bool hasValues(const UnifiedSeries& series, std::size_t stack)
{
    const std::size_t points = series.pointCount();
    return std::ranges::any_of(series.values, [&](const std::vector<std::int64_t>& values) {
        const auto row = values.begin() + static_cast<std::ptrdiff_t>(stack * points);
        return std::any_of(row, row + static_cast<std::ptrdiff_t>(points), [](std::int64_t v) { return v != 0; });
    });
}

std::vector<GrowthUnit> growthUnits(const UnifiedSeries& series, std::span<const std::size_t> segmentStarts,
    double minShareOfHeap, const TaskContext& task)
{
    std::vector<GrowthUnit> units;
    const auto live = liveMetric(series);
    if (!live || !series.index || series.pointCount() == 0) {
        return units;
    }
    const auto objects = series.metricIndex(Metric::LiveObjects);
    const auto allocated = series.metricIndex(Metric::AllocBytes);
    const GrowthBlame blame = growthBlame(series, segmentStarts, minShareOfHeap, task);
    StopPoll poll(task);
    const FunctionLabels labels = functionLabels(*series.index);
    std::unordered_map<std::uint64_t, std::size_t> unitOf;
    for (std::uint32_t stack = 1; stack < series.index->stacks.size(); ++stack) {
        if (poll.stopped()) {
            return {};
        }
        if (!hasValues(series, stack)) {
            continue;
        }
        const std::uint32_t frame = series.index->stacks.frames()[blame.nodes[stack]];
        const std::uint32_t file = series.index->frames.at(FrameId { std::size_t { frame } }).file.value;
        const std::uint64_t key = (std::uint64_t { labels.ofFrame[frame] } << 32U) | file;
        const auto [it, isNew] = unitOf.try_emplace(key, units.size());
        if (isNew) {
            units.emplace_back();
        }
        GrowthUnit& unit = units[it->second];
        unit.stacks.push_back(stack);
        addRow(unit.bytes, series, live, stack);
        addRow(unit.objects, series, objects, stack);
        addRow(unit.allocated, series, allocated, stack);
    }
    for (GrowthUnit& unit : units) {
        chooseLine(unit, series, *live, blame);
    }
    return units;
}

} // namespace heaptoll
