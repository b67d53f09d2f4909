// SPDX-License-Identifier: Apache-2.0
// Why a service cost more for a while: the number of its pods, the memory of each, the rows of the bill.
#include "core/analysis/anomaly_cause.h"

#include "core/analysis/bill_money.h"
#include "core/analysis/charge_days.h"
#include "core/analysis/memory_pricing.h"
#include "core/analysis/statistics.h"
#include "core/analysis/workspace_analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr double kSameRows = 1e-6; ///< shares this close are of the same rows
constexpr double kMostly = 0.5; ///< of the excess: below it, something else matters more

bool isInside(const AnomalyEvent& event, Instant time)
{
    return time >= event.range.start && time < event.range.end;
}

bool isUsual(std::span<const AnomalyEvent> events, Instant time)
{
    return std::ranges::none_of(events, [&](const AnomalyEvent& event) { return isInside(event, time); });
}

/// Pods and bytes of one workload, inside and outside. Empty vectors: no sample there.
struct Samples {
    std::vector<double> podsInside;
    std::vector<double> podsUsual;
    std::vector<double> bytesInside;
    std::vector<double> bytesUsual;
};

Samples samplesOf(const WorkloadUsage& usage, std::span<const AnomalyEvent> events, const AnomalyEvent& event)
{
    Samples samples;
    for (std::size_t i = 0; i < usage.times.size(); ++i) {
        const bool inside = isInside(event, usage.times[i]);
        if (inside || isUsual(events, usage.times[i])) {
            (inside ? samples.podsInside : samples.podsUsual).push_back(usage.podCount[i]);
            (inside ? samples.bytesInside : samples.bytesUsual).push_back(usage.workingSetBytes[i]);
        }
    }
    return samples;
}

double mean(std::span<const double> values)
{
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// Money of one value of a column.
struct Split {
    double inside = 0;
    double outside = 0;
};

struct Column {
    CostRole role;
    std::string_view name;
};
/// Readable ones first: a column that tells the same rows apart as one before it is left out.
constexpr std::array<Column, 6> kColumns { { { CostRole::Service, "product" },
    { CostRole::ChargeDescription, "charge" }, { CostRole::UsageType, "usage type" }, { CostRole::Sku, "SKU" },
    { CostRole::Region, "region" }, { CostRole::Resource, "resource" } } };

/// The days of the service's bill, by what they are to an event.
class Days {
public:
    Days(const ServiceView& service, const AnomalyEvent& event)
        : m_service(service)
        , m_event(event)
    {
        for (const DailyCost& day : service.dailyCost) {
            const Instant start = startOfDay(day.day);
            inside += isInside(event, start) ? 1 : 0;
            outside += isUsual(service.anomalies, start) ? 1 : 0;
        }
    }
    void add(Split& split, const DayShare& share) const
    {
        const Instant start = startOfDay(share.day);
        if (isInside(m_event, start)) {
            split.inside += share.cost.toDouble();
        } else if (isUsual(m_service.anomalies, start)) {
            split.outside += share.cost.toDouble();
        }
    }
    [[nodiscard]] double excess(const Split& split) const
    {
        return split.inside - (outside > 0 ? split.outside * inside / outside : 0);
    }

    double inside = 0;
    double outside = 0;

private:
    const ServiceView& m_service;
    const AnomalyEvent& m_event;
};

struct Splits {
    Split memory; ///< of the rows billed by memory and time
    std::array<std::unordered_map<std::string_view, Split>, kColumns.size()> byValue; ///< per column
};

void addBill(Splits& splits, const WorkspaceAnalysis& analysis, std::size_t bill, const ServiceView& service,
    const Days& days, const TaskContext& task)
{
    StopPoll poll(task);
    const CostTable& table = *analysis.documents[analysis.costDocuments[bill]]->costs();
    const BillMoney money = moneyOf(table, analysis.options.basis);
    DailyUse dailyUse(table);
    std::vector<std::uint8_t> isOurs;
    for (const ServiceMatch& match : analysis.costRowMatches[bill]) {
        isOurs.push_back(match.service == service.name ? 1 : 0);
    }
    for (std::size_t row = 0; money.column != nullptr && row < table.rowCount && !poll.stopped(); ++row) {
        if (isOurs[analysis.costRowMatch[bill][row]] == 0 || !dailyUse.contains(row)
            || table.textAt(CostRole::Currency, row) != service.currency) {
            continue;
        }
        const bool isMemory = memoryGibHours(table, row).has_value();
        for (const DayShare& share : sharesByDay(table.chargeStart[row], table.chargeEnd[row], money.at(row))) {
            if (isMemory) {
                days.add(splits.memory, share);
            }
            for (std::size_t c = 0; c < kColumns.size(); ++c) {
                if (table.text(kColumns[c].role) != nullptr) {
                    days.add(splits.byValue[c][table.textAt(kColumns[c].role, row)], share);
                }
            }
        }
    }
}

} // namespace

