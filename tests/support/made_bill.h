// SPDX-License-Identifier: Apache-2.0
#pragma once

// A bill written down row by row, for tests whose expectations are computed by hand.

#include "core/model/cost_table.h"
#include "core/model/document.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace heaptoll::test {

constexpr std::int64_t kBillDay = 20000; ///< the UTC day number of day 0

struct MadeCharge {
    std::string service; ///< tag app; "" = untagged
    std::string currency;
    std::int64_t day = 0; ///< of kBillDay
    std::int64_t cost = 0; ///< whole units, effective cost
    std::string product;
    std::string description;
    std::string usageType;
    std::string sku;
    std::string region;
    std::string resource;
    std::int64_t gibHours = 0; ///< 0 = is not billed by memory
    std::string frequency = "Usage-Based";
    std::int64_t days = 1; ///< that the charge is for
};

inline DocumentPtr madeBill(const std::vector<MadeCharge>& charges)
{
    using TextOf = std::string MadeCharge::*;
    constexpr std::array<std::pair<CostRole, TextOf>, 8> kTexts { { { CostRole::Currency, &MadeCharge::currency },
        { CostRole::ChargeFrequency, &MadeCharge::frequency }, { CostRole::Service, &MadeCharge::product },
        { CostRole::ChargeDescription, &MadeCharge::description }, { CostRole::UsageType, &MadeCharge::usageType },
        { CostRole::Sku, &MadeCharge::sku }, { CostRole::Region, &MadeCharge::region },
        { CostRole::Resource, &MadeCharge::resource } } };
    CostTableBuilder builder;
    std::vector<sdk::CostColumnRow> columns;
    std::vector<std::vector<StringId>> texts(kTexts.size() + 1);
    for (const auto& [role, member] : kTexts) {
        columns.push_back({ "text" + std::to_string(columns.size()), role, sdk::CostColumnKind::Text });
    }
    columns.push_back({ "unit", CostRole::Unit, sdk::CostColumnKind::Text });
    columns.push_back({ "cost", CostRole::Effective, sdk::CostColumnKind::Decimal });
    columns.push_back({ "quantity", CostRole::Quantity, sdk::CostColumnKind::Decimal });
    columns.push_back({ "start", CostRole::ChargeStart, sdk::CostColumnKind::Time });
    columns.push_back({ "end", CostRole::ChargeEnd, sdk::CostColumnKind::Time });
    columns.push_back({ "tags", CostRole::Tags, sdk::CostColumnKind::Tags });
    builder.beginCosts(columns);
    std::vector<Decimal> cost;
    std::vector<Decimal> quantity;
    std::vector<Instant> start;
    std::vector<Instant> end;
    std::vector<LabelSetId> tags;
    for (const MadeCharge& charge : charges) {
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
            texts[i].push_back(builder.string(charge.*kTexts[i].second));
        }
        texts.back().push_back(builder.string(charge.gibHours > 0 ? "GB-Hours" : "Hrs"));
        cost.push_back(Decimal::fromUnits(charge.cost));
        quantity.push_back(Decimal::fromUnits(charge.gibHours > 0 ? charge.gibHours : 24));
        start.push_back(startOfDay(kBillDay + charge.day));
        end.push_back(startOfDay(kBillDay + charge.day + charge.days));
        const sdk::TagRow tag { builder.string("app"), builder.string(charge.service) };
        tags.push_back(charge.service.empty() ? LabelSetId {} : builder.tags({ &tag, 1 }));
    }
    std::vector<sdk::CostColumnData> data(columns.size());
    for (std::size_t i = 0; i < texts.size(); ++i) {
        data[i].text = texts[i];
    }
    data[texts.size()].decimal = cost;
    data[texts.size() + 1].decimal = quantity;
    data[texts.size() + 2].time = start;
    data[texts.size() + 3].time = end;
    data[texts.size() + 4].tags = tags;
    builder.rows({ cost.size(), data });
    builder.endCosts({});
    auto document = std::make_shared<Document>();
    document->path = "bill.csv";
    document->content = builder.take();
    return document;
}

} // namespace heaptoll::test
