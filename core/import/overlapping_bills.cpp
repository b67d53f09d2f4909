// SPDX-License-Identifier: Apache-2.0
#include "core/import/overlapping_bills.h"

#include "core/base/hash.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace heaptoll {
namespace {

constexpr std::uint64_t kMostSampled = 2'000'000; ///< charges: 48 MB
constexpr std::uint64_t kTellingShare = 10; ///< one of so many charges
constexpr std::size_t kPollRows = 65'536;

/// One bill among the documents, and its texts as hashes, which are the same in every bill.
struct Bill {
    std::size_t document = 0;
    const CostTable* table = nullptr;
    std::vector<std::uint64_t> textHashes; ///< by StringId
    std::vector<const TextColumn*> columns; ///< that tell charges apart and every bill of the period has
};

std::string lowerLetters(std::string_view name)
{
    std::string letters;
    for (const char c : name) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
            letters.push_back(static_cast<char>(c | 0x20));
        }
    }
    return letters;
}

/// Columns that are the same for a charge in every delivery of it.
bool isLasting(const TextColumn& column)
{
    static constexpr std::array<CostRole, 4> kOfPeriod { CostRole::BillingStart, CostRole::BillingEnd,
        CostRole::Provider, CostRole::Account };
    static constexpr std::array<std::string_view, 4> kChanging { "invoice", "lineitemid", "timeinterval", "tag" };
    const std::string name = lowerLetters(column.name);
    return std::ranges::find(kOfPeriod, column.role) == kOfPeriod.end()
        && std::ranges::none_of(
            kChanging, [&name](std::string_view word) { return name.find(word) != std::string::npos; });
}

/// Hash of an optional text of a row; 0 where the bill has no such column or text.
std::uint64_t hashAt(const Bill& bill, const TextColumn* column, std::size_t row)
{
    return column == nullptr ? 0 : bill.textHashes[column->ids[row]];
}

/// Provider, account and billing period of the rows of a bill, each kind numbered by hash.
class Periods {
public:
    explicit Periods(const Bill& bill)
        : m_bill(bill)
        , m_provider(bill.table->text(CostRole::Provider))
        , m_account(bill.table->text(CostRole::Account))
        , m_start(bill.table->text(CostRole::BillingStart))
    { }
    /// The start of the billing period; where the bill names none, of the month of the charge.
    [[nodiscard]] std::string startOf(std::size_t row) const
    {
        const auto named = m_start == nullptr
            ? std::nullopt
            : parseInstant(m_bill.table->strings.view(StringId { m_start->ids[row] }));
        return named ? toIsoDate(*named) : toIsoMonth(m_bill.table->chargeStart[row]) + "-01";
    }
    [[nodiscard]] std::uint64_t hashOf(std::size_t row)
    {
        const std::uint32_t id = m_start == nullptr ? 0 : m_start->ids[row];
        const std::int64_t day = id == 0 ? utcDay(m_bill.table->chargeStart[row]) : 0;
        if (id != m_lastId || day != m_lastDay || m_last == 0) {
            m_lastId = id;
            m_lastDay = day;
            m_last = hashBytes(startOf(row));
        }
        return mixHash(mixHash(m_last ^ hashAt(m_bill, m_provider, row)) ^ hashAt(m_bill, m_account, row));
    }
    [[nodiscard]] std::string accountOf(std::size_t row) const
    {
        return std::string(m_bill.table->textAt(CostRole::Account, row));
    }

private:
    const Bill& m_bill;
    const TextColumn* m_provider;
    const TextColumn* m_account;
    const TextColumn* m_start;
    std::uint32_t m_lastId = 0;
    std::int64_t m_lastDay = 0;
    std::uint64_t m_last = 0;
};

std::vector<Bill> billsOf(const std::vector<DocumentPtr>& documents)
{
    std::vector<Bill> bills;
    for (std::size_t d = 0; d < documents.size(); ++d) {
        const Document& document = *documents[d];
        if (document.kind() == DocumentKind::Cost && document.costs()->rowCount > 0) {
            bills.push_back({ d, document.costs().get(), {}, {} });
        }
    }
    return bills;
}

/// Keeps of every bill the lasting columns that all have, in one order.
void findCommonColumns(std::vector<Bill>& bills)
{
    std::map<std::string, std::vector<const TextColumn*>> byName;
    for (std::size_t b = 0; b < bills.size(); ++b) {
        for (const TextColumn& column : bills[b].table->texts) {
            auto& columns = byName[lowerLetters(column.name)];
            if (columns.size() == b && isLasting(column)) {
                columns.push_back(&column);
            }
        }
    }
    for (const auto& [name, columns] : byName) {
        for (std::size_t b = 0; b < bills.size() && columns.size() == bills.size(); ++b) {
            bills[b].columns.push_back(columns[b]);
        }
    }
}

