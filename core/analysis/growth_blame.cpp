// SPDX-License-Identifier: Apache-2.0
// Who answers for a stack: its innermost user frame, or the caller that makes a shared wrapper grow.
#include "core/analysis/growth_blame.h"

#include "core/analysis/growth_shape.h"
#include "core/analysis/growth_units.h"
#include "core/analysis/statistics.h"
#include "core/analysis/trie_walk.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace heaptoll {
namespace {

constexpr int kMostClimbs = 16; ///< wrappers around wrappers
constexpr double kConcentrated = 0.7; ///< share of the growth; the big drop of heap analysers, applied to growth

/// What a function allocates for one of its callers. Units: bytes.
struct CallerPart {
    std::vector<std::uint32_t> stacks;
    std::vector<double> live; ///< per point
    std::vector<double> allocated; ///< cumulative; empty = the profiles do not count it
    double kept = 0; ///< growth within the segments
    double flow = 0; ///< allocated while watched
    bool hasCaller = false;
};
using Parts = std::unordered_map<std::uint64_t, CallerPart>;

/// Walks the stacks of a series from the innermost user frame towards the root.
class BlameWalk {
public:
    BlameWalk(const UnifiedSeries& series, std::span<const std::size_t> starts, double minShareOfHeap,
        const TaskContext& task)
        : m_task(task)
        , m_poll(task)
        , m_series(series)
        , m_starts(starts)
        , m_live(liveMetric(series))
        , m_allocated(series.metricIndex(Metric::AllocBytes))
        , m_parents(series.index->stacks.parents())
        , m_frames(series.index->stacks.frames())
        , m_labels(functionLabels(*series.index))
        , m_hours(hoursSinceFirst(series.times))
    {
        innermostUserNodes();
        if (m_live) {
            std::vector<double> heap(series.pointCount(), 0.0);
            for (std::uint32_t stack = 1; stack < m_parents.size() && !m_poll.stopped(); ++stack) {
                addRow(heap, *m_live, stack);
            }
            m_minBytes = heap.empty() ? 0 : minShareOfHeap * *std::ranges::max_element(heap);
        }
    }

    GrowthBlame take()
    {
        GrowthBlame blame;
        blame.innermost = m_nodes;
        for (int i = 0; m_live && i < kMostClimbs && climb(); ++i) { }
        blame.nodes = std::move(m_nodes);
        return blame;
    }

private:
    void innermostUserNodes()
    {
        const std::vector<std::uint8_t> isRuntime = runtimeFlags(*m_series.index);
        m_userNode.assign(m_parents.size(), 0);
        m_nodes.assign(m_parents.size(), 0);
        for (std::size_t n = 1; n < m_parents.size(); ++n) {
            const auto node = static_cast<std::uint32_t>(n);
            m_userNode[n] = isRuntime[m_frames[n]] != 0 ? m_userNode[m_parents[n]] : node;
            m_nodes[n] = m_userNode[n] != 0 ? m_userNode[n] : node;
        }
    }

    /// Functions of one name in one file are one.
    [[nodiscard]] std::uint64_t functionOf(std::uint32_t node) const
    {
        const std::uint32_t file = m_series.index->frames.at(FrameId { std::size_t { m_frames[node] } }).file.value;
        return (std::uint64_t { m_labels.ofFrame[m_frames[node]] } << 32U) | file;
    }

    /// The nearest user frame of another function towards the root; 0 = none.
    [[nodiscard]] std::uint32_t callerOf(std::uint32_t node) const
    {
        std::uint32_t caller = m_userNode[m_parents[node]];
        while (caller != 0 && functionOf(caller) == functionOf(node)) {
            caller = m_userNode[m_parents[caller]];
        }
        return caller;
    }

    /// Moves every shared wrapper's stacks to their callers. False: there was none left.
    bool climb()
    {
        std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> stacksOf;
        for (std::uint32_t stack = 1; stack < m_parents.size() && !m_poll.stopped(); ++stack) {
            if (m_userNode[m_nodes[stack]] == m_nodes[stack] && hasValues(m_series, stack)) {
                stacksOf[functionOf(m_nodes[stack])].push_back(stack);
            }
        }
        bool hasClimbed = false;
        for (const auto& [function, stacks] : stacksOf) {
            if (m_task.cancelled()) {
                return false;
            }
            if (isWrapper(stacks)) {
                hasClimbed = true;
                for (const std::uint32_t stack : stacks) {
                    const std::uint32_t caller = callerOf(m_nodes[stack]);
                    m_nodes[stack] = caller != 0 ? caller : m_nodes[stack];
                }
            }
        }
        return hasClimbed;
    }

