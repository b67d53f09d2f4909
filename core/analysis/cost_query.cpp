// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/cost_query.h"

#include "core/analysis/bill_money.h"
#include "core/base/hash.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <tuple>
#include <unordered_map>

namespace heaptoll {
namespace {

constexpr std::array<std::string_view, 15> kWords { "provider", "account", "subaccount", "region", "service",
    "workload", "category", "sku", "resource", "hour", "day", "week", "month", "period", "currency" };
constexpr std::size_t kPollRows = 65'536;
constexpr std::int64_t kHourNs = 3'600'000'000'000;
constexpr std::int64_t kDayNs = 24 * kHourNs;

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t up = row[j + 1];
            row[j + 1] = std::min({ row[j] + 1, up + 1, diagonal + (a[i] == b[j] ? 0U : 1U) });
            diagonal = up;
        }
    }
    return row[b.size()];
}

std::optional<CostRole> roleOf(std::string_view word)
{
    static constexpr std::array<std::pair<std::string_view, CostRole>, 9> kRoles { {
        { "provider", CostRole::Provider },
        { "account", CostRole::Account },
        { "subaccount", CostRole::SubAccount },
        { "region", CostRole::Region },
        { "service", CostRole::Service },
        { "category", CostRole::ChargeCategory },
        { "sku", CostRole::Sku },
        { "resource", CostRole::Resource },
        { "currency", CostRole::Currency },
    } };
    const auto it = std::ranges::find(kRoles, word, &std::pair<std::string_view, CostRole>::first);
    return it == kRoles.end() ? std::nullopt : std::optional(it->second);
}

std::int64_t floorDivide(std::int64_t value, std::int64_t unit)
{
    const std::int64_t quotient = value / unit;
    return value % unit < 0 ? quotient - 1 : quotient;
}

/// Source: ISO 8601: week 1 has the year's first Thursday.
std::string isoWeek(std::int64_t day)
{
    namespace chrono = std::chrono;
    const std::int64_t weekday = floorDivide(day + 3, 7) * 7 == day + 3 ? 0 : day + 3 - floorDivide(day + 3, 7) * 7;
    const std::int64_t thursday = day - weekday + 3; // 1970-01-01 was a Thursday: (day + 3) mod 7 counts from Monday
    const chrono::year_month_day date { chrono::sys_days { chrono::days { thursday } } };
    const auto newYear =
        chrono::sys_days { chrono::year_month_day { date.year(), chrono::January, chrono::day { 1 } } };
    const std::int64_t week = (thursday - newYear.time_since_epoch().count()) / 7 + 1;
    std::array<char, 24> text {};
    std::snprintf(text.data(), text.size(), "%04d-W%02d", static_cast<int>(date.year()), static_cast<int>(week));
    return text.data();
}

/// One dimension as a number per row, and the text of a number.
class Dimension {
public:
    Dimension() = default;
    Dimension(const Dimension&) = delete;
    Dimension& operator=(const Dimension&) = delete;
    Dimension(Dimension&&) = delete;
    Dimension& operator=(Dimension&&) = delete;
    virtual ~Dimension() = default;
    [[nodiscard]] virtual std::uint32_t code(std::size_t row) = 0;
    [[nodiscard]] virtual std::string text(std::uint32_t code) const = 0;
};

class TextDimension final : public Dimension {
public:
    TextDimension(const CostTable& table, const TextColumn* column)
        : m_table(table)
        , m_column(column)
    { }
    std::uint32_t code(std::size_t row) override { return m_column == nullptr ? 0 : m_column->ids[row]; }
    std::string text(std::uint32_t code) const override { return std::string(m_table.strings.view(StringId { code })); }

private:
    const CostTable& m_table;
    const TextColumn* m_column;
};

enum class Grain : std::uint8_t { Hour, Day, Week, Month };