/// The charges of the periods that several bills have.
class Charges {
public:
    Charges(std::vector<Bill>& bills, const TaskContext& task)
        : m_bills(bills)
        , m_task(task)
    { }

    struct Overlap {
        std::uint64_t shared = 0;
        std::size_t exampleRow = 0; ///< of the bill
    };
    /// By bill, the other bill, and the period.
    using Overlaps = std::map<std::tuple<std::size_t, std::size_t, std::uint64_t>, Overlap>;

    void collect();
    [[nodiscard]] Overlaps overlaps();
    /// Different charges of a bill in a period, or of the sample of them.
    [[nodiscard]] std::uint64_t countOf(std::size_t bill, std::uint64_t period) const
    {
        const auto it = m_counts.find({ bill, period });
        return it == m_counts.end() ? 0 : it->second;
    }
    [[nodiscard]] std::uint64_t oneOf() const { return m_oneOf; } ///< 1 = all were looked at

private:
    struct Charge {
        std::uint64_t key = 0;
        std::uint64_t period = 0;
        std::uint32_t bill = 0;
        std::uint32_t row = 0;
    };
    void collect(std::size_t index, const std::map<std::uint64_t, std::set<std::size_t>>& billsOfPeriod);
    [[nodiscard]] static std::uint64_t keyOf(const Bill& bill, std::size_t row, std::uint64_t rough);

    std::vector<Bill>& m_bills;
    const TaskContext& m_task;
    std::vector<Charge> m_charges;
    std::map<std::pair<std::size_t, std::uint64_t>, std::uint64_t> m_counts;
    std::uint64_t m_oneOf = 1;
};

void Charges::collect()
{
    std::map<std::uint64_t, std::set<std::size_t>> billsOfPeriod;
    std::uint64_t rows = 0;
    for (std::size_t b = 0; b < m_bills.size(); ++b) {
        Periods periods(m_bills[b]);
        std::uint64_t last = 0;
        for (std::size_t row = 0; row < m_bills[b].table->rowCount && !m_task.cancelled(); ++row) {
            if (const std::uint64_t period = periods.hashOf(row); period != last) {
                billsOfPeriod[period].insert(b);
                last = period;
            }
        }
        rows += m_bills[b].table->rowCount;
    }
    std::erase_if(billsOfPeriod, [](const auto& entry) { return entry.second.size() < 2; });
    if (billsOfPeriod.empty()) {
        return;
    }
    m_oneOf = 1 + rows / kMostSampled;
    findCommonColumns(m_bills);
    for (std::size_t b = 0; b < m_bills.size(); ++b) {
        collect(b, billsOfPeriod);
    }
}

void Charges::collect(std::size_t index, const std::map<std::uint64_t, std::set<std::size_t>>& billsOfPeriod)
{
    const Bill& bill = m_bills[index];
    const TextColumn* const resource = bill.table->text(CostRole::Resource);
    Periods periods(bill);
    for (std::size_t row = 0; row < bill.table->rowCount; ++row) {
        if (row % kPollRows == 0 && m_task.cancelled()) {
            return;
        }
        const std::uint64_t period = periods.hashOf(row);
        const std::uint64_t rough =
            mixHash(hashAt(bill, resource, row) ^ static_cast<std::uint64_t>(bill.table->chargeStart[row].ns));
        if (rough % m_oneOf == 0 && billsOfPeriod.contains(period)) {
            m_charges.push_back({ keyOf(bill, row, rough), period, static_cast<std::uint32_t>(index),
                static_cast<std::uint32_t>(row) });
        }
    }
}

std::uint64_t Charges::keyOf(const Bill& bill, std::size_t row, std::uint64_t rough)
{
    const CostTable& table = *bill.table;
    std::uint64_t key = mixHash(rough ^ static_cast<std::uint64_t>(table.chargeEnd[row].ns));
    for (const TextColumn* const column : bill.columns) {
        key = mixHash(key ^ hashAt(bill, column, row));
    }
    if (table.textAt(CostRole::Resource, row).empty()) {
        std::uint64_t tags = 0; // of any order
        for (const Label& tag : table.tagSets.at(LabelSetId { table.rowTags[row] })) {
            tags += mixHash(bill.textHashes[tag.key.value] ^ mixHash(bill.textHashes[tag.text.value]));
        }
        key = mixHash(key ^ tags);
    }
    return key;
}

