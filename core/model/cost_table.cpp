// SPDX-License-Identifier: Apache-2.0
#include "core/model/cost_table.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr std::array<std::string_view, kCostBasisCount> kBasisNames { "billed", "effective", "list", "contracted",
    "net" };
constexpr std::array<CostRole, kCostBasisCount> kBasisRoles { CostRole::Billed, CostRole::Effective, CostRole::List,
    CostRole::Contracted, CostRole::Net };

} // namespace

std::string_view name(CostBasis basis)
{
    return kBasisNames[static_cast<std::size_t>(basis)];
}

std::optional<CostBasis> parseCostBasis(std::string_view name)
{
    const auto it = std::ranges::find(kBasisNames, name);
    if (it == kBasisNames.end()) {
        return std::nullopt;
    }
    return static_cast<CostBasis>(it - kBasisNames.begin());
}

const TextColumn* CostTable::text(CostRole role) const
{
    const auto it = std::ranges::find(texts, role, &TextColumn::role);
    return it == texts.end() ? nullptr : &*it;
}

const DecimalColumn* CostTable::decimal(CostRole role) const
{
    const auto it = std::ranges::find(decimals, role, &NamedDecimalColumn::role);
    return it == decimals.end() ? nullptr : &it->values;
}

const DecimalColumn* CostTable::money(CostBasis basis) const
{
    return decimal(kBasisRoles[static_cast<std::size_t>(basis)]);
}

std::string_view CostTable::textAt(CostRole role, std::size_t row) const
{
    const TextColumn* const column = text(role);
    return column == nullptr ? std::string_view {} : strings.view(StringId { column->ids[row] });
}

std::optional<std::string_view> CostTable::tagAt(std::string_view key, std::size_t row) const
{
    for (const Label& tag : tagSets.at(LabelSetId { rowTags[row] })) {
        if (strings.view(tag.key) == key) {
            return strings.view(tag.text);
        }
    }
    return std::nullopt;
}

std::vector<std::string> CostTable::currencies() const
{
    std::vector<std::uint32_t> ids;
    if (const TextColumn* const column = text(CostRole::Currency)) {
        const auto known = column->ids.hasCodes() ? column->ids.dictionary() : std::span<const std::uint32_t> {};
        ids.assign(known.begin(), known.end());
        if (!column->ids.hasCodes() || std::ranges::find(column->ids, 0U) == column->ids.end()) {
            std::erase(ids, 0U);
        }
        if (!column->ids.hasCodes()) {
            ids.assign(column->ids.begin(), column->ids.end());
            std::ranges::sort(ids);
            ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        }
    }
    std::vector<std::string> codes;
    codes.reserve(ids.size());
    for (const std::uint32_t id : ids) {
        codes.emplace_back(strings.view(StringId { id }));
    }
    std::ranges::sort(codes);
    return codes;
}

void CostTableBuilder::beginCosts(std::span<const sdk::CostColumnRow> columns)
{
    if (!m_table) {
        m_table = std::make_shared<CostTable>();
    }
    m_mapping.clear();
    // The column of that name in the table, or a new one. Two columns of one part that are named alike (one of the file, one
    // that its importer derives) are two: the second is "name (2)", in every part.
    const auto mapTo = [this](auto& table, Target target, const sdk::CostColumnRow& row) {
        std::string name(row.name);
        const auto isTaken = [&](const Mapping& mapping) {
            return mapping.target == target && table[mapping.index].name == name;
        };
        for (int number = 2; std::ranges::any_of(m_mapping, isTaken); ++number) {
            name = std::string(row.name) + " (" + std::to_string(number) + ')';
        }
        const auto isNamed = [&name](const auto& column) { return column.name == name; };
        const auto index = static_cast<std::size_t>(std::ranges::find_if(table, isNamed) - table.begin());
        m_mapping.push_back({ target, index });
        if (index == table.size()) {
            table.push_back({ std::move(name), row.role, {} });
        }
        return index;
    };
    for (const sdk::CostColumnRow& column : columns) {
        switch (column.kind) {
        case sdk::CostColumnKind::Time:
            m_mapping.push_back({ column.role == CostRole::ChargeStart ? Target::Start : Target::End, 0 });
            break;
        case sdk::CostColumnKind::Tags: m_mapping.push_back({ Target::Tags, 0 }); break;
        case sdk::CostColumnKind::Text: {
            const std::size_t index = mapTo(m_table->texts, Target::Text, column);
            m_table->texts[index].ids.resize(m_table->rowCount);
            break;
        }
        case sdk::CostColumnKind::Decimal: {
            DecimalColumn& values = m_table->decimals[mapTo(m_table->decimals, Target::Decimal, column)].values;
            values.appendUnknown(m_table->rowCount - values.size());
            break;
        }
        }
    }
}