    void addRow(std::vector<double>& column, std::size_t metric, std::uint32_t stack) const
    {
        column.resize(m_series.pointCount(), 0.0);
        for (std::size_t p = 0; p < column.size(); ++p) {
            column[p] += static_cast<double>(m_series.at(metric, stack, p));
        }
    }

    /// Rises of a column within the segments.
    [[nodiscard]] double risesOf(const std::vector<double>& column) const
    {
        double sum = 0;
        for (std::size_t p = 1; p < column.size(); ++p) {
            const bool isRestart = std::ranges::find(m_starts, p) != m_starts.end();
            sum += isRestart ? 0 : std::max(0.0, column[p] - column[p - 1]);
        }
        return sum;
    }

    /// Cheap: most functions hold too little, or do not move.
    [[nodiscard]] bool canMatter(const std::vector<std::uint32_t>& stacks) const
    {
        std::vector<double> live;
        for (const std::uint32_t stack : stacks) {
            addRow(live, *m_live, stack);
        }
        const auto [low, high] = std::ranges::minmax(live);
        return high - low > m_minBytes;
    }

    [[nodiscard]] std::vector<CallerPart> partsOf(const std::vector<std::uint32_t>& stacks) const
    {
        Parts parts;
        for (const std::uint32_t stack : stacks) {
            const std::uint32_t caller = callerOf(m_nodes[stack]);
            CallerPart& part = parts[caller != 0 ? functionOf(caller) : 0];
            part.hasCaller = caller != 0;
            part.stacks.push_back(stack);
        }
        std::vector<CallerPart> list;
        if (parts.size() < 2) {
            return list; // one caller: nothing to compare it with
        }
        const double watched = m_hours.back() - m_hours.front();
        for (auto& [caller, part] : parts) {
            for (const std::uint32_t stack : part.stacks) {
                addRow(part.live, *m_live, stack);
                if (m_allocated) {
                    addRow(part.allocated, *m_allocated, stack);
                }
            }
            part.kept = std::max(0.0, theilSen(m_hours, part.live, m_starts).slope * watched);
            part.flow = std::max(part.kept, risesOf(m_allocated ? part.allocated : part.live));
            list.push_back(std::move(part));
        }
        std::ranges::sort(list, [](const CallerPart& a, const CallerPart& b) {
            return a.kept != b.kept ? a.kept > b.kept : a.stacks < b.stacks;
        });
        return list;
    }

    /// A function that keeps what it allocates itself (a store) keeps the same share of it for every caller. A wrapper
    /// leaves that to its callers: then few of them have the growth, and the others' share of it is missing.
    [[nodiscard]] bool isWrapper(const std::vector<std::uint32_t>& stacks) const
    {
        const std::vector<CallerPart> parts = canMatter(stacks) ? partsOf(stacks) : std::vector<CallerPart> {};
        const double growth = std::accumulate(
            parts.begin(), parts.end(), 0.0, [](double sum, const CallerPart& part) { return sum + part.kept; });
        if (parts.size() < 2 || growth <= m_minBytes) {
            return false;
        }
        double kept = 0;
        double flow = 0;
        std::size_t growing = 0;
        while (growing < parts.size() && kept < kConcentrated * growth) {
            if (!parts[growing].hasCaller) {
                return false;
            }
            kept += parts[growing].kept;
            flow += parts[growing].flow;
            ++growing;
        }
        double othersFlow = 0;
        for (std::size_t i = growing; i < parts.size(); ++i) {
            othersFlow += parts[i].flow;
        }
        const double wouldKeep = othersFlow * kept / flow;
        const double noise = samplingNoise(wouldKeep, 0, static_cast<double>(m_series.samplingPeriodBytes)).sigma;
        return wouldKeep > std::max(m_minBytes, 2 * noise) && growth - kept < (1 - kConcentrated) * wouldKeep;
    }

    const TaskContext& m_task;
    StopPoll m_poll;
    const UnifiedSeries& m_series;
    std::span<const std::size_t> m_starts;
    double m_minBytes = 0;
    std::optional<std::size_t> m_live;
    std::optional<std::size_t> m_allocated;
    std::span<const std::uint32_t> m_parents;
    std::span<const std::uint32_t> m_frames;
    FunctionLabels m_labels;
    std::vector<double> m_hours;
    std::vector<std::uint32_t> m_userNode; ///< innermost user node at or above a node; 0 = none
    std::vector<std::uint32_t> m_nodes; ///< result
};

} // namespace

GrowthBlame growthBlame(const UnifiedSeries& series, std::span<const std::size_t> segmentStarts, double minShareOfHeap,
    const TaskContext& task)
{
    return BlameWalk(series, segmentStarts, minShareOfHeap, task).take();
}

} // namespace heaptoll
