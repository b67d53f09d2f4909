// SPDX-License-Identifier: Apache-2.0
#include "plugins/focus/focus_dialect.h"

#include "core/sdk/support/bill_header.h"
#include "core/sdk/support/json_text.h"
#include "plugins/focus/focus_columns.h"

#include <algorithm>

namespace heaptoll {
namespace {

std::optional<Decimal> numberOf(const std::vector<sdk::JsonValue>& members, std::string_view key)
{
    const sdk::JsonValue* const value = sdk::findJson(members, key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const auto parsed = Decimal::parse(value->text);
    return parsed && !parsed->value.isZero() && !parsed->value.isNegative() ? std::optional(parsed->value)
                                                                            : std::nullopt;
}

} // namespace

FocusDialect::FocusDialect(const sdk::BillPart& part, const std::vector<sdk::BillColumn>& plan)
    : m_part(part)
    , m_plan(plan)
    , m_detailsColumn(static_cast<std::size_t>(
          std::ranges::find_if(
              plan, [](const sdk::BillColumn& column) { return sdk::lowerAscii(column.name) == "skupricedetails"; })
          - plan.begin()))
    , m_zeroListCost(part, plan)
{ }

StringId FocusDialect::text(std::size_t column, std::string_view text, sdk::CostSink& sink)
{
    const std::string_view name = m_plan[column].name;
    const std::string_view allowed = focusEnumValue(name, text);
    if (!allowed.empty() && allowed != text) {
        m_part.sink->issue(Severity::Info, "focus.enum_spelling",
            { m_part.source->displayName(), {}, 0, std::string(name) },
            '"' + std::string(text) + "\" is read as \"" + std::string(allowed) + '"');
        return sink.string(allowed);
    }
    const StringId id = sink.string(text);
    if (column == m_detailsColumn) {
        noteMachine(id, text);
    }
    return id;
}

/// Keys and units as the specification fixes them from 1.2 on: CoreCount, MemorySize in GiB.
void FocusDialect::noteMachine(StringId id, std::string_view json)
{
    const auto members = sdk::parseJsonObject(json);
    if (members) {
        m_machines[id] = { numberOf(*members, "CoreCount"), numberOf(*members, "MemorySize") };
    }
}

LabelSetId FocusDialect::tags(std::size_t /*column*/, std::string_view text, const Location& where)
{
    if (text == "null" || text == "{}") {
        return {};
    }
    const auto members = sdk::parseJsonObject(text);
    if (!members) {
        m_part.sink->issue(Severity::Notice, "focus.bad_tags", where,
            "tags are not a JSON object; the rows that carry them have no tags (the line is that of the "
            "block)");
        return {};
    }
    sdk::TagList list;
    for (const sdk::JsonValue& member : *members) {
        const bool isNull = member.kind == sdk::JsonValue::Kind::Null;
        list.tags.emplace_back(std::string(sdk::trimSpace(member.key)), isNull ? std::string() : member.text);
    }
    for (const std::string& key : list.takeDuplicates()) {
        m_part.sink->issue(Severity::Notice, "focus.duplicate_tag", where,
            "the tag \"" + key + "\" is there twice (spaces around keys do not count); the last one is used");
    }
    return list.intern(m_part.sink->costs());
}

std::vector<sdk::CostColumnRow> FocusDialect::extraColumns() const
{
    if (m_detailsColumn == m_plan.size()) {
        return {};
    }
    return { { "SkuPriceDetails.CoreCount", sdk::CostRole::VcpuCount, sdk::CostColumnKind::Decimal },
        { "SkuPriceDetails.MemorySize", sdk::CostRole::MemoryGib, sdk::CostColumnKind::Decimal } };
}

void FocusDialect::Derived::push(const std::optional<Decimal>& value)
{
    values.push_back(value.value_or(Decimal {}));
    isNull.push_back(value ? 0 : 1);
}

void FocusDialect::extend(sdk::BillRows& rows)
{
    m_zeroListCost.apply(rows);
    if (m_detailsColumn == m_plan.size()) {
        return;
    }
    m_vcpus = {};
    m_memory = {};
    for (const StringId id : rows.texts[m_detailsColumn]) {
        const auto it = id.isNone() ? m_machines.end() : m_machines.find(id);
        m_vcpus.push(it == m_machines.end() ? std::nullopt : it->second.vcpus);
        m_memory.push(it == m_machines.end() ? std::nullopt : it->second.memoryGib);
    }
    for (const Derived* const derived : { &m_vcpus, &m_memory }) {
        sdk::CostColumnData& data = rows.data.emplace_back();
        data.decimal = derived->values;
        data.isNull = derived->isNull;
    }
}

} // namespace heaptoll
