// SPDX-License-Identifier: Apache-2.0
// What billing rows say about the price of memory. Method: FINDINGS.md "Memory price".
#include "core/analysis/memory_pricing.h"
#include "core/analysis/service_mapper.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

constexpr double kKib = 1.0 / 1024 / 1024; ///< in GiB

struct SizeName {
    std::string_view name;
    double gib;
};
/// Bills say GB and mean GiB (AWS, Azure); see FINDINGS.md "Memory price".
constexpr std::array kSizeNames {
    SizeName { "gibibyte", 1 },
    SizeName { "gigabyte", 1 },
    SizeName { "gib", 1 },
    SizeName { "gb", 1 },
    SizeName { "mebibyte", kKib * 1024 },
    SizeName { "megabyte", kKib * 1024 },
    SizeName { "mib", kKib * 1024 },
    SizeName { "mb", kKib * 1024 },
    SizeName { "kibibyte", kKib },
    SizeName { "kilobyte", kKib },
    SizeName { "kib", kKib },
    SizeName { "kb", kKib },
    SizeName { "byte", kKib / 1024 },
};

std::optional<double> hoursOf(std::string_view time)
{
    if (time == "h" || time == "hr" || time == "hrs" || time == "hour" || time == "hours") {
        return 1;
    }
    if (time == "s" || time == "sec" || time == "secs" || time == "second" || time == "seconds") {
        return 1.0 / 3600;
    }
    return std::nullopt;
}

std::string lettersOf(std::string_view text)
{
    std::string letters;
    for (const char c : text) {
        if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
            letters += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return letters;
}

/// Units are sold in blocks: "100 GB Hours", "1,000 GiB-Seconds", "10K Hours", "1M GB-s". How many there are in one; 1 where
/// the unit says no number. What follows it is left in `unit`. Source: FOCUS 1.0, unit format.
double takeBlock(std::string_view& unit)
{
    std::string digits;
    std::size_t i = unit.find_first_not_of(' ');
    for (; i < unit.size()
         && (std::isdigit(static_cast<unsigned char>(unit[i])) != 0 || contains(",.", unit.substr(i, 1)));
         ++i) {
        digits += unit[i] == ',' ? "" : std::string(1, unit[i]);
    }
    double block = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), block);
    if (error != std::errc {} || end != digits.data() + digits.size() || block <= 0) {
        return 1;
    }
    const bool isAbbreviated = i + 1 < unit.size() && std::isalpha(static_cast<unsigned char>(unit[i + 1])) == 0;
    const double times = !isAbbreviated ? 1 : unit[i] == 'K' ? 1e3 : unit[i] == 'M' ? 1e6 : 1;
    unit.remove_prefix(times > 1 ? i + 1 : i);
    return block * times;
}

/// GiB-hours per unit of memory over time: "GB-Hours", "100 gibibyte hour", "byte-seconds". Errors: nullopt.
std::optional<double> gibHoursPerUnit(std::string_view unit)
{
    const double block = takeBlock(unit);
    const std::string letters = lettersOf(unit);
    for (const SizeName& size : kSizeNames) {
        if (!letters.starts_with(size.name)) {
            continue;
        }
        const std::string_view time = std::string_view(letters).substr(size.name.size());
        auto hours = hoursOf(time);
        hours = !hours && time.starts_with('s') ? hoursOf(time.substr(1)) : hours; // "gibibytes hours"
        if (hours) {
            return block * size.gib * *hours;
        }
    }
    return std::nullopt;
}

/// How much of what a row is about: as consumed, else as priced.
struct Measure {
    std::string_view unit;
    double quantity = 0;
};
std::array<Measure, 2> measuresOf(const CostTable& table, std::size_t row)
{
    constexpr std::array<std::pair<CostRole, CostRole>, 2> kRoles { {
        { CostRole::Quantity, CostRole::Unit },
        { CostRole::PricingQuantity, CostRole::PricingUnit },
    } };
    std::array<Measure, 2> measures {};
    for (std::size_t i = 0; i < kRoles.size(); ++i) {
        const DecimalColumn* const quantity = table.decimal(kRoles[i].first);
        if (quantity != nullptr && !quantity->isUnknown(row)) {
            measures[i] = { table.textAt(kRoles[i].second, row), quantity->at(row).toDouble() };
        }
    }
    return measures;
}

