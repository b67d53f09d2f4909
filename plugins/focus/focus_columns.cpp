// SPDX-License-Identifier: Apache-2.0
#include "plugins/focus/focus_columns.h"

#include "core/sdk/support/bill_header.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

using sdk::CostColumnKind;
using sdk::CostRole;

struct Known {
    std::string_view name;
    int since; ///< minor version
    CostRole role = CostRole::Other;
    CostColumnKind kind = CostColumnKind::Text;
    bool isRequired = false; ///< a number that the specification never leaves out
};

constexpr auto kDecimal = CostColumnKind::Decimal;
constexpr auto kTime = CostColumnKind::Time;
constexpr auto kTags = CostColumnKind::Tags;
constexpr auto kOther = CostRole::Other;

// Source: FOCUS specification, column lists of 1.0 (43), 1.1 (50), 1.2 (57); 1.3 and 1.4 add what is marked
// so. Billing periods stay text: the model has one pair of times per row, the charge period.
constexpr std::array kKnown = {
    Known { "AvailabilityZone", 0 },
    Known { "BilledCost", 0, CostRole::Billed, kDecimal, true },
    Known { "BillingAccountId", 0, CostRole::Account },
    Known { "BillingAccountName", 0 },
    Known { "BillingCurrency", 0, CostRole::Currency },
    Known { "BillingPeriodEnd", 0, CostRole::BillingEnd },
    Known { "BillingPeriodStart", 0, CostRole::BillingStart },
    Known { "ChargeCategory", 0, CostRole::ChargeCategory },
    Known { "ChargeClass", 0 },
    Known { "ChargeDescription", 0, CostRole::ChargeDescription },
    Known { "ChargeFrequency", 0, CostRole::ChargeFrequency },
    Known { "ChargePeriodEnd", 0, CostRole::ChargeEnd, kTime },
    Known { "ChargePeriodStart", 0, CostRole::ChargeStart, kTime },
    Known { "CommitmentDiscountCategory", 0 },
    Known { "CommitmentDiscountId", 0 },
    Known { "CommitmentDiscountName", 0 },
    Known { "CommitmentDiscountStatus", 0 },
    Known { "CommitmentDiscountType", 0 },
    Known { "ConsumedQuantity", 0, CostRole::Quantity, kDecimal },
    Known { "ConsumedUnit", 0, CostRole::Unit },
    Known { "ContractedCost", 0, CostRole::Contracted, kDecimal, true },
    Known { "ContractedUnitPrice", 0, kOther, kDecimal },
    Known { "EffectiveCost", 0, CostRole::Effective, kDecimal, true },
    Known { "InvoiceIssuerName", 0 },
    Known { "ListCost", 0, CostRole::List, kDecimal, true },
    Known { "ListUnitPrice", 0, kOther, kDecimal },
    Known { "PricingCategory", 0 },
    Known { "PricingQuantity", 0, CostRole::PricingQuantity, kDecimal },
    Known { "PricingUnit", 0, CostRole::PricingUnit },
    Known { "ProviderName", 0, CostRole::Provider },
    Known { "PublisherName", 0 },
    Known { "RegionId", 0, CostRole::Region },
    Known { "RegionName", 0 },
    Known { "ResourceId", 0, CostRole::Resource },
    Known { "ResourceName", 0 },
    Known { "ResourceType", 0 },
    Known { "ServiceCategory", 0, CostRole::ServiceCategory },
    Known { "ServiceName", 0, CostRole::Service },
    Known { "SkuId", 0, CostRole::Sku },
    Known { "SkuPriceId", 0 },
    Known { "SubAccountId", 0, CostRole::SubAccount },
    Known { "SubAccountName", 0 },
    Known { "Tags", 0, CostRole::Tags, kTags },
    Known { "CapacityReservationId", 1 },
    Known { "CapacityReservationStatus", 1 },
    Known { "CommitmentDiscountQuantity", 1, kOther, kDecimal },
    Known { "CommitmentDiscountUnit", 1 },
    Known { "ServiceSubcategory", 1 },
    Known { "SkuMeter", 1, CostRole::UsageType },
    Known { "SkuPriceDetails", 1 },
    Known { "BillingAccountType", 2 },
    Known { "InvoiceId", 2 },
    Known { "PricingCurrency", 2 },
    Known { "PricingCurrencyContractedUnitPrice", 2, kOther, kDecimal },
    Known { "PricingCurrencyEffectiveCost", 2, kOther, kDecimal },
    Known { "PricingCurrencyListUnitPrice", 2, kOther, kDecimal },
    Known { "SubAccountType", 2 },
    Known { "AllocatedMethodDetails", 3 },
    Known { "AllocatedMethodId", 3 },
    Known { "AllocatedResourceId", 3 },
    Known { "AllocatedResourceName", 3 },
    Known { "AllocatedTags", 3 },
    Known { "ContractApplied", 3 },
    Known { "HostProviderName", 3 },
    Known { "ServiceProviderName", 3 },
    Known { "CommitmentProgramEligibilityDetails", 4 },
    Known { "InvoiceDetailId", 4 },
};