StringId CostTableBuilder::string(std::string_view text)
{
    return m_table->strings.intern(text);
}

LabelSetId CostTableBuilder::tags(std::span<const sdk::TagRow> tags)
{
    std::vector<Label> labels;
    labels.reserve(tags.size());
    for (const sdk::TagRow& tag : tags) {
        labels.push_back({ tag.key, tag.value, 0, {} });
    }
    return m_table->tagSets.intern(labels);
}

void CostTableBuilder::appendColumn(const sdk::CostColumnData& data, std::size_t mapping, std::size_t rows)
{
    CostTable& table = *m_table;
    // Ids are one 32-bit number: spans of them are spans of their values.
    const auto values = [](auto ids) {
        static_assert(sizeof(ids[0]) == sizeof(std::uint32_t));
        return std::span(reinterpret_cast<const std::uint32_t*>(ids.data()), ids.size());
    };
    switch (m_mapping[mapping].target) {
    case Target::Start: table.chargeStart.append(data.time); return;
    case Target::End: table.chargeEnd.append(data.time); return;
    case Target::Tags: table.rowTags.append(values(data.tags)); return;
    case Target::Text: table.texts[m_mapping[mapping].index].ids.append(values(data.text)); return;
    case Target::Decimal: break;
    }
    DecimalColumn& column = table.decimals[m_mapping[mapping].index].values;
    if (!data.narrow.empty()) {
        column.appendNarrow(data.narrow, data.narrowScale, data.isNull);
        return;
    }
    for (std::size_t r = 0; r < rows; ++r) {
        if (!data.isNull.empty() && data.isNull[r] != 0) {
            column.appendUnknown();
        } else {
            column.append(data.decimal[r]);
        }
    }
}

void CostTableBuilder::rows(const sdk::CostRows& rows)
{
    if (rows.rows == 0) {
        return;
    }
    CostTable& table = *m_table;
    const std::size_t count = table.rowCount + rows.rows;
    for (std::size_t c = 0; c < m_mapping.size(); ++c) {
        appendColumn(rows.columns[c], c, rows.rows);
    }
    // Columns that this part lacks stay unknown for its rows; a charge without an end is taken as
    // instantaneous.
    table.chargeStart.resize(count);
    for (std::size_t row = table.chargeEnd.size(); row < count; ++row) {
        table.chargeEnd.push_back(table.chargeStart[row]);
    }
    table.rowTags.resize(count);
    for (TextColumn& column : table.texts) {
        column.ids.resize(count);
    }
    for (NamedDecimalColumn& column : table.decimals) {
        if (column.values.size() < count) {
            column.values.appendUnknown(count - column.values.size());
        }
    }
    table.rowCount = count;
}

void CostTableBuilder::endCosts(const sdk::CostDelivery& delivery)
{
    m_table->delivery = delivery;
}

std::shared_ptr<const CostTable> CostTableBuilder::take()
{
    return std::move(m_table);
}

} // namespace heaptoll
