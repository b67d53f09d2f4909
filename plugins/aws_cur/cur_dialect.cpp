// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/cur_dialect.h"

#include "core/sdk/support/bill_header.h"
#include "core/sdk/support/json_text.h"

#include <algorithm>

namespace heaptoll {
namespace {

/// "16 GiB", "1,952 GiB", "0.5 GB": AWS writes US English whatever the account. Errors: nullopt ("NA").
std::optional<Decimal> sizeInGib(std::string_view text)
{
    std::string number(text.substr(0, text.find_first_not_of("0123456789.,")));
    const std::string_view unit = sdk::trimSpace(text.substr(number.size()));
    std::erase(number, ',');
    const auto parsed = Decimal::parse(number);
    if (!parsed || parsed->value.isZero()) {
        return std::nullopt;
    }
    if (unit == "MiB" || unit == "MB") {
        return parsed->value.scaled(1, 1024);
    }
    return unit == "GiB" || unit == "GB" || unit.empty() ? std::optional(parsed->value) : std::nullopt;
}

std::optional<Decimal> countOf(std::string_view text)
{
    const auto parsed = Decimal::parse(text);
    return parsed && !parsed->value.isZero() && !parsed->value.isNegative() ? std::optional(parsed->value)
                                                                            : std::nullopt;
}

} // namespace

CurDialect::CurDialect(const sdk::BillPart& part, const CurPlan& plan, sdk::BillTotals& totals)
    : m_part(part)
    , m_plan(plan)
    , m_totals(totals)
    , m_unblended(plan.find("lineitemunblendedcost"))
    , m_net(plan.find("lineitemnetunblendedcost"))
    , m_type(plan.find("lineitemlineitemtype"))
    , m_arn(plan.find("reservationreservationarn"))
    , m_planArn(plan.find("savingsplansavingsplanarn"))
    , m_operation(plan.find("lineitemoperation"))
    , m_savingsPlan(plan.find("savingsplansavingsplaneffectivecost"))
    , m_netSavingsPlan(plan.find("savingsplannetsavingsplaneffectivecost"))
    , m_commitment(plan.find("savingsplantotalcommitmenttodate"))
    , m_usedCommitment(plan.find("savingsplanusedcommitment"))
    , m_reservation(plan.find("reservationeffectivecost"))
    , m_netReservation(plan.find("reservationneteffectivecost"))
    , m_unusedUpfront(plan.find("reservationunusedamortizedupfrontfeeforbillingperiod"))
    , m_netUnusedUpfront(plan.find("reservationnetunusedamortizedupfrontfeeforbillingperiod"))
    , m_unusedFee(plan.find("reservationunusedrecurringfee"))
    , m_netUnusedFee(plan.find("reservationnetunusedrecurringfee"))
    , m_productName(plan.find("productproductname"))
    , m_serviceName(plan.find("productservicename"))
    , m_productCode(plan.find("lineitemproductcode"))
    , m_product(plan.find("product"))
    , m_vcpu(plan.find("productvcpu"))
    , m_memory(plan.find("productmemory"))
    , m_zeroListCost(part, plan.columns)
{ }

std::vector<sdk::CostColumnRow> CurDialect::extraColumns() const
{
    using sdk::CostColumnKind;
    using sdk::CostRole;
    std::vector<sdk::CostColumnRow> rows { { "ProviderName", CostRole::Provider, CostColumnKind::Text },
        { "ServiceName", CostRole::Service, CostColumnKind::Text },
        { "ChargeCategory", CostRole::ChargeCategory, CostColumnKind::Text },
        { "AmortizedCost", CostRole::Effective, CostColumnKind::Decimal } };
    if (has(m_net)) {
        rows.push_back({ "NetCost", CostRole::Net, CostColumnKind::Decimal });
    }
    if (has(m_vcpu) || has(m_memory) || has(m_product)) {
        rows.push_back({ "VcpuCount", CostRole::VcpuCount, CostColumnKind::Decimal });
        rows.push_back({ "MemoryGib", CostRole::MemoryGib, CostColumnKind::Decimal });
    }
    if (!m_plan.tagColumns.empty()) {
        rows.push_back({ "Tags", CostRole::Tags, CostColumnKind::Tags });
    }
    return rows;
}

/// Source of the categories: FOCUS converters' mapping of line item types (cost model, section on AWS).
CurDialect::LineInfo CurDialect::describe(std::string_view type, sdk::CostSink& sink) const
{
    struct Row {
        std::string_view name;
        LineType type;
        std::string_view category;
    };
    static constexpr std::array<Row, 17> kRows { {
        { "Usage", LineType::Other, "Usage" },
        { "DiscountedUsage", LineType::DiscountedUsage, "Usage" },
        { "SavingsPlanCoveredUsage", LineType::SavingsPlanCovered, "Usage" },
        { "SavingsPlanNegation", LineType::SavingsPlanNegation, "Usage" },
        { "BundledDiscount", LineType::Other, "Usage" },
        { "Discount", LineType::Other, "Usage" },
        { "EdpDiscount", LineType::Discount, "Usage" },
        { "PrivateRateDiscount", LineType::Discount, "Usage" },
        { "Fee", LineType::Fee, "Purchase" },
        { "RIFee", LineType::ReservationFee, "Purchase" },
        { "SavingsPlanUpfrontFee", LineType::SavingsPlanUpfrontFee, "Purchase" },
        { "SavingsPlanRecurringFee", LineType::SavingsPlanRecurringFee, "Purchase" },
        { "FlatRateSubscription", LineType::Other, "Purchase" },
        { "Tax", LineType::Other, "Tax" },
        { "Credit", LineType::Other, "Credit" },
        { "Refund", LineType::Refund, "Adjustment" },
        { "", LineType::Other, "" },
    } };
    const auto it = std::ranges::find(kRows, type, &Row::name);
    if (it == kRows.end()) {
        m_part.sink->issue(Severity::Notice, "aws_cur.unknown_line_type", { m_part.source->displayName(), {}, 0, {} },
            "unknown line item type \"" + std::string(type) + "\": its cost is taken as it stands");
        return {};
    }
    return { it->type, sink.string(it->category) };
}

StringId CurDialect::text(std::size_t column, std::string_view text, sdk::CostSink& sink)
{
    const StringId id = sink.string(text);
    if (column == m_type) {
        m_lineTypes.try_emplace(id, describe(text, sink));
    } else if (column == m_operation) {
        m_isPod.try_emplace(id, text == "EKSPod-EC2" || text == "ECSTask-EC2");
    } else if (column == m_productCode) {
        m_isSavingsPlan.try_emplace(id, text.ends_with("SavingsPlans"));
    } else if (column == m_vcpu) {
        m_products[id].vcpus = countOf(text);
    } else if (column == m_memory) {
        m_products[id].memoryGib = sizeInGib(text);
    } else if (column == m_product) {
        if (const auto members = sdk::parseJsonObject(text)) {
            const auto member = [&members](std::string_view key) {
                const sdk::JsonValue* const value = sdk::findJson(*members, key);
                return value == nullptr ? std::string_view {} : std::string_view(value->text);
            };
            m_products[id] = { sink.string(member("product_name")), countOf(member("vcpu")),
                sizeInGib(member("memory")) };
        }
    }
    return id;
}

LabelSetId CurDialect::tags(std::size_t /*column*/, std::string_view text, const Location& where)
{
    const auto members = sdk::parseJsonObject(text);
    if (!members) {
        m_part.sink->issue(Severity::Notice, "aws_cur.bad_tags", where,
            "resource_tags is not a JSON object; the rows that carry it have no tags (the line is that of "
            "the block)");
        return {};
    }
    sdk::TagList list;
    for (const sdk::JsonValue& member : *members) {
        list.tags.emplace_back(tagKeyOfMap(member.key), member.text);
    }
    for (const std::string& key : list.takeDuplicates()) {
        m_part.sink->issue(Severity::Notice, "aws_cur.duplicate_tag", where,
            "the tag \"" + key + "\" is there twice; the last one is used");
    }
    return list.intern(m_part.sink->costs());
}

CurDialect::Cell CurDialect::money(const sdk::BillRows& rows, std::size_t column, std::size_t row) const
{
    if (!has(column) || (*rows.cells)[column].isUnknown(row)) {
        return std::nullopt;
    }
    return (*rows.cells)[column].decimal(row);
}

CurDialect::Cell CurDialect::firstOf(const sdk::BillRows& rows, std::size_t a, std::size_t b, std::size_t row) const
{
    const Cell first = money(rows, a, row);
    return first ? first : money(rows, b, row);
}

StringId CurDialect::textOf(const sdk::BillRows& rows, std::size_t column, std::size_t row) const
{
    return has(column) ? rows.texts[column][row] : StringId {};
}

CurDialect::LineInfo CurDialect::lineInfo(const sdk::BillRows& rows, std::size_t row) const
{
    const auto it = m_lineTypes.find(textOf(rows, m_type, row));
    return it == m_lineTypes.end() ? LineInfo {} : it->second;
}

CurDialect::Cell CurDialect::netCost(const sdk::BillRows& rows, std::size_t row) const
{
    return firstOf(rows, m_net, m_unblended, row);
}

CurDialect::Cell CurDialect::unusedReservation(const sdk::BillRows& rows, std::size_t row) const
{
    const Cell upfront = firstOf(rows, m_netUnusedUpfront, m_unusedUpfront, row);
    const Cell recurring = firstOf(rows, m_netUnusedFee, m_unusedFee, row);
    if (!upfront && !recurring) {
        return std::nullopt;
    }
    return Decimal::add(upfront.value_or(Decimal {}), recurring.value_or(Decimal {}));
}

void CurDialect::notePart(std::string_view rule, const sdk::BillRows& rows, std::size_t row)
{
    m_totals.exclude(rule, money(rows, m_unblended, row).value_or(Decimal {}), 1, true);
}

/// Amortised cost of a line. Source: AWS Cloud Intelligence Dashboards, summary view. Where the report has
/// net columns it is the net view: discounts are then inside the other lines.
CurDialect::Cell CurDialect::amortisedCost(const sdk::BillRows& rows, std::size_t row, LineType type)
{
    switch (type) {
    case LineType::SavingsPlanCovered: return firstOf(rows, m_netSavingsPlan, m_savingsPlan, row);
    case LineType::DiscountedUsage: return firstOf(rows, m_netReservation, m_reservation, row);
    case LineType::ReservationFee: return unusedReservation(rows, row);
    case LineType::SavingsPlanRecurringFee: {
        const Cell total = money(rows, m_commitment, row);
        const Cell used = money(rows, m_usedCommitment, row);
        return total && used ? Decimal::add(*total, -*used) : std::nullopt;
    }
    case LineType::SavingsPlanNegation: notePart("effective:savings_plan_negation", rows, row); return Decimal {};
    case LineType::SavingsPlanUpfrontFee: notePart("effective:savings_plan_upfront_fee", rows, row); return Decimal {};
    case LineType::Fee:
        if (!textOf(rows, m_arn, row).isNone()) {
            notePart("effective:reservation_upfront_fee", rows, row);
            return Decimal {};
        }
        break;
    case LineType::Refund: {
        const auto product = m_isSavingsPlan.find(textOf(rows, m_productCode, row));
        if (!textOf(rows, m_planArn, row).isNone() || (product != m_isSavingsPlan.end() && product->second)) {
            notePart("effective:savings_plan_refund", rows, row);
            return Decimal {};
        }
        break;
    }
    case LineType::Discount:
        if (has(m_net)) {
            notePart("effective:discount_inside_net", rows, row);
            return Decimal {};
        }
        break;
    case LineType::Other: break;
    }
    return netCost(rows, row);
}

StringId CurDialect::serviceOf(const sdk::BillRows& rows, std::size_t row) const
{
    StringId id = textOf(rows, m_productName, row);
    if (id.isNone()) {
        const auto product = m_products.find(textOf(rows, m_product, row));
        id = product == m_products.end() ? id : product->second.name;
    }
    id = id.isNone() ? textOf(rows, m_serviceName, row) : id;
    return id.isNone() ? textOf(rows, m_productCode, row) : id;
}

CurDialect::Cell CurDialect::fromProduct(const sdk::BillRows& rows, std::size_t row, bool isMemory) const
{
    for (const std::size_t column : { isMemory ? m_memory : m_vcpu, m_product }) {
        const StringId id = textOf(rows, column, row);
        const auto it = id.isNone() ? m_products.end() : m_products.find(id);
        if (it != m_products.end()) {
            return isMemory ? it->second.memoryGib : it->second.vcpus;
        }
    }
    return std::nullopt;
}

LabelSetId CurDialect::tagSet(const sdk::BillRows& rows, std::size_t row)
{
    std::string key;
    for (const CurTagColumn& tag : m_plan.tagColumns) {
        const std::uint32_t id = rows.texts[tag.column][row].value;
        key.append(reinterpret_cast<const char*>(&id), sizeof id);
    }
    const auto [it, isNew] = m_tagSets.try_emplace(key);
    if (isNew) {
        std::vector<sdk::TagRow> tags;
        for (const CurTagColumn& tag : m_plan.tagColumns) {
            const StringId value = rows.texts[tag.column][row];
            if (!value.isNone()) {
                tags.push_back({ m_part.sink->costs().string(tag.key), value });
            }
        }
        it->second = m_part.sink->costs().tags(tags);
    }
    return it->second;
}

void CurDialect::Money::push(const std::optional<Decimal>& value)
{
    values.push_back(value.value_or(Decimal {}));
    isNull.push_back(value ? 0 : 1);
}

void CurDialect::Money::addTo(sdk::BillRows& rows) const
{
    sdk::CostColumnData& data = rows.data.emplace_back();
    data.decimal = values;
    data.isNull = isNull;
}

void CurDialect::extend(sdk::BillRows& rows)
{
    if (m_aws.isNone()) {
        m_aws = m_part.sink->costs().string("AWS");
    }
    const std::size_t count = rows.csv->rows;
    m_effective = m_netMoney = m_vcpus = m_memoryGib = {};
    m_services.clear();
    m_categories.clear();
    m_rowTags.clear();
    m_providers.assign(count, m_aws);
    for (std::size_t row = 0; row < count; ++row) {
        const bool wasDropped = !rows.isDropped.empty() && rows.isDropped[row] != 0;
        const auto pod = m_isPod.find(textOf(rows, m_operation, row));
        const bool isPod = pod != m_isPod.end() && pod->second;
        if (isPod && !wasDropped) { // the same money is on the line of the instance
            m_totals.exclude("split_cost_allocation_pods", money(rows, m_unblended, row).value_or(Decimal {}));
            rows.drop(row);
        }
        const LineInfo line = lineInfo(rows, row);
        m_categories.push_back(line.category);
        m_services.push_back(serviceOf(rows, row));
        m_effective.push(isPod || wasDropped ? Cell() : amortisedCost(rows, row, line.type));
        m_netMoney.push(netCost(rows, row));
        m_vcpus.push(fromProduct(rows, row, false));
        m_memoryGib.push(fromProduct(rows, row, true));
        if (!m_plan.tagColumns.empty()) {
            m_rowTags.push_back(tagSet(rows, row));
        }
    }
    m_zeroListCost.apply(rows);
    rows.data.emplace_back().text = m_providers;
    rows.data.emplace_back().text = m_services;
    rows.data.emplace_back().text = m_categories;
    m_effective.addTo(rows);
    if (has(m_net)) {
        m_netMoney.addTo(rows);
    }
    if (has(m_vcpu) || has(m_memory) || has(m_product)) {
        m_vcpus.addTo(rows);
        m_memoryGib.addTo(rows);
    }
    if (!m_plan.tagColumns.empty()) {
        rows.data.emplace_back().tags = m_rowTags;
    }
}

} // namespace heaptoll