/// Units of time are numbered as they are met; neighbouring rows mostly lie in the same hour.
class TimeDimension final : public Dimension {
public:
    TimeDimension(const CostTable& table, Grain grain)
        : m_table(table)
        , m_grain(grain)
    { }
    std::uint32_t code(std::size_t row) override
    {
        const std::int64_t hour = floorDivide(m_table.chargeStart[row].ns, m_grain == Grain::Hour ? kHourNs : kDayNs);
        if (hour != m_last || m_texts.empty()) {
            m_last = hour;
            const auto [it, isNew] = m_codes.try_emplace(hour, 0);
            if (isNew) {
                it->second = intern(textOf(m_table.chargeStart[row]));
            }
            m_lastCode = it->second;
        }
        return m_lastCode;
    }
    std::string text(std::uint32_t code) const override { return m_texts[code]; }

private:
    std::string textOf(Instant t) const
    {
        switch (m_grain) {
        case Grain::Hour: return toIso8601({ floorDivide(t.ns, kHourNs) * kHourNs });
        case Grain::Day: return toIsoDate(t);
        case Grain::Week: return isoWeek(utcDay(t));
        case Grain::Month: break;
        }
        return toIsoMonth(t);
    }
    std::uint32_t intern(std::string text)
    {
        const auto [it, isNew] = m_textCodes.try_emplace(text, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew) {
            m_texts.push_back(std::move(text));
        }
        return it->second;
    }

    const CostTable& m_table;
    Grain m_grain;
    std::int64_t m_last = 0;
    std::uint32_t m_lastCode = 0;
    std::unordered_map<std::int64_t, std::uint32_t> m_codes;
    std::unordered_map<std::string, std::uint32_t> m_textCodes;
    std::vector<std::string> m_texts;
};

/// Start and end of the charge.
class PeriodDimension final : public Dimension {
public:
    explicit PeriodDimension(const CostTable& table)
        : m_table(table)
    { }
    std::uint32_t code(std::size_t row) override
    {
        const std::pair period(m_table.chargeStart[row].ns, m_table.chargeEnd[row].ns);
        const auto [it, isNew] = m_codes.try_emplace(period, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew) {
            m_texts.push_back(toIso8601(m_table.chargeStart[row]) + '/' + toIso8601(m_table.chargeEnd[row]));
        }
        return it->second;
    }
    std::string text(std::uint32_t code) const override { return m_texts[code]; }

private:
    const CostTable& m_table;
    std::map<std::pair<std::int64_t, std::int64_t>, std::uint32_t> m_codes;
    std::vector<std::string> m_texts;
};

/// Looked up once per distinct tag set, not once per row.
class TagDimension final : public Dimension {
public:
    TagDimension(const CostTable& table, std::string_view key)
        : m_table(table)
        , m_ofSet(table.tagSets.size())
    {
        for (std::size_t set = 0; set < m_ofSet.size(); ++set) {
            for (const Label& tag : table.tagSets.at(LabelSetId { set })) {
                if (table.strings.view(tag.key) == key) {
                    m_ofSet[set] = tag.text.value;
                }
            }
        }
    }
    std::uint32_t code(std::size_t row) override { return m_ofSet[m_table.rowTags[row]]; }
    std::string text(std::uint32_t code) const override { return std::string(m_table.strings.view(StringId { code })); }

private:
    const CostTable& m_table;
    std::vector<std::uint32_t> m_ofSet;
};

class WorkloadDimension final : public Dimension {
public:
    explicit WorkloadDimension(const std::function<std::string(std::size_t)>& workloadOf)
        : m_workloadOf(workloadOf)
    { }
    std::uint32_t code(std::size_t row) override
    {
        std::string name = m_workloadOf ? m_workloadOf(row) : std::string();
        const auto [it, isNew] = m_codes.try_emplace(name, static_cast<std::uint32_t>(m_texts.size()));
        if (isNew) {
            m_texts.push_back(std::move(name));
        }
        return it->second;
    }
    std::string text(std::uint32_t code) const override { return m_texts[code]; }

private:
    const std::function<std::string(std::size_t)>& m_workloadOf;
    std::unordered_map<std::string, std::uint32_t> m_codes;
    std::vector<std::string> m_texts;
};

std::unique_ptr<Dimension> makeDimension(
    const CostTable& table, const std::string& key, const std::function<std::string(std::size_t)>& workloadOf)
{
    if (key.starts_with("tag:")) {
        return std::make_unique<TagDimension>(table, std::string_view(key).substr(4));
    }
    if (key == "workload") {
        return std::make_unique<WorkloadDimension>(workloadOf);
    }
    if (key == "period") {
        return std::make_unique<PeriodDimension>(table);
    }
    if (const auto role = roleOf(key)) {
        return std::make_unique<TextDimension>(table, table.text(*role));
    }
    const Grain grain = key == "hour" ? Grain::Hour
        : key == "week"               ? Grain::Week
        : key == "month"              ? Grain::Month
                                      : Grain::Day;
    return std::make_unique<TimeDimension>(table, grain);
}

