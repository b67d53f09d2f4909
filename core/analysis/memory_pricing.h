// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/memory_price.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// A machine: what a row pays for by the hour.
struct MachineShape {
    double vcpus = 0;
    double gib = 0;
    friend auto operator<=>(const MachineShape&, const MachineShape&) = default;
};
/// Shape by an AWS instance type, for bills without the columns: c 2, m and t 4, r 8 GiB per vCPU; large = 2 vCPU.
/// "EUC1-BoxUsage:m6i.large" -> 2 vCPU, 8 GiB. Databases ("db.") are services of their own. Errors: nullopt.
[[nodiscard]] std::optional<MachineShape> shapeOfInstanceType(std::string_view usageType);

/// What the rows of one service (or bill) say about the price of memory. Units: GiB-hours, machine hours, currency.
/// Net: refunds take their quantity back, discounts and credits lower what the same SKU costs.
struct MemoryEvidence {
    struct Machine {
        double hours = 0;
        double cost = 0;
    };
    double directGibHours = 0;
    Decimal directCost;
    std::map<double, double> directPrices; ///< price per GiB-hour to four digits -> GiB-hours billed at it
    std::map<MachineShape, Machine> machines;
    Decimal machineCost;
    std::string provider;
    std::string currency;
    std::uint64_t directRows = 0;
    std::uint64_t machineRows = 0;
    bool hasReductions = false; ///< discounts, credits

    /// Takes the part of a row that lies in the days of the bill: its cost there, and which share of the row that is.
    void add(const CostTable& table, std::size_t row, Decimal cost, double share = 1);
    /// Puts what was added by SKU into the sums above. Once, after the last row.
    void settle();

private:
    struct Sku {
        double gibHours = 0;
        Decimal directCost;
        std::map<double, double> prices; ///< as directPrices, before reductions
        std::map<MachineShape, Machine> machines;
        Decimal machineCost;
        Decimal reductions; ///< negative: money without a quantity of its own
    };
    void settle(const Sku& sku);
    std::map<std::string, Sku, std::less<>> m_skus;
};

struct PriceOptions {
    std::optional<double> cpuToMemoryRatio;
    std::optional<double> rateCardPerGibHour;
    std::string rateCardCurrency;
};

/// Precedence: direct rows > hedonic fit > ratio preset > rate card. Method and sources: FINDINGS.md "Memory price".
[[nodiscard]] MemoryPrice memoryPrice(const MemoryEvidence& evidence, const PriceOptions& options);
/// Price of a service: by what it runs on itself, else by the whole bill.
[[nodiscard]] MemoryPrice memoryPrice(
    const MemoryEvidence& service, const MemoryEvidence& bill, const PriceOptions& options);

/// Non-negative least squares: P = a vcpus + b gib over shapes, weighted by hours. Errors: nullopt when the shapes do
/// not differ in their ratio. Shape: (a, b).
[[nodiscard]] std::optional<std::pair<double, double>> hedonicFit(
    const std::map<MachineShape, MemoryEvidence::Machine>& machines);

/// GiB-hours of a row that is billed by memory alone over time, by what was consumed, else by what is priced; negative
/// for a refund. Errors: nullopt for all other rows.
[[nodiscard]] std::optional<double> memoryGibHours(const CostTable& table, std::size_t row);

} // namespace heaptoll