/// To four significant digits, so that rounding in the bill does not make each row a price of its own.
double rounded(double price)
{
    const double digit = std::pow(10, std::floor(std::log10(price)) - 3);
    return std::round(price / digit) * digit;
}

struct MachineHours {
    MachineShape shape;
    double hours = 0;
};

/// A row that is billed by the machine and the hour. Errors: nullopt.
std::optional<MachineHours> machineHours(const CostTable& table, std::size_t row)
{
    std::optional<double> hours;
    for (const Measure& measure : measuresOf(table, row)) {
        std::string_view rest = measure.unit;
        const double block = takeBlock(rest);
        const std::string unit = foldServiceName(rest);
        const bool isHourly = unit.starts_with("hr") || unit == "h" || contains(unit, "hour");
        if (isHourly && !hours) {
            hours = block * measure.quantity;
        }
    }
    if (!hours) {
        return std::nullopt;
    }
    const DecimalColumn* vcpus = table.decimal(CostRole::VcpuCount);
    const DecimalColumn* gib = table.decimal(CostRole::MemoryGib);
    std::optional<MachineShape> shape;
    if (vcpus != nullptr && gib != nullptr && !vcpus->isUnknown(row) && !gib->isUnknown(row)) {
        shape = MachineShape { vcpus->at(row).toDouble(), gib->at(row).toDouble() };
    } else {
        shape = shapeOfInstanceType(table.textAt(CostRole::UsageType, row));
    }
    return shape && shape->gib > 0 ? std::optional(MachineHours { *shape, *hours }) : std::nullopt;
}

/// What a price is of: the SKU, else the kind of use.
std::string_view skuOf(const CostTable& table, std::size_t row)
{
    const std::string_view sku = table.textAt(CostRole::Sku, row);
    return sku.empty() ? table.textAt(CostRole::UsageType, row) : sku;
}

} // namespace

std::optional<MachineShape> shapeOfInstanceType(std::string_view usageType)
{
    if (const std::size_t colon = usageType.rfind(':'); colon != std::string_view::npos) {
        usageType.remove_prefix(colon + 1);
    }
    const std::size_t dot = usageType.find('.');
    if (dot == std::string_view::npos || usageType.find('.', dot + 1) != std::string_view::npos || dot < 2) {
        return std::nullopt;
    }
    const std::string_view family = usageType.substr(0, dot);
    std::string_view size = usageType.substr(dot + 1);
    if (std::isdigit(static_cast<unsigned char>(family[1])) == 0) {
        return std::nullopt;
    }
    double perVcpu = 0;
    switch (family[0]) {
    case 'c': perVcpu = 2; break;
    case 'm': perVcpu = 4; break;
    case 'r': perVcpu = 8; break;
    default: return std::nullopt;
    }
    double vcpus = 0;
    if (size == "medium") {
        vcpus = 1;
    } else if (size == "large") {
        vcpus = 2;
    } else if (size.ends_with("xlarge")) {
        size.remove_suffix(6);
        int times = 1;
        const auto [end, error] = std::from_chars(size.data(), size.data() + size.size(), times);
        if (!size.empty() && (error != std::errc {} || end != size.data() + size.size() || times <= 0)) {
            return std::nullopt;
        }
        vcpus = 4.0 * times;
    }
    return vcpus > 0 ? std::optional(MachineShape { vcpus, vcpus * perVcpu }) : std::nullopt;
}