constexpr std::array<std::string_view, 5> kRequired { "BilledCost", "EffectiveCost", "ChargePeriodStart",
    "BillingCurrency", "ServiceCategory" };

struct EnumColumn {
    std::string_view column;
    std::array<std::string_view, 5> values;
};
constexpr std::array<EnumColumn, 6> kEnums { {
    { "ChargeCategory", { "Usage", "Purchase", "Tax", "Credit", "Adjustment" } },
    { "ChargeClass", { "Correction", "", "", "", "" } },
    { "ChargeFrequency", { "One-Time", "Recurring", "Usage-Based", "", "" } },
    { "CommitmentDiscountCategory", { "Spend", "Usage", "", "", "" } },
    { "CommitmentDiscountStatus", { "Used", "Unused", "", "", "" } },
    { "PricingCategory", { "Standard", "Dynamic", "Committed", "Other", "" } },
} };

const Known* knownColumn(std::string_view name)
{
    const std::string lower = sdk::lowerAscii(name);
    const auto it = std::ranges::find_if(kKnown, [&lower](const Known& k) { return sdk::lowerAscii(k.name) == lower; });
    return it == kKnown.end() ? nullptr : &*it;
}

/// Gives a role to the first of some columns when the one that usually has it is not there.
void assignFallback(std::vector<sdk::BillColumn>& plan, CostRole role, std::string_view name)
{
    if (std::ranges::find(plan, role, &sdk::BillColumn::role) != plan.end()) {
        return;
    }
    const auto it = std::ranges::find_if(
        plan, [name](const sdk::BillColumn& c) { return sdk::lowerAscii(c.name) == sdk::lowerAscii(name); });
    if (it != plan.end()) {
        it->role = role;
    }
}

} // namespace

FocusMatch matchFocus(const std::vector<std::string>& names)
{
    FocusMatch match;
    std::vector<std::string> lower;
    std::ranges::transform(names, std::back_inserter(lower), [](const std::string& n) { return sdk::lowerAscii(n); });
    std::ranges::sort(lower);
    const auto isThere = [&lower](std::string_view name) {
        return std::ranges::binary_search(lower, sdk::lowerAscii(name));
    };
    for (const Known& known : kKnown) {
        if (known.since > match.minor && isThere(known.name)) {
            match.minor = known.since;
        }
    }
    for (const Known& known : kKnown) {
        if (known.since <= match.minor) {
            ++match.defined;
            match.matched += isThere(known.name) ? 1U : 0U;
        }
    }
    for (const std::string_view name : kRequired) {
        if (!isThere(name) && match.missing.empty()) {
            match.missing = name;
        }
    }
    match.hasRequired = match.missing.empty();
    return match;
}

std::vector<sdk::BillColumn> focusPlan(const std::vector<std::string>& names)
{
    std::vector<sdk::BillColumn> plan;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i].empty()) {
            continue;
        }
        if (const Known* const known = knownColumn(names[i])) {
            const bool isFirst = sdk::findColumn(names, names[i]) == i; // "billedcost" beside "BilledCost"
            plan.push_back({ names[i], isFirst ? known->role : kOther, isFirst ? known->kind : CostColumnKind::Text, i,
                isFirst && known->isRequired });
        } else {
            plan.push_back({ names[i], kOther, CostColumnKind::Text, i, false });
        }
    }
    assignFallback(plan, CostRole::Provider, "ServiceProviderName");
    assignFallback(plan, CostRole::Provider, "HostProviderName");
    assignFallback(plan, CostRole::UsageType, "SkuPriceId");
    return plan;
}

std::string_view focusEnumValue(std::string_view column, std::string_view value)
{
    const auto it = std::ranges::find(kEnums, column, &EnumColumn::column);
    if (it == kEnums.end()) {
        return {};
    }
    const std::string lower = sdk::lowerAscii(sdk::trimSpace(value));
    const auto found = std::ranges::find_if(
        it->values, [&lower](std::string_view allowed) { return sdk::lowerAscii(allowed) == lower; });
    return found == it->values.end() ? std::string_view {} : *found;
}

} // namespace heaptoll
