// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/cur_columns.h"

#include "core/sdk/support/bill_header.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

using sdk::CostColumnKind;
using sdk::CostRole;

struct Known {
    std::string_view key;
    CostRole role = CostRole::Other;
    CostColumnKind kind = CostColumnKind::Text;
    bool isRequired = false;
};

constexpr auto kDecimal = CostColumnKind::Decimal;
constexpr auto kTime = CostColumnKind::Time;
constexpr auto kOther = CostRole::Other;

// Source: AWS Cost and Usage Reports user guide, column dictionary. Columns not named here are kept as text.
constexpr std::array kKnown = {
    Known { "billpayeraccountid", CostRole::Account },
    Known { "lineitemusageaccountid", CostRole::SubAccount },
    Known { "billbillingperiodstartdate", CostRole::BillingStart },
    Known { "billbillingperiodenddate", CostRole::BillingEnd },
    Known { "lineitemusagestartdate", CostRole::ChargeStart, kTime },
    Known { "lineitemusageenddate", CostRole::ChargeEnd, kTime },
    Known { "lineitemusagetype", CostRole::UsageType },
    Known { "lineitemresourceid", CostRole::Resource },
    Known { "lineitemcurrencycode", CostRole::Currency },
    Known { "lineitemlineitemdescription", CostRole::ChargeDescription },
    Known { "lineitemunblendedcost", CostRole::Billed, kDecimal, true },
    Known { "lineitemusageamount", CostRole::Quantity, kDecimal },
    Known { "pricingunit", CostRole::Unit },
    Known { "pricingpublicondemandcost", CostRole::List, kDecimal },
    Known { "productsku", CostRole::Sku },
    Known { "productregion", CostRole::Region },
    Known { "productservicecode", CostRole::ServiceCategory },
    Known { "lineitemnetunblendedcost", kOther, kDecimal },
    Known { "lineitemblendedcost", kOther, kDecimal },
    Known { "reservationeffectivecost", kOther, kDecimal },
    Known { "reservationneteffectivecost", kOther, kDecimal },
    Known { "reservationunusedamortizedupfrontfeeforbillingperiod", kOther, kDecimal },
    Known { "reservationnetunusedamortizedupfrontfeeforbillingperiod", kOther, kDecimal },
    Known { "reservationunusedrecurringfee", kOther, kDecimal },
    Known { "reservationnetunusedrecurringfee", kOther, kDecimal },
    Known { "savingsplansavingsplaneffectivecost", kOther, kDecimal },
    Known { "savingsplannetsavingsplaneffectivecost", kOther, kDecimal },
    Known { "savingsplantotalcommitmenttodate", kOther, kDecimal },
    Known { "savingsplanusedcommitment", kOther, kDecimal },
    Known { "splitlineitemsplitcost", kOther, kDecimal },
    Known { "splitlineitemunusedcost", kOther, kDecimal },
};

constexpr std::array<std::string_view, 14> kCore { "identitylineitemid", "billpayeraccountid", "billbillingentity",
    "lineitemusageaccountid", "lineitemlineitemtype", "lineitemusagestartdate", "lineitemusageenddate",
    "lineitemproductcode", "lineitemusagetype", "lineitemoperation", "lineitemusageamount", "lineitemcurrencycode",
    "lineitemunblendedcost", "lineitemlineitemdescription" };
constexpr std::array<std::string_view, 3> kRequired { "lineitemunblendedcost", "lineitemlineitemtype",
    "lineitemusagestartdate" };

/// The key of a tag column, "" when the column is none.
std::string tagKey(std::string_view name)
{
    static constexpr std::string_view kSlash = "resourceTags/";
    static constexpr std::string_view kSnake = "resource_tags_";
    if (name.starts_with(kSlash)) {
        name.remove_prefix(kSlash.size());
        return std::string(name.starts_with("user:") ? name.substr(5) : name);
    }
    return name.starts_with(kSnake) ? tagKeyOfMap(name.substr(kSnake.size())) : std::string();
}

} // namespace

std::string curKey(std::string_view name)
{
    std::string key = sdk::lowerAscii(name);
    std::erase_if(key, [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')); });
    return key;
}

std::string tagKeyOfMap(std::string_view member)
{
    if (member.starts_with("user_") || member.starts_with("user:")) {
        return std::string(member.substr(5));
    }
    return member.starts_with("aws_") ? "aws:" + std::string(member.substr(4)) : std::string(member);
}

CurMatch matchCur(const std::vector<std::string>& names)
{
    CurMatch match;
    std::vector<std::string> keys;
    std::ranges::transform(names, std::back_inserter(keys), curKey);
    std::ranges::sort(keys);
    const auto has = [&keys](std::string_view key) { return std::ranges::binary_search(keys, key); };
    match.defined = kCore.size();
    match.matched = static_cast<std::size_t>(std::ranges::count_if(kCore, has));
    for (const std::string_view key : kRequired) {
        if (!has(key) && match.missing.empty()) {
            match.missing = key;
        }
    }
    const bool isSlash = std::ranges::any_of(names, [](const std::string& n) { return n.starts_with("lineItem/"); });
    const bool isSnake = std::ranges::any_of(names, [](const std::string& n) { return n.starts_with("line_item_"); });
    match.isCur = match.missing.empty() && (isSlash || isSnake) && !has("lineitemtenantid");
    match.dialect = isSlash ? "slash" : has("resourcetags") || has("product") ? "2.0" : "snake";
    return match;
}

std::size_t CurPlan::find(std::string_view key) const
{
    const auto it = std::ranges::find(columns, key, [](const sdk::BillColumn& column) { return curKey(column.name); });
    return static_cast<std::size_t>(it - columns.begin());
}

CurPlan curPlan(const std::vector<std::string>& names)
{
    CurPlan plan;
    const bool hasMap = sdk::findColumn(names, "resource_tags") < names.size();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty()) {
            continue;
        }
        const std::string key = curKey(names[i]);
        sdk::BillColumn column { names[i], kOther, CostColumnKind::Text, i, false };
        const auto known = std::ranges::find(kKnown, key, &Known::key);
        if (known != kKnown.end() && plan.find(key) == plan.columns.size()) {
            column.role = known->role;
            column.kind = known->kind;
            column.isRequired = known->isRequired;
        } else if (sdk::lowerAscii(names[i]) == "resource_tags" && plan.find(key) == plan.columns.size()) {
            column.role = CostRole::Tags;
            column.kind = CostColumnKind::Tags;
        }
        if (const std::string tag = tagKey(names[i]); !tag.empty() && !hasMap) {
            plan.tagColumns.push_back({ plan.columns.size(), tag });
        }
        plan.columns.push_back(std::move(column));
    }
    const std::size_t regionCode = plan.find("productregioncode");
    if (plan.find("productregion") == plan.columns.size() && regionCode < plan.columns.size()) {
        plan.columns[regionCode].role = CostRole::Region;
    }
    return plan;
}

} // namespace heaptoll
