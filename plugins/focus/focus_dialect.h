// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"
#include "core/sdk/support/zero_list_cost.h"

#include <optional>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// What FOCUS knows beyond its columns: spelling of enums, tags as JSON, the machine in SkuPriceDetails.
class FocusDialect final : public sdk::BillDialect {
public:
    FocusDialect(const sdk::BillPart& part, const std::vector<sdk::BillColumn>& plan);

    [[nodiscard]] StringId text(std::size_t column, std::string_view text, sdk::CostSink& sink) override;
    [[nodiscard]] LabelSetId tags(std::size_t column, std::string_view text, const Location& where) override;
    [[nodiscard]] std::vector<sdk::CostColumnRow> extraColumns() const override;
    void extend(sdk::BillRows& rows) override;

private:
    /// Size of a machine. Units: virtual CPUs, GiB.
    struct Machine {
        std::optional<Decimal> vcpus;
        std::optional<Decimal> memoryGib;
    };
    struct Derived {
        std::vector<Decimal> values;
        std::vector<std::uint8_t> isNull;
        void push(const std::optional<Decimal>& value);
    };
    void noteMachine(StringId id, std::string_view json);

    sdk::BillPart m_part;
    std::vector<sdk::BillColumn> m_plan;
    std::size_t m_detailsColumn; ///< SkuPriceDetails in the plan; its size when there is none
    std::unordered_map<StringId, Machine> m_machines;
    sdk::ZeroListCost m_zeroListCost;
    Derived m_vcpus;
    Derived m_memory;
};

} // namespace heaptoll
