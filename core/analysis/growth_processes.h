// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/growth.h"

#include <string>
#include <vector>

namespace heaptoll {

/// The profiles of one process, or of processes that followed each other, in time order.
struct ProcessSeries {
    std::string process; ///< pod, host or the part of the path that tells it apart; empty = the only one
    std::vector<SeriesPoint> points;
};
/// Tells the profiles of processes that ran side by side (pods of one service) apart: by a label that names the process,
/// by the folder, by the words or by a number of the file name. Where the profiles count all allocations, that count is
/// the judge: it never goes back within a process, so names part only what it shows to be several. GROWTH.md "Processes".
/// points: in time order; paths: of the same shape. One series without a name when they are of one process.
[[nodiscard]] std::vector<ProcessSeries> splitProcesses(
    const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths);

/// What one of several processes grew.
struct ProcessReport {
    std::string process;
    GrowthReport growth;
};
/// One report of all: a site's rate is the median of the processes where it is of the site's class, and every process is
/// listed with its own. Times, totals and bytes per point are those of one process, reports[shown].
struct CombinedGrowth {
    GrowthReport growth;
    std::size_t shown = 0;
};
/// reports must not be empty.
[[nodiscard]] CombinedGrowth combineGrowth(const std::vector<ProcessReport>& reports);

/// Growth of profiles that know no time, in the order given: rates are per profile, and the report's times only count
/// them.
/// paths: of the shape of points. points must not be empty.
[[nodiscard]] GrowthReport growthInOrder(const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths,
    const GrowthOptions& options, const TaskContext& task);
/// Growth over the states of one recording whose clock counts something else than time: rates are per state.
/// The profile must have a timeline of states.
[[nodiscard]] GrowthReport growthOfStates(
    const std::shared_ptr<const Profile>& profile, const GrowthOptions& options, const TaskContext& task);

} // namespace heaptoll
