// SPDX-License-Identifier: Apache-2.0
// Which days a bill covers.
#include "core/analysis/bill_span.h"

#include "core/analysis/charge_days.h"
#include "core/base/time.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <set>

namespace heaptoll {
namespace {

using Run = BillSpan::Run;
using Period = std::pair<std::int64_t, std::int64_t>; ///< first and last day

constexpr Period kAllTime { std::numeric_limits<std::int64_t>::min() / 2,
    std::numeric_limits<std::int64_t>::max() / 2 };

/// The surest kind of row that there is tells the span.
enum class Evidence : std::uint8_t { ByUse, BySchedule, Anything };
constexpr std::size_t kEvidences = 3;

/// What the charges cover of a day.
struct DayCover {
    std::uint32_t hours = 0; ///< bit by hour that a charge touches
    Instant from { std::numeric_limits<std::int64_t>::max() }; ///< start of the first charge
    Instant until { std::numeric_limits<std::int64_t>::min() }; ///< end of the last
};
constexpr std::uint32_t kAllHours = (1U << 24U) - 1;

/// Which days a kind of row tells.
struct Extents {
    std::map<std::int64_t, DayCover> cover; ///< by day
    TimeRange lastCharge; ///< that was added to it: neighbours are of the same time
    std::map<Period, Run> inPeriods; ///< first and last day of charges in each billing period
    std::set<std::pair<std::int64_t, std::int64_t>> withoutPeriod; ///< days of the distinct charges that name none

    [[nodiscard]] bool isEmpty() const { return inPeriods.empty() && withoutPeriod.empty(); }
};

Evidence evidenceOf(const CostTable& table, std::size_t row)
{
    const std::string_view category = table.textAt(CostRole::ChargeCategory, row);
    if (category == "Credit" || category == "Adjustment") {
        return Evidence::Anything;
    }
    return isScheduledCharge(table, row) ? Evidence::BySchedule : Evidence::ByUse;
}

Period periodOf(const CostTable& table, std::size_t row)
{
    const auto start = parseInstant(table.textAt(CostRole::BillingStart, row));
    const auto end = parseInstant(table.textAt(CostRole::BillingEnd, row));
    return start && end && *start < *end ? Period { utcDay(*start), utcDay(Instant { end->ns - 1 }) } : kAllTime;
}

/// What the rows of one bill have in common is looked up once per combination, not once per row.
class RowKinds {
public:
    struct Kind {
        Evidence evidence = Evidence::ByUse;
        Period period = kAllTime;
    };

