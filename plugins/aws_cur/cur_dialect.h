// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"
#include "core/sdk/support/zero_list_cost.h"
#include "plugins/aws_cur/cur_columns.h"

#include <array>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// What a Cost and Usage Report knows beyond its columns: amortised and net cost, the FOCUS charge category,
/// the service's long name, tags from their columns, the size of the machine, and rows that would count
/// twice.
class CurDialect final : public sdk::BillDialect {
public:
    CurDialect(const sdk::BillPart& part, const CurPlan& plan, sdk::BillTotals& totals);

    [[nodiscard]] StringId text(std::size_t column, std::string_view text, sdk::CostSink& sink) override;
    [[nodiscard]] LabelSetId tags(std::size_t column, std::string_view text, const Location& where) override;
    [[nodiscard]] std::vector<sdk::CostColumnRow> extraColumns() const override;
    void extend(sdk::BillRows& rows) override;

private:
    enum class LineType : std::uint8_t {
        Other,
        SavingsPlanCovered,
        SavingsPlanRecurringFee,
        SavingsPlanNegation,
        SavingsPlanUpfrontFee,
        DiscountedUsage,
        ReservationFee,
        Fee,
        Refund,
        Discount
    };
    struct LineInfo {
        LineType type = LineType::Other;
        StringId category;
    };
    /// A cell of the map column `product` of CUR 2.0, or of product/memory or product/vcpu.
    struct ProductInfo {
        StringId name;
        std::optional<Decimal> vcpus;
        std::optional<Decimal> memoryGib;
    };
    struct Money {
        std::vector<Decimal> values;
        std::vector<std::uint8_t> isNull;
        void push(const std::optional<Decimal>& value);
        void addTo(sdk::BillRows& rows) const;
    };
    using Cell = std::optional<Decimal>;

    [[nodiscard]] bool has(std::size_t column) const { return column < m_plan.columns.size(); }
    [[nodiscard]] Cell money(const sdk::BillRows& rows, std::size_t column, std::size_t row) const;
    [[nodiscard]] Cell firstOf(const sdk::BillRows& rows, std::size_t a, std::size_t b, std::size_t row) const;
    [[nodiscard]] StringId textOf(const sdk::BillRows& rows, std::size_t column, std::size_t row) const;
    [[nodiscard]] Cell netCost(const sdk::BillRows& rows, std::size_t row) const;
    [[nodiscard]] Cell amortisedCost(const sdk::BillRows& rows, std::size_t row, LineType type);
    [[nodiscard]] Cell unusedReservation(const sdk::BillRows& rows, std::size_t row) const;
    [[nodiscard]] LineInfo lineInfo(const sdk::BillRows& rows, std::size_t row) const;
    [[nodiscard]] StringId serviceOf(const sdk::BillRows& rows, std::size_t row) const;
    [[nodiscard]] Cell fromProduct(const sdk::BillRows& rows, std::size_t row, bool isMemory) const;
    [[nodiscard]] LabelSetId tagSet(const sdk::BillRows& rows, std::size_t row);
    void notePart(std::string_view rule, const sdk::BillRows& rows, std::size_t row);
    [[nodiscard]] LineInfo describe(std::string_view type, sdk::CostSink& sink) const;

    sdk::BillPart m_part;
    CurPlan m_plan;
    sdk::BillTotals& m_totals;
    std::size_t m_unblended, m_net, m_type, m_arn, m_planArn, m_operation;
    std::size_t m_savingsPlan, m_netSavingsPlan, m_commitment, m_usedCommitment;
    std::size_t m_reservation, m_netReservation, m_unusedUpfront, m_netUnusedUpfront, m_unusedFee, m_netUnusedFee;
    std::size_t m_productName, m_serviceName, m_productCode, m_product, m_vcpu, m_memory;
    StringId m_aws;
    std::vector<StringId> m_tagKeys;
    std::unordered_map<StringId, LineInfo> m_lineTypes;
    std::unordered_map<StringId, ProductInfo> m_products;
    std::unordered_map<StringId, bool> m_isPod; ///< operations of split cost allocation
    std::unordered_map<StringId, bool> m_isSavingsPlan; ///< product codes of savings plans
    std::unordered_map<std::string, LabelSetId> m_tagSets; ///< by the ids of the tag columns, as bytes
    sdk::ZeroListCost m_zeroListCost;
    Money m_effective, m_netMoney, m_vcpus, m_memoryGib;
    std::vector<StringId> m_services, m_categories, m_providers;
    std::vector<LabelSetId> m_rowTags;
};

} // namespace heaptoll