/// Sums by key. Keys are rows of codes, found by open addressing; the currency is the last code of a key, so that money
/// of two currencies never meets.
class Groups {
public:
    struct Sum {
        Decimal cost;
        std::uint64_t rows = 0;
        std::uint64_t unknown = 0;
    };

    explicit Groups(std::size_t width)
        : m_width(width)
        , m_slots(1024)
    { }
    Sum& at(const std::vector<std::uint32_t>& key)
    {
        if (m_sums.size() * 2 >= m_slots.size()) {
            grow();
        }
        const std::size_t mask = m_slots.size() - 1;
        for (std::size_t slot = hashOf(key.data()) & mask;; slot = (slot + 1) & mask) {
            if (m_slots[slot] == 0) {
                m_keys.insert(m_keys.end(), key.begin(), key.end());
                m_sums.emplace_back();
                m_slots[slot] = static_cast<std::uint32_t>(m_sums.size());
                return m_sums.back();
            }
            const std::size_t group = m_slots[slot] - 1;
            if (std::equal(key.begin(), key.end(), keyOf(group))) {
                return m_sums[group];
            }
        }
    }
    [[nodiscard]] std::size_t size() const { return m_sums.size(); }
    [[nodiscard]] const Sum& sum(std::size_t group) const { return m_sums[group]; }
    [[nodiscard]] const std::uint32_t* keyOf(std::size_t group) const { return m_keys.data() + group * m_width; }

private:
    [[nodiscard]] std::uint64_t hashOf(const std::uint32_t* key) const
    {
        std::uint64_t hash = m_width;
        for (std::size_t i = 0; i < m_width; ++i) {
            hash = mixHash(hash ^ key[i]);
        }
        return hash;
    }
    void grow()
    {
        m_slots.assign(m_slots.size() * 2, 0);
        const std::size_t mask = m_slots.size() - 1;
        for (std::size_t group = 0; group < m_sums.size(); ++group) {
            std::size_t slot = hashOf(keyOf(group)) & mask;
            while (m_slots[slot] != 0) {
                slot = (slot + 1) & mask;
            }
            m_slots[slot] = static_cast<std::uint32_t>(group + 1);
        }
    }

    std::size_t m_width;
    std::vector<std::uint32_t> m_slots;
    std::vector<std::uint32_t> m_keys;
    std::vector<Sum> m_sums;
};

using Dimensions = std::vector<std::unique_ptr<Dimension>>;

Result<void> sumRows(const CostTable& table, const DecimalColumn* money, Dimensions& dimensions, Groups& groups,
    const std::pair<const std::function<bool(std::size_t)>&, const TaskContext&>& control)
{
    const auto& [keep, task] = control;
    std::vector<std::uint32_t> key(dimensions.size());
    for (std::size_t row = 0; row < table.rowCount; ++row) {
        if (row % kPollRows == 0 && task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
        }
        if (keep && !keep(row)) {
            continue;
        }
        for (std::size_t d = 0; d < dimensions.size(); ++d) {
            key[d] = dimensions[d]->code(row);
        }
        Groups::Sum& sum = groups.at(key);
        ++sum.rows;
        if (money == nullptr || money->isUnknown(row)) {
            ++sum.unknown;
            continue;
        }
        const auto total = Decimal::add(sum.cost, money->at(row));
        if (!total) {
            return moneyOverflow();
        }
        sum.cost = *total;
    }
    return {};
}

Result<void> collect(const Groups& groups, const Dimensions& dimensions, CostQueryResult& result)
{
    for (std::size_t g = 0; g < groups.size(); ++g) {
        CostGroup& group = result.groups.emplace_back();
        for (std::size_t d = 0; d + 1 < dimensions.size(); ++d) {
            group.keys.push_back(dimensions[d]->text(groups.keyOf(g)[d]));
        }
        group.currency = dimensions.back()->text(groups.keyOf(g)[dimensions.size() - 1]);
        const Groups::Sum& sum = groups.sum(g);
        group.cost = sum.cost;
        group.rows = sum.rows;
        group.unknownRows = sum.unknown;
        result.totals.rows += sum.rows;
        result.totals.unknownRows += sum.unknown;
        std::optional<Decimal>& total = result.totals.byCurrency[group.currency];
        if (sum.unknown == sum.rows) {
            continue;
        }
        const auto added = Decimal::add(total.value_or(Decimal {}), sum.cost);
        if (!added) {
            return moneyOverflow();
        }
        total = *added;
    }
    rankByCost(result.groups);
    return {};
}

} // namespace