Charges::Overlaps Charges::overlaps()
{
    std::ranges::sort(m_charges, {}, [](const Charge& c) { return std::tuple(c.period, c.key, c.bill, c.row); });
    const auto isSame = [](const Charge& a, const Charge& b) {
        return a.period == b.period && a.key == b.key && a.bill == b.bill;
    };
    m_charges.erase(std::unique(m_charges.begin(), m_charges.end(), isSame), m_charges.end());
    Overlaps found;
    for (std::size_t begin = 0; begin < m_charges.size();) {
        std::size_t end = begin;
        while (end < m_charges.size() && m_charges[end].key == m_charges[begin].key
            && m_charges[end].period == m_charges[begin].period) {
            ++m_counts[{ m_charges[end].bill, m_charges[end].period }];
            ++end;
        }
        for (std::size_t i = begin; i < end; ++i) {
            for (std::size_t j = begin; j < end; ++j) {
                if (i != j) {
                    Overlap& overlap = found[{ m_charges[i].bill, m_charges[j].bill, m_charges[i].period }];
                    overlap.exampleRow = overlap.shared++ == 0 ? m_charges[i].row : overlap.exampleRow;
                }
            }
        }
        begin = end;
    }
    return found;
}

std::string countedTwiceText(
    const Charges& charges, const Charges::Overlap& overlap, std::uint64_t all, const Bill& bill, const Document& other)
{
    const auto count = [&](std::uint64_t sampled) {
        return formatCount(static_cast<double>(sampled * charges.oneOf()));
    };
    const Periods periods(bill);
    const std::string account = periods.accountOf(overlap.exampleRow);
    return std::string(charges.oneOf() > 1 ? "about " : "") + count(overlap.shared) + " of its " + count(all)
        + " charges" + (account.empty() ? "" : " of account " + account) + " in the billing period from "
        + periods.startOf(overlap.exampleRow) + " are in " + other.path
        + " as well and count twice: if one of the two files is an older delivery of the same bill, leave it out";
}

/// What is to be said of each document; those of which nothing is are left out.
std::map<std::size_t, std::string> overlapTexts(const std::vector<DocumentPtr>& documents, const TaskContext& task)
{
    std::map<std::size_t, std::string> texts;
    std::vector<Bill> bills = billsOf(documents);
    if (bills.size() < 2) {
        return texts;
    }
    for (Bill& bill : bills) {
        const StringTable& strings = bill.table->strings;
        for (std::size_t id = 0; id < strings.size(); ++id) {
            bill.textHashes.push_back(hashBytes(strings.view(StringId { id })));
        }
    }
    Charges charges(bills, task);
    charges.collect();
    for (const auto& [place, overlap] : charges.overlaps()) {
        const auto& [one, two, period] = place;
        const std::uint64_t all = charges.countOf(one, period);
        const std::uint64_t others = charges.countOf(two, period);
        const bool isSmaller = all < others || (all == others && one < two);
        if (isSmaller && overlap.shared * kTellingShare >= all) {
            const Document& other = *documents[bills[two].document];
            texts.try_emplace(bills[one].document, countedTwiceText(charges, overlap, all, bills[one], other));
        }
    }
    return texts;
}

const Issue* markOf(const Document& document)
{
    const auto it = std::ranges::find(document.issues.all(), kCountedTwice, &Issue::code);
    return it == document.issues.all().end() ? nullptr : &*it;
}

} // namespace

bool isCountedTwice(const Document& document)
{
    return markOf(document) != nullptr;
}

void markOverlaps(std::vector<DocumentPtr>& documents, const TaskContext& task)
{
    const std::map<std::size_t, std::string> texts = overlapTexts(documents, task);
    if (task.cancelled()) {
        return;
    }
    for (std::size_t d = 0; d < documents.size(); ++d) {
        const auto text = texts.find(d);
        const Issue* const mark = markOf(*documents[d]);
        if (text == texts.end() ? mark == nullptr : mark != nullptr && mark->message == text->second) {
            continue;
        }
        auto changed = std::make_shared<Document>(*documents[d]);
        changed->issues.remove(kCountedTwice);
        if (text != texts.end()) {
            changed->issues.add(Severity::DataLoss, kCountedTwice, { changed->path }, text->second);
        }
        documents[d] = std::move(changed);
    }
}

} // namespace heaptoll