std::optional<double> memoryGibHours(const CostTable& table, std::size_t row)
{
    std::optional<double> gibHours;
    for (const Measure& measure : measuresOf(table, row)) {
        const auto perUnit = measure.quantity != 0 ? gibHoursPerUnit(measure.unit) : std::nullopt;
        if (perUnit && !gibHours) {
            gibHours = measure.quantity * *perUnit;
        }
    }
    if (!gibHours) {
        return std::nullopt;
    }
    const std::string type = foldServiceName(std::string(table.textAt(CostRole::UsageType, row)) + " "
        + std::string(table.textAt(CostRole::ChargeDescription, row)));
    const std::string product = foldServiceName(table.textAt(CostRole::Service, row));
    const bool isFunction = contains(type, "lambda") || contains(type, "function") || contains(product, "lambda")
        || contains(product, "function"); // its GB-second pays for the CPU too
    const std::string priced = lettersOf(table.textAt(CostRole::PricingUnit, row));
    const bool isByMonth = priced.ends_with("month") || priced.ends_with("months") || priced.ends_with("mo");
    const bool isStorage = isByMonth || table.textAt(CostRole::ServiceCategory, row) == "Storage"
        || contains(type, "storage") || contains(type, "volume") || contains(type, "snapshot");
    return isFunction || isStorage ? std::nullopt : gibHours;
}

void MemoryEvidence::add(const CostTable& table, std::size_t row, Decimal cost, double share)
{
    if (provider.empty()) {
        provider = table.textAt(CostRole::Provider, row);
    }
    if (currency.empty()) {
        currency = table.textAt(CostRole::Currency, row);
    }
    if (cost.isZero()) {
        return;
    }
    const std::optional<double> gibHours = memoryGibHours(table, row);
    const std::optional<MachineHours> machine = gibHours ? std::nullopt : machineHours(table, row);
    const bool isKnown = gibHours || machine;
    const std::string_view name = skuOf(table, row);
    if (!isKnown && (!cost.isNegative() || name.empty())) {
        return;
    }
    auto it = m_skus.find(name);
    if (it == m_skus.end()) {
        it = m_skus.emplace(name, Sku {}).first;
    }
    Sku& sku = it->second;
    const double quantity = share * (gibHours ? *gibHours : machine ? machine->hours : 0);
    if (cost.isNegative() && quantity >= 0) {
        sku.reductions += cost;
        hasReductions = true;
    } else if (gibHours) {
        sku.gibHours += quantity;
        sku.directCost += cost;
        if ((quantity > 0) == (cost > Decimal {})) {
            sku.prices[rounded(cost.toDouble() / quantity)] += quantity;
        }
        ++directRows;
    } else {
        Machine& sum = sku.machines[machine->shape];
        sum.hours += quantity;
        sum.cost += cost.toDouble();
        sku.machineCost += cost;
        ++machineRows;
    }
}

void MemoryEvidence::settle()
{
    for (const auto& [name, sku] : m_skus) {
        settle(sku);
    }
    m_skus.clear();
    std::erase_if(directPrices, [](const auto& price) { return price.second <= 0; });
    std::erase_if(machines, [](const auto& machine) { return machine.second.hours <= 0 || machine.second.cost <= 0; });
    if (directGibHours <= 0 || directCost <= Decimal {}) { // all of it was refunded
        directGibHours = 0;
        directCost = {};
    }
}

/// Reductions lower all that the SKU costs by the same factor, at most to nothing.
void MemoryEvidence::settle(const Sku& sku)
{
    const Decimal gross = sku.directCost + sku.machineCost;
    const Decimal cut = gross > Decimal {} ? std::max(sku.reductions, -gross) : Decimal {};
    const double kept = cut.isZero() ? 1 : 1 + cut.toDouble() / gross.toDouble();
    const Decimal machinesCut =
        sku.machineCost.isZero() ? Decimal {} : cut.scaledBy(sku.machineCost.toDouble() / gross.toDouble());
    directGibHours += sku.gibHours;
    directCost += sku.directCost + (cut - machinesCut);
    for (const auto& [price, gibHours] : sku.prices) {
        directPrices[kept > 0 ? rounded(price * kept) : 0] += gibHours;
    }
    for (const auto& [shape, machine] : sku.machines) {
        machines[shape].hours += machine.hours;
        machines[shape].cost += machine.cost * kept;
    }
    machineCost += sku.machineCost + machinesCut;
}

} // namespace heaptoll