Result<CostDimension> parseCostDimension(std::string_view text)
{
    if (std::ranges::find(kWords, text) != kWords.end() || (text.starts_with("tag:") && text.size() > 4)) {
        return CostDimension { std::string(text) };
    }
    const auto nearest =
        std::ranges::min_element(kWords, {}, [text](std::string_view word) { return editDistance(word, text); });
    std::string words = "tag:KEY";
    for (const std::string_view word : kWords) {
        words += ", " + std::string(word);
    }
    return Error { ErrorCode::Usage, "unknown dimension \"" + std::string(text) + "\"; valid are " + words, {},
        "did you mean " + (text.starts_with("tag") ? std::string("tag:KEY") : std::string(*nearest)) + "?" };
}

void rankByCost(std::vector<CostGroup>& groups)
{
    std::map<std::string, std::uint64_t> rowsOf;
    for (const CostGroup& group : groups) {
        rowsOf[group.currency] += group.rows;
    }
    std::ranges::sort(groups, [&rowsOf](const CostGroup& a, const CostGroup& b) {
        if (a.currency != b.currency) {
            const std::uint64_t x = rowsOf.at(a.currency);
            const std::uint64_t y = rowsOf.at(b.currency);
            return x != y ? x > y : a.currency < b.currency;
        }
        return a.cost != b.cost ? a.cost > b.cost : a.keys < b.keys;
    });
}

Reconciliation reconcile(const CostTable& table)
{
    const sdk::CostDelivery& delivery = table.delivery;
    Reconciliation report;
    report.rowsRead = delivery.rowsRead;
    report.rowsKept = table.rowCount;
    report.excluded = delivery.excluded;
    report.duplicatesDropped = delivery.duplicatesDropped;
    report.roundedValues = delivery.roundedValues;
    report.expectedRows = delivery.expectedRows;
    report.expectedTotal = delivery.expectedTotal;
    std::uint64_t accounted = report.rowsKept + report.duplicatesDropped;
    for (const sdk::CostExclusion& exclusion : delivery.excluded) {
        accounted += exclusion.rowsKept ? 0 : exclusion.rows;
    }
    report.reconciles = accounted == report.rowsRead;
    if (report.expectedRows && *report.expectedRows != report.rowsRead) {
        report.reconciles = false;
    }
    for (std::string& currency : table.currencies()) {
        report.currencies.insert(std::move(currency));
    }
    const DecimalColumn* const billed = table.money(CostBasis::Billed);
    if (report.expectedTotal && billed != nullptr) {
        std::optional<Decimal> total = Decimal {};
        for (std::size_t row = 0; row < table.rowCount && total; ++row) {
            total = Decimal::add(*total, billed->at(row));
        }
        report.reconciles = report.reconciles && total == report.expectedTotal;
    }
    return report;
}

Result<CostQueryResult> queryCosts(const CostTable& table, CostBasis basis, const std::vector<CostDimension>& by,
    const std::function<std::string(std::size_t)>& workloadOf, const std::function<bool(std::size_t)>& keep,
    const TaskContext& task)
{
    CostQueryResult result;
    BillMoney money = moneyOf(table, basis);
    result.hasBasis = money.column != nullptr;
    result.note = std::move(money.note);
    Dimensions dimensions;
    for (const CostDimension& dimension : by) {
        HEAPTOLL_TRY(parseCostDimension(dimension.key));
        dimensions.push_back(makeDimension(table, dimension.key, workloadOf));
    }
    dimensions.push_back(makeDimension(table, "currency", workloadOf));
    Groups groups(dimensions.size());
    HEAPTOLL_TRY(sumRows(table, money.column, dimensions, groups, { keep, task }));
    HEAPTOLL_TRY(collect(groups, dimensions, result));
    return result;
}

} // namespace heaptoll
