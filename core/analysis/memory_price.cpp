// SPDX-License-Identifier: Apache-2.0
// The price of a GiB-hour. Method and sources: FINDINGS.md "Memory price".
#include "core/analysis/memory_pricing.h"
#include "core/analysis/service_mapper.h"
#include "core/base/text_format.h"

#include <Eigen/Dense>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

constexpr double kLowRatio = 7;
constexpr double kHighRatio = 20;

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

std::string number(double value)
{
    std::array<char, 32> text {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4).ptr;
    return { text.data(), end };
}

double presetRatio(std::string_view provider)
{
    const std::string folded = foldServiceName(provider);
    if (contains(folded, "aws") || contains(folded, "amazon")) {
        return 9; // AWS split cost allocation, 1:9
    }
    if (contains(folded, "azure") || contains(folded, "microsoft")) {
        return 20; // OpenCost's Azure configuration
    }
    return 7.46; // OpenCost's default, from Google's prices
}

/// Price below which the given share of the GiB-hours was billed: regions, spot and on-demand differ.
double pricedAt(const MemoryEvidence& evidence, double share)
{
    double hours = 0;
    for (const auto& [price, billed] : evidence.directPrices) {
        hours += billed;
        if (hours >= share * evidence.directGibHours) {
            return price;
        }
    }
    return evidence.directPrices.empty() ? 0 : evidence.directPrices.rbegin()->first;
}

MemoryPrice direct(const MemoryEvidence& evidence)
{
    MemoryPrice price;
    price.method = PriceMethod::Direct;
    price.perGibHour = evidence.directCost.toDouble() / evidence.directGibHours;
    price.low = std::min(price.perGibHour, pricedAt(evidence, 0.05));
    price.high = std::max(price.perGibHour, pricedAt(evidence, 0.95));
    price.memoryShare = 1;
    price.currency = evidence.currency;
    price.explanation = std::to_string(evidence.directRows)
        + " billing rows charge memory by the GiB-hour: " + formatMoney(evidence.directCost, evidence.currency) + " / "
        + formatCount(evidence.directGibHours) + " GiB-h" + (evidence.hasReductions ? " net of discounts" : "") + " = "
        + number(price.perGibHour) + " " + evidence.currency + " per GiB-hour";
    if (number(price.low) != number(price.high)) {
        price.explanation += ", 90 % of it between " + number(price.low) + " and " + number(price.high);
    }
    return price;
}

/// Memory share and price of all machines at a given ratio: sum P / sum (r V + G), hours-weighted.
struct RatioResult {
    double perGibHour = 0;
    double share = 0;
};
RatioResult atRatio(const MemoryEvidence& evidence, double ratio)
{
    double cost = 0;
    double weighted = 0;
    double gibHours = 0;
    for (const auto& [shape, machine] : evidence.machines) {
        cost += machine.cost;
        weighted += machine.hours * (ratio * shape.vcpus + shape.gib);
        gibHours += machine.hours * shape.gib;
    }
    return weighted > 0 ? RatioResult { cost / weighted, gibHours / weighted } : RatioResult {};
}

MemoryPrice byRatio(const MemoryEvidence& evidence, const PriceOptions& options)
{
    MemoryPrice price;
    price.method = PriceMethod::Ratio;
    price.cpuToMemoryRatio = options.cpuToMemoryRatio.value_or(presetRatio(evidence.provider));
    const RatioResult at = atRatio(evidence, price.cpuToMemoryRatio);
    price.perGibHour = at.perGibHour;
    price.memoryShare = at.share;
    price.low = std::min(at.perGibHour, atRatio(evidence, kHighRatio).perGibHour);
    price.high = std::max(at.perGibHour, atRatio(evidence, kLowRatio).perGibHour);
    price.currency = evidence.currency;
    price.explanation = "machine price split at 1 vCPU = " + number(price.cpuToMemoryRatio) + " GiB ("
        + (options.cpuToMemoryRatio ? "set by you" : "preset of the provider") + "): memory is "
        + formatPercent(price.memoryShare) + " of the price, " + number(price.perGibHour) + " " + price.currency
        + " per GiB-hour; band over ratios 7 to 20";
    return price;
}

