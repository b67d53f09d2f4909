// SPDX-License-Identifier: Apache-2.0
// What a leak costs a month. Formula: FINDINGS.md "Leak".
#include "core/analysis/leak_money.h"

#include "core/analysis/statistics.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <vector>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

enum class RunEnd : std::uint8_t { Month, Restart, Limit };

/// One run of a process, from its start until what it leaked is gone.
struct Run {
    double hours = 0;
    RunEnd end = RunEnd::Month;
};

/// room: bytes between the start of a pod and its limit.
Run runOf(double podBytesPerHour, double month, const std::optional<LeakRuns>& runs, std::optional<double> room)
{
    Run run { month, RunEnd::Month };
    if (runs && runs->meanHours < month) {
        run = { runs->meanHours, RunEnd::Restart };
    }
    if (room && podBytesPerHour * run.hours > *room) {
        run = { *room / podBytesPerHour, RunEnd::Limit };
    }
    return run;
}

std::string endInWords(RunEnd end, const std::optional<LeakRuns>& runs, const LeakBounds& bounds)
{
    switch (end) {
    case RunEnd::Month: return "growth over a month, no restart seen";
    case RunEnd::Restart:
        if (const std::size_t seen = runs->restartsInProfiles; seen > 0) {
            return "saw-tooth: run between the " + std::to_string(seen) + (seen == 1 ? " restart" : " restarts")
                + " that the profiles show, weighted by time";
        }
        return "saw-tooth: run of a pod between restarts, weighted by time";
    case RunEnd::Limit:
        return "saw-tooth: a pod starts at " + formatBytes(bounds.startBytes.value_or(0)) + " and is at its limit of "
            + formatBytes(*bounds.limitBytes) + " then";
    }
    return {};
}

/// Length of the runs that a series of profiles shows: a run lasts a step beyond its last profile.
LeakRuns runsOfProfiles(const GrowthReport& growth)
{
    std::vector<double> steps;
    std::vector<double> lengths;
    for (std::size_t s = 0; s < growth.segmentStarts.size(); ++s) {
        const bool isLast = s + 1 == growth.segmentStarts.size();
        const std::size_t end = isLast ? growth.times.size() : growth.segmentStarts[s + 1];
        for (std::size_t p = growth.segmentStarts[s] + 1; p < end; ++p) {
            steps.push_back((growth.times[p] - growth.times[p - 1]).toHours());
        }
        lengths.push_back((growth.times[end - 1] - growth.times[growth.segmentStarts[s]]).toHours());
    }
    const double step = steps.empty() ? 0 : median(std::move(steps));
    double hours = 0;
    double squares = 0;
    for (const double length : lengths) {
        hours += length + step;
        squares += (length + step) * (length + step);
    }
    return { hours > 0 ? squares / hours : 0, growth.segmentStarts.size() - 1 };
}

} // namespace

std::optional<LeakRuns> leakRuns(const FindingContext& context)
{
    if (context.restarts && context.meanRunHours > 0) {
        return LeakRuns { context.meanRunHours, 0 };
    }
    // a recording is one process: where its heap falls it did not restart
    const ServiceView& service = context.service;
    const bool isSeries = service.growth && context.growth == &*service.growth && service.growthSource.empty();
    if (!isSeries || context.growth->segmentStarts.size() < 2) {
        return std::nullopt;
    }
    const LeakRuns runs = runsOfProfiles(*context.growth);
    return runs.meanHours > 0 ? std::optional(runs) : std::nullopt;
}

void priceLeak(Finding& finding, const FindingContext& context, const LeakRate& rate, const LeakBounds& bounds)
{
    const double month = context.analysis.options.hoursPerMonth;
    const std::optional<LeakRuns> runs = leakRuns(context);
    std::optional<double> room;
    if (bounds.limitBytes) {
        room = std::max(0.0, *bounds.limitBytes - bounds.startBytes.value_or(0));
    }
    const auto run = [&](double bytesPerHour) {
        return runOf(std::max(0.0, bytesPerHour) / bounds.shareOfGrowth, month, runs, room);
    };
    const Run shown = run(rate.bytesPerHour);
    finding.howComputed = formatBytesPerHour(rate.bytesPerHour) + " x " + inFigures(shown.hours) + " h / 2 ("
        + endInWords(shown.end, runs, bounds) + ") x " + replicasInWords(context)
        + (bounds.processShare < 1 ? " x " + inFigures(bounds.processShare) + " of the processes leak" : "");
    const auto gib = [&](double bytesPerHour) {
        return std::max(0.0, bytesPerHour) * run(bytesPerHour).hours / 2 * context.replicas * bounds.processShare
            / kGib;
    };
    const GibBand band { gib(rate.bytesPerHour), gib(rate.low), gib(rate.high) };
    priceMemory(finding, context, band, context.isMemoryBilled ? SavingKind::SavesNow : SavingKind::AvoidsGrowth);
    checkReplicas(finding, context);
}

} // namespace heaptoll
