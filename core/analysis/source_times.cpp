// SPDX-License-Identifier: Apache-2.0
// Are profiles, usage and bill of the same days? Rule: FINDINGS.md "Confidence".
#include "core/analysis/source_times.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace heaptoll {
namespace {

constexpr std::int64_t kMostDays = 14; ///< a bill is complete some days late; within them a service is the same one

/// "2025-04-01 to 2025-04-30", or the one day.
std::string daysInWords(const TimeRange& range)
{
    const std::string first = toIsoDate(range.start);
    const std::string last = toIsoDate(range.end);
    return first == last ? first : first + " to " + last;
}

} // namespace

std::optional<TimeRange> growthTimes(const GrowthReport& growth)
{
    return growth.times.empty() ? std::nullopt : std::optional(TimeRange { growth.times.front(), growth.times.back() });
}

std::optional<TimeRange> usageTimes(const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    std::optional<TimeRange> all;
    for (const std::size_t w : service.workloads) {
        for (const PodUsage& pod : analysis.workloads[w].pods) {
            if (!pod.times.empty()) {
                all = all ? TimeRange { std::min(all->start, pod.times.front()), std::max(all->end, pod.times.back()) }
                          : TimeRange { pod.times.front(), pod.times.back() };
            }
        }
    }
    return all;
}

std::optional<TimeRange> billTimes(const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    const Span lastSecond { -1'000'000'000 }; // the days are said to their last one, not to the midnight after it
    if (!service.dailyCost.empty()) {
        return TimeRange { startOfDay(service.dailyCost.front().day),
            startOfDay(service.dailyCost.back().day + 1) + lastSecond };
    }
    const std::vector<BillSpan::Run>& runs = analysis.billSpan.runs;
    return runs.empty()
        ? std::nullopt
        : std::optional(TimeRange { startOfDay(runs.front().first), startOfDay(runs.back().last + 1) + lastSecond });
}

bool meet(const TimeRange& a, const TimeRange& b)
{
    return a.start <= b.end && b.start <= a.end;
}

std::string timesApart(const SourceTimes& times)
{
    using Named = std::pair<std::string_view, const std::optional<TimeRange>*>;
    const std::array<Named, 3> all { Named { "profiles", &times.profiles }, Named { "usage", &times.usage },
        Named { "bill", &times.bill } };
    std::string text;
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t k = i + 1; k < all.size(); ++k) {
            const std::optional<TimeRange>& a = *all[i].second;
            const std::optional<TimeRange>& b = *all[k].second;
            if (!a || !b) {
                continue;
            }
            const std::int64_t days = std::max(b->start - a->end, a->start - b->end).ns / Span::days(1).ns;
            if (days > kMostDays) {
                text += (text.empty() ? "" : "; ") + std::string(all[i].first) + " (" + daysInWords(*a) + ") and "
                    + std::string(all[k].first) + " (" + daysInWords(*b) + ") are " + std::to_string(days) + " d"
                    + " apart";
            }
        }
    }
    return text;
}

SourceTimes sourceTimes(const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    SourceTimes times;
    if (service.growth && !service.isRelative) {
        times.profiles = growthTimes(*service.growth);
    }
    times.usage = usageTimes(analysis, service);
    if (service.price && service.price->method != PriceMethod::RateCard && service.price->method != PriceMethod::None) {
        times.bill = billTimes(analysis, service);
    }
    return times;
}

void noteTimesApart(WorkspaceAnalysis& analysis)
{
    constexpr std::size_t kMostNamed = 3;
    std::string named;
    std::size_t count = 0;
    for (const ServiceView& service : analysis.services) {
        const std::string apart = service.isBucket ? std::string() : timesApart(sourceTimes(analysis, service));
        if (!apart.empty() && ++count <= kMostNamed) {
            named += (named.empty() ? "" : "; ") + service.name + ": its " + apart;
        }
    }
    if (count > 0) {
        analysis.notes.push_back(named
            + (count > kMostNamed ? "; " + std::to_string(count - kMostNamed) + " more services" : std::string())
            + ". What is found from both takes the state of one time for that of the other: at most medium");
    }
}

} // namespace heaptoll
