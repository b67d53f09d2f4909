// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/sizing_saving.h"

#include "core/analysis/findings_builder.h"
#include "core/base/text_format.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;

/// What a container holds: its request counts where the pods were given a smaller one in the past, too.
double heldGib(const SizingAdvice& advice, const WorkloadUsage& usage)
{
    return std::max(advice.requestBytes.value_or(0) * advice.replicas, usageMeans(usage).paidBytes) / kGib;
}

double heldGib(const ServiceView& service, const std::vector<WorkloadUsage>& workloads)
{
    double held = 0;
    for (std::size_t i = 0; i < service.sizing.size(); ++i) {
        held += heldGib(service.sizing[i], workloads[service.workloads[i]]);
    }
    return held;
}

bool hasPrice(const ServiceView& service)
{
    return service.price && service.price->method != PriceMethod::None;
}

std::string reasonWithout(const SizingAdvice& advice, const ServiceView& service)
{
    if (!advice.requestBytes || !advice.recommendedRequestBytes) {
        return advice.requestBytes ? "there is no recommendation" : "the request is unknown";
    }
    return service.price && !service.price->explanation.empty() ? service.price->explanation
                                                                : "no price of memory: give a bill or --rate-card";
}

/// Never more than the part of the cost that the freed memory is of all that is held.
void capSaving(SizingAdvice& advice, const ServiceView& service, double freedGib, double allGib)
{
    const bool hasMemory = service.memoryCostPerMonth.has_value();
    const auto& cost = hasMemory ? service.memoryCostPerMonth : service.costPerMonth;
    CostPerMonth& saving = *advice.saving;
    if (!cost || service.currency != saving.currency || freedGib <= 0 || allGib <= 0) {
        return;
    }
    const Decimal most = std::max(Decimal {}, *cost).scaledBy(std::min(1.0, freedGib / allGib));
    saving.high = std::min(saving.high, most);
    if (saving.amount.toDouble() > most.toDouble() * (1 + 1e-9)) {
        advice.savingFormula += "; capped at its part of the service's " + std::string(hasMemory ? "memory " : "")
            + "cost: " + inFigures(freedGib) + " of the " + inFigures(allGib) + " GiB that its containers hold x "
            + formatMoneyPerMonth(*cost, saving.currency) + " = " + formatMoneyPerMonth(most, saving.currency);
    }
    saving.amount = std::min(saving.amount, most);
    saving.low = std::min(saving.low, saving.amount);
    saving.high = std::max(saving.high, saving.amount);
}

void priceOne(SizingAdvice& advice, const ServiceView& service, double allGib, double hoursPerMonth)
{
    advice.saving.reset();
    if (!advice.requestBytes || !advice.recommendedRequestBytes || !hasPrice(service)) {
        advice.savingReason = reasonWithout(advice, service);
        return;
    }
    const MemoryPrice& price = *service.price;
    const double gib = (*advice.requestBytes - *advice.recommendedRequestBytes) * advice.replicas / kGib;
    CostPerMonth saving;
    saving.amount = Decimal::fromDouble(gib * price.perGibHour * hoursPerMonth);
    saving.low = std::min(saving.amount, Decimal::fromDouble(gib * price.low * hoursPerMonth));
    saving.high = std::max(saving.amount, Decimal::fromDouble(gib * price.high * hoursPerMonth));
    saving.currency = price.currency;
    saving.kind = isMemoryBilled(service) ? SavingKind::SavesNow : SavingKind::FreesCapacity;
    advice.savingFormula = "(" + formatBytes(*advice.requestBytes) + " - "
        + formatBytes(*advice.recommendedRequestBytes) + ") x " + inFigures(advice.replicas) + " replicas; "
        + inFigures(gib) + " GiB x " + inFigures(price.perGibHour) + " " + price.currency + "/GiB-h x "
        + inFigures(hoursPerMonth) + " h = " + formatMoneyPerMonth(saving.amount, saving.currency) + " ("
        + price.explanation + ")";
    advice.saving = std::move(saving);
    capSaving(advice, service, gib, allGib);
}

} // namespace

std::optional<MemoryBalance> memoryBalance(
    const ServiceView& service, const std::vector<WorkloadUsage>& workloads, double hoursPerMonth)
{
    const bool isComparable = service.memoryCostPerMonth && hasPrice(service) && service.price->perGibHour > 0
        && service.price->currency == service.currency && hoursPerMonth > 0;
    if (!isComparable) {
        return std::nullopt;
    }
    return MemoryBalance { heldGib(service, workloads),
        service.memoryCostPerMonth->toDouble() / (service.price->perGibHour * hoursPerMonth) };
}

void priceSizing(ServiceView& service, const std::vector<WorkloadUsage>& workloads, double hoursPerMonth)
{
    const double all = heldGib(service, workloads);
    for (SizingAdvice& advice : service.sizing) {
        priceOne(advice, service, all, hoursPerMonth);
    }
}

} // namespace heaptoll