std::optional<MemoryPrice> byFit(const MemoryEvidence& evidence)
{
    const auto fit = hedonicFit(evidence.machines);
    if (!fit || fit->second <= 0) {
        return std::nullopt;
    }
    double cost = 0;
    double gibHours = 0;
    for (const auto& [shape, machine] : evidence.machines) {
        cost += machine.cost;
        gibHours += machine.hours * shape.gib;
    }
    MemoryPrice price;
    price.method = PriceMethod::Hedonic;
    price.perGibHour = fit->second;
    price.memoryShare = cost > 0 ? std::clamp(fit->second * gibHours / cost, 0.0, 1.0) : 0;
    price.cpuToMemoryRatio = fit->first / fit->second;
    price.low = std::min(price.perGibHour, atRatio(evidence, kHighRatio).perGibHour);
    price.high = std::max(price.perGibHour, atRatio(evidence, kLowRatio).perGibHour);
    price.currency = evidence.currency;
    price.explanation = "least squares over " + std::to_string(evidence.machines.size())
        + " machine shapes of the bill: " + number(fit->first) + " per vCPU-hour and " + number(fit->second) + " "
        + price.currency + " per GiB-hour";
    return price;
}

MemoryPrice rateCard(const PriceOptions& options)
{
    MemoryPrice price;
    price.method = PriceMethod::RateCard;
    price.perGibHour = *options.rateCardPerGibHour;
    price.low = price.perGibHour;
    price.high = price.perGibHour;
    price.currency = options.rateCardCurrency;
    price.explanation = "rate card: " + number(price.perGibHour) + " " + price.currency + " per GiB-hour";
    return price;
}

} // namespace

std::optional<std::pair<double, double>> hedonicFit(const std::map<MachineShape, MemoryEvidence::Machine>& machines)
{
    const auto rows = static_cast<Eigen::Index>(machines.size());
    if (rows < 2) {
        return std::nullopt;
    }
    Eigen::MatrixXd design(rows, 2);
    Eigen::VectorXd prices(rows);
    Eigen::Index i = 0;
    for (const auto& [shape, machine] : machines) {
        const double weight = std::sqrt(machine.hours);
        design(i, 0) = shape.vcpus * weight;
        design(i, 1) = shape.gib * weight;
        prices(i) = machine.hours > 0 ? machine.cost / machine.hours * weight : 0;
        ++i;
    }
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(design);
    if (qr.rank() < 2) {
        return std::nullopt;
    }
    const Eigen::VectorXd both = qr.solve(prices);
    if (both(0) >= 0 && both(1) >= 0) {
        return std::pair(both(0), both(1));
    }
    // With two unknowns the active-set method ends after one step: drop the negative one and refit the other.
    const Eigen::Index kept = both(0) < 0 ? 1 : 0;
    const double only = std::max(0.0, design.col(kept).dot(prices) / design.col(kept).squaredNorm());
    return kept == 1 ? std::pair(0.0, only) : std::pair(only, 0.0);
}

MemoryPrice memoryPrice(const MemoryEvidence& evidence, const PriceOptions& options)
{
    if (evidence.directGibHours > 0) {
        return direct(evidence);
    }
    if (!options.cpuToMemoryRatio) {
        if (auto fitted = byFit(evidence)) {
            return *fitted;
        }
    }
    if (!evidence.machines.empty() && atRatio(evidence, 1).perGibHour > 0) {
        return byRatio(evidence, options);
    }
    if (options.rateCardPerGibHour && *options.rateCardPerGibHour > 0) {
        return rateCard(options);
    }
    MemoryPrice none;
    none.currency = evidence.currency;
    none.explanation = "no billing row tells the price of memory: set a rate card";
    return none;
}

MemoryPrice memoryPrice(const MemoryEvidence& service, const MemoryEvidence& bill, const PriceOptions& options)
{
    const bool knowsItself = service.directGibHours > 0 || !service.machines.empty();
    if (!knowsItself) {
        MemoryPrice price = memoryPrice(bill, options);
        if (price.method == PriceMethod::Direct || price.method == PriceMethod::Hedonic
            || price.method == PriceMethod::Ratio) {
            price.explanation += " (of the whole bill: no row of the service tells)";
            price.isOfWholeBill = true;
        }
        return price;
    }
    if (service.directGibHours <= 0 && !options.cpuToMemoryRatio && !hedonicFit(service.machines)) {
        MemoryEvidence fit = bill; // the service's machines are all alike; the bill's shapes tell CPU from memory
        fit.directGibHours = 0;
        if (hedonicFit(fit.machines)) {
            return memoryPrice(fit, options);
        }
    }
    return memoryPrice(service, options);
}

} // namespace heaptoll
