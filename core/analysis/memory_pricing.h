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

    void add(const CostTable& table, std::size_t row, Decimal cost);
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

/// True when a row is billed by memory alone over time; then GiB-hours of it. Errors: nullopt.
[[nodiscard]] std::optional<double> memoryGibHours(const CostTable& table, std::size_t row);

} // namespace heaptoll