std::optional<PodCause> podCause(std::span<const WorkloadUsage* const> workloads,
    std::span<const AnomalyEvent> allEvents, const AnomalyEvent& event, double perGibHour)
{
    PodCause cause;
    double bytesDuring = 0;
    double bytesUsual = 0;
    for (const WorkloadUsage* usage : workloads) {
        Samples samples = samplesOf(*usage, allEvents, event);
        cause.podsDuring += mean(samples.podsInside);
        bytesDuring += mean(samples.bytesInside);
        cause.podsUsual += samples.podsUsual.empty() ? 0 : median(std::move(samples.podsUsual));
        bytesUsual += samples.bytesUsual.empty() ? 0 : median(std::move(samples.bytesUsual));
    }
    const double excess = event.actual - event.expected;
    if (cause.podsDuring <= 0 || cause.podsUsual <= 0 || excess <= 0) {
        return std::nullopt;
    }
    cause.bytesPerPodDuring = bytesDuring / cause.podsDuring;
    cause.bytesPerPodUsual = bytesUsual / cause.podsUsual;
    const double morePods = cause.podsDuring / cause.podsUsual - 1;
    cause.podsShare = std::clamp(event.expected * morePods / excess, 0.0, 1.0);
    if (perGibHour > 0) {
        const double moreGib = (cause.bytesPerPodDuring - cause.bytesPerPodUsual) * cause.podsDuring / kGib;
        cause.memoryShare = std::clamp(moreGib * 24 * perGibHour / excess, 0.0, 1.0);
    }
    return cause;
}

BillCause billCause(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const AnomalyEvent& event, const TaskContext& task)
{
    const Days days(service, event);
    Splits splits;
    for (std::size_t bill = 0; bill < analysis.costDocuments.size(); ++bill) {
        addBill(splits, analysis, bill, service, days, task);
    }
    BillCause cause;
    cause.memoryShare = event.impact > 0 ? std::clamp(days.excess(splits.memory) / event.impact, 0.0, 1.0) : 0;
    std::vector<RowCause>& causes = cause.rows;
    for (std::size_t c = 0; c < kColumns.size(); ++c) {
        if (splits.byValue[c].size() < 2) {
            continue;
        }
        RowCause best { std::string(kColumns[c].name), {}, 0 };
        for (const auto& [value, split] : splits.byValue[c]) {
            const double share = event.impact > 0 ? days.excess(split) / event.impact : 0;
            if (!value.empty() && (share > best.share || (share == best.share && value < best.value))) {
                best.value = value;
                best.share = share;
            }
        }
        const bool isToldAlready = std::ranges::any_of(
            causes, [&](const RowCause& told) { return std::abs(told.share - best.share) < kSameRows; });
        if (best.share >= kMostly && !isToldAlready) {
            causes.push_back(std::move(best));
        }
    }
    for (RowCause& told : causes) {
        told.share = std::min(told.share, 1.0);
    }
    return cause;
}

} // namespace heaptoll