    explicit RowKinds(const CostTable& table)
        : m_table(table)
    {
        for (std::size_t i = 0; i < kRoles.size(); ++i) {
            m_columns[i] = table.text(kRoles[i]);
        }
    }
    const Kind& at(std::size_t row)
    {
        std::array<std::uint32_t, 4> key {};
        for (std::size_t i = 0; i < key.size(); ++i) {
            key[i] = m_columns[i] == nullptr ? 0 : m_columns[i]->ids[row];
        }
        if (m_last == nullptr || key != m_lastKey) {
            const auto [it, isNew] = m_kinds.try_emplace(key);
            if (isNew) {
                it->second = { evidenceOf(m_table, row), periodOf(m_table, row) };
            }
            m_last = &it->second;
            m_lastKey = key;
        }
        return *m_last;
    }

private:
    static constexpr std::array<CostRole, 4> kRoles { CostRole::ChargeCategory, CostRole::ChargeFrequency,
        CostRole::BillingStart, CostRole::BillingEnd };
    const CostTable& m_table;
    std::array<const TextColumn*, 4> m_columns {};
    std::map<std::array<std::uint32_t, 4>, Kind> m_kinds;
    std::array<std::uint32_t, 4> m_lastKey {};
    const Kind* m_last = nullptr;
};

void extend(Extents& extents, const Period& period, const Run& run)
{
    if (period == kAllTime) {
        extents.withoutPeriod.emplace(run.first, run.last);
        return;
    }
    const auto [it, isNew] = extents.inPeriods.try_emplace(period, run);
    if (!isNew) {
        it->second.first = std::min(it->second.first, run.first);
        it->second.last = std::max(it->second.last, run.last);
    }
}

void addCover(Extents& extents, const TimeRange& charge, const Run& days)
{
    if (charge == extents.lastCharge) {
        return;
    }
    extents.lastCharge = charge;
    constexpr std::int64_t kHourNs = 3'600'000'000'000;
    for (std::int64_t day = days.first; day <= days.last; ++day) {
        const TimeRange whole { startOfDay(day), startOfDay(day + 1) };
        // a charge without an end is one of its day
        const Instant from = charge.end > charge.start ? std::max(charge.start, whole.start) : whole.start;
        const Instant until = charge.end > charge.start ? std::min(charge.end, whole.end) : whole.end;
        const std::int64_t firstHour = (from - whole.start).ns / kHourNs;
        const std::int64_t endHour = ((until - whole.start).ns + kHourNs - 1) / kHourNs;
        DayCover& cover = extents.cover[day];
        for (std::int64_t hour = firstHour; hour < endHour; ++hour) {
            cover.hours |= 1U << static_cast<std::uint32_t>(hour);
        }
        cover.from = std::min(cover.from, from);
        cover.until = std::max(cover.until, until);
    }
}

void addRow(std::array<Extents, kEvidences>& all, const RowKinds::Kind& kind, const Run& charge, const TimeRange& time)
{
    Extents& anything = all[static_cast<std::size_t>(Evidence::Anything)];
    extend(anything, kAllTime, charge);
    addCover(anything, time, charge);
    const Run inPeriod { std::max(charge.first, kind.period.first), std::min(charge.last, kind.period.second) };
    if (kind.evidence != Evidence::Anything && inPeriod.first <= inPeriod.last) {
        extend(all[static_cast<std::size_t>(kind.evidence)], kind.period, inPeriod);
        addCover(all[static_cast<std::size_t>(kind.evidence)], time, inPeriod);
    }
}

/// Hours of the first and the last day of a run that no charge is of; 0 unless all hours between are covered.
double edgeHoursOf(const Run& run, const std::map<std::int64_t, DayCover>& cover)
{
    std::uint32_t missing = 0; // hours without a charge, but for the edges
    for (std::int64_t day = run.first; day <= run.last; ++day) {
        const auto it = cover.find(day);
        if (it == cover.end()) {
            return 0;
        }
        std::uint32_t edges = 0;
        for (std::uint32_t hour = 0; day == run.first && hour < 24 && (it->second.hours & (1U << hour)) == 0; ++hour) {
            edges |= 1U << hour;
        }
        for (std::uint32_t hour = 24; day == run.last && hour > 0 && (it->second.hours & (1U << (hour - 1))) == 0;
             --hour) {
            edges |= 1U << (hour - 1);
        }
        missing |= kAllHours & ~(it->second.hours | edges);
    }
    if (missing != 0) {
        return 0;
    }
    return (cover.at(run.first).from - startOfDay(run.first)).toHours()
        + (startOfDay(run.last + 1) - cover.at(run.last).until).toHours();
}

/// Charges that name no billing period: a week without any ends a run, and what is short beside the longest run is a
/// correction of another time, not a time that the bill is of.
std::vector<Run> runsOf(const std::set<std::pair<std::int64_t, std::int64_t>>& charges)
{
    constexpr std::int64_t kLongestSilence = 7;
    constexpr std::int64_t kLeastShare = 10; // of the longest: one in so many
    std::vector<Run> runs;
    std::int64_t longest = 0;
    for (const auto& [first, last] : charges) {
        if (runs.empty() || first > runs.back().last + kLongestSilence + 1) {
            runs.push_back({ first, last });
        } else {
            runs.back().last = std::max(runs.back().last, last);
        }
        longest = std::max(longest, runs.back().last - runs.back().first + 1);
    }
    std::erase_if(runs, [longest](const Run& run) { return (run.last - run.first + 1) * kLeastShare < longest; });
    return runs;
}

/// Periods that follow each other are one run; so are those that overlap.
std::vector<Run> runsOf(const std::map<Period, Run>& inPeriods)
{
    std::vector<Run> runs;
    std::int64_t periodEnd = 0;
    for (const auto& [period, extent] : inPeriods) {
        const bool follows = !runs.empty() && period.first <= periodEnd + 1;
        const bool overlaps = !runs.empty() && extent.first <= runs.back().last + 1;
        if (follows || overlaps) {
            Run& run = runs.back();
            run = { std::min(run.first, extent.first), std::max(run.last, extent.last) };
            periodEnd = std::max(periodEnd, period.second);
        } else {
            runs.push_back(extent);
            periodEnd = period.second;
        }
    }
    return runs;
}

BillSpan united(const Extents& extents)
{
    std::vector<Run> all = runsOf(extents.inPeriods);
    std::ranges::copy(runsOf(extents.withoutPeriod), std::back_inserter(all));
    std::ranges::sort(all, {}, &Run::first);
    BillSpan span;
    for (const Run& run : all) {
        if (span.runs.empty() || run.first > span.runs.back().last + 1) {
            span.runs.push_back(run);
        } else {
            span.runs.back().last = std::max(span.runs.back().last, run.last);
        }
    }
    for (const Run& run : span.runs) {
        span.edgeHours += edgeHoursOf(run, extents.cover);
    }
    return span;
}

} // namespace

bool BillSpan::contains(std::int64_t day) const
{
    return std::ranges::any_of(runs, [day](const Run& run) { return run.first <= day && day <= run.last; });
}

std::int64_t BillSpan::days() const
{
    std::int64_t sum = 0;
    for (const Run& run : runs) {
        sum += run.last - run.first + 1;
    }
    return sum;
}

double BillSpan::months(double hoursPerMonth) const
{
    return (static_cast<double>(days()) * 24 - edgeHours) / hoursPerMonth;
}

std::string BillSpan::text() const
{
    std::string text;
    for (const Run& run : runs) {
        text +=
            (text.empty() ? "" : " and ") + toIsoDate(startOfDay(run.first)) + " to " + toIsoDate(startOfDay(run.last));
    }
    return text;
}

BillSpan billSpan(std::span<const std::shared_ptr<const CostTable>> bills, const TaskContext& task)
{
    constexpr std::size_t kPollRows = 65'536;
    std::array<Extents, kEvidences> all;
    for (const auto& table : bills) {
        RowKinds kinds(*table);
        for (std::size_t row = 0; row < table->rowCount; ++row) {
            if (row % kPollRows == 0 && task.cancelled()) {
                return {};
            }
            const auto [first, last] = daysOfCharge(table->chargeStart[row], table->chargeEnd[row]);
            addRow(all, kinds.at(row), { first, last }, { table->chargeStart[row], table->chargeEnd[row] });
        }
    }
    const auto told = std::ranges::find_if(all, [](const Extents& extents) { return !extents.isEmpty(); });
    return told == all.end() ? BillSpan {} : united(*told);
}

std::vector<BillSpan::Run> searchedRuns(const BillSpan& bill, BillSpan::Run own)
{
    std::vector<Run> runs;
    for (const Run& run : bill.runs) {
        if (run.first <= own.last && own.first <= run.last) {
            runs.push_back(run);
        }
    }
    return runs.empty() ? std::vector<Run> { own } : runs;
}

} // namespace heaptoll
