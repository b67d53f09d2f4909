// SPDX-License-Identifier: Apache-2.0
// Writes a large FOCUS 1.0 export: gen_focus ROWS OUT.csv. OUT.csv.truth.json has the exact totals.
#include <array>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

// Costs carry ten decimals, as real exports do; the totals of 10^8 such rows still fit in 64 bits.
constexpr std::uint64_t kUnitsPerDollar = 10'000'000'000;
constexpr std::uint64_t kHoursOfJanuary = 31 * 24;
constexpr std::size_t kFlushBytes = 1U << 22U;

struct Offer {
    std::string_view provider;
    std::string_view service;
    std::string_view category;
    std::string_view region;
    std::string_view sku;
    std::string_view unit;
    std::uint64_t unitPrice; // in 10^-10 dollars
};

constexpr std::array<Offer, 8> kOffers { {
    { "AWS", "Amazon Elastic Compute Cloud", "Compute", "us-east-1", "SKU-M5L", "Hrs", 960'000'000 },
    { "AWS", "Amazon Simple Storage Service", "Storage", "eu-west-1", "SKU-S3ST", "GB-Mo", 230'000'000 },
    { "AWS", "Amazon ElastiCache", "Databases", "us-east-1", "SKU-R6G", "Hrs", 2'060'000'000 },
    { "AWS", "AWS Data Transfer", "Networking", "us-east-1", "SKU-DTO", "GB", 900'000'000 },
    { "Google Cloud", "Compute Engine", "Compute", "us-central1", "SKU-N2", "hour", 970'000'001 },
    { "Google Cloud", "Kubernetes Engine", "Compute", "europe-west1", "SKU-GKE", "hour", 1'000'000'000 },
    { "Microsoft Azure", "Virtual Machines", "Compute", "westeurope", "SKU-D4S", "1 Hour", 1'920'000'000 },
    { "Microsoft Azure", "Bandwidth", "Networking", "westeurope", "SKU-BW", "1 GB", 80'000'003 },
} };

constexpr std::string_view kHeader =
    "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,"
    "BillingPeriodEnd,"
    "BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,"
    "ChargePeriodEnd,"
    "ChargePeriodStart,CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountName,"
    "CommitmentDiscountStatus,CommitmentDiscountType,ConsumedQuantity,ConsumedUnit,ContractedCost,"
    "ContractedUnitPrice,EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,"
    "PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,"
    "ResourceName,"
    "ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,SubAccountId,SubAccountName,Tags\n";

class SplitMix {
public:
    std::uint64_t next()
    {
        m_state += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = m_state;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }

private:
    std::uint64_t m_state = 21;
};

void appendPadded(std::string& out, std::uint64_t value, std::size_t width)
{
    std::array<char, 24> digits {};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    const auto length = static_cast<std::size_t>(end - digits.data());
    out.append(width > length ? width - length : 0, '0');
    out.append(digits.data(), length);
}

void appendMoney(std::string& out, std::uint64_t units)
{
    appendPadded(out, units / kUnitsPerDollar, 1);
    if (const auto fraction = units % kUnitsPerDollar; fraction != 0) {
        out += '.';
        appendPadded(out, fraction, 10);
        out.resize(out.find_last_not_of('0') + 1);
    }
}

void appendHour(std::string& out, std::chrono::sys_days firstDay, std::uint64_t hour)
{
    const std::chrono::year_month_day date(firstDay + std::chrono::days(hour / 24));
    appendPadded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
    out += '-';
    appendPadded(out, static_cast<unsigned>(date.month()), 2);
    out += '-';
    appendPadded(out, static_cast<unsigned>(date.day()), 2);
    out += 'T';
    appendPadded(out, hour % 24, 2);
    out += ":00:00Z";
}

struct Totals {
    std::uint64_t billed = 0;
    std::array<std::uint64_t, kOffers.size()> byOffer {};
};

/// One resource for one hour; no two rows share both.
void appendRow(std::string& out, std::uint64_t row, SplitMix& random, Totals& totals)
{
    const auto resource = row / kHoursOfJanuary;
    const auto offerIndex = resource % kOffers.size();
    const Offer& offer = kOffers[offerIndex];
    // Quantities in quarters keep cost = price x quantity exact in our units after one division.
    const auto quarters = 1 + random.next() % 96;
    const auto cost = offer.unitPrice * quarters / 4;
    totals.billed += cost;
    totals.byOffer[offerIndex] += cost;

    using namespace std::chrono_literals;
    const auto hour = row % kHoursOfJanuary;
    constexpr std::chrono::sys_days kStart = 2025y / 1 / 1;

    const auto money = [&out](std::uint64_t units) { appendMoney(out, units), out += ','; };
    const auto text = [&out](std::string_view field) { out.append(field), out += ','; };
    const auto id = [&out, resource](
                        std::string_view prefix) { out.append(prefix), appendPadded(out, resource, 4), out += ','; };
    text(offer.region);
    money(cost);
    text("900112233441,Example Corp,USD,2025-02-01T00:00:00Z,2025-01-01T00:00:00Z,Usage,");
    text(resource % 7 == 0 ? "\"On demand, per unit\"" : "On demand");
    text("Usage-Based");
    appendHour(out, kStart, hour + 1), out += ',';
    appendHour(out, kStart, hour);
    text(",,,,,");
    appendMoney(out, quarters * kUnitsPerDollar / 4), out += ',';
    text(offer.unit);
    money(cost);
    money(offer.unitPrice);
    money(cost);
    text(offer.provider);
    money(cost);
    money(offer.unitPrice);
    text("Standard");
    appendMoney(out, quarters * kUnitsPerDollar / 4), out += ',';
    text(offer.unit);
    text(offer.provider);
    text(offer.provider);
    text(offer.region);
    text(offer.region);
    id("res-");
    id("shop-");
    text("Instance");
    text(offer.category);
    text(offer.service);
    text(offer.sku);
    text(offer.sku);
    text("257783427199,production");
    out += "\"{\"\"app\"\":\"\"shop-";
    appendPadded(out, resource % 40, 2);
    out += "\"\",\"\"team\"\":\"\"team-";
    appendPadded(out, resource % 9, 1);
    out += "\"\"}\"\n";
}

bool writeTruth(const std::string& path, std::uint64_t rows, const Totals& totals)
{
    std::string json = "{\"rows\": " + std::to_string(rows) + ", \"billed\": \"";
    appendMoney(json, totals.billed);
    json += "\", \"billedByService\": {";
    for (std::size_t i = 0; i < kOffers.size(); ++i) {
        json.append(i == 0 ? "\"" : ", \"").append(kOffers[i].service).append("\": \"");
        appendMoney(json, totals.byOffer[i]);
        json += '"';
    }
    json += "}}\n";
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "wb"), &std::fclose);
    return file && std::fwrite(json.data(), 1, json.size(), file.get()) == json.size();
}

} // namespace

int main(int argc, char** argv)
{
    const std::uint64_t rows = argc == 3 ? std::strtoull(argv[1], nullptr, 10) : 0;
    if (rows == 0) {
        std::fprintf(stderr, "usage: gen_focus ROWS OUT.csv\n");
        return 2;
    }
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(argv[2], "wb"), &std::fclose);
    SplitMix random;
    Totals totals;
    std::string out(kHeader);
    for (std::uint64_t row = 0; file && row < rows; ++row) {
        appendRow(out, row, random, totals);
        if (out.size() >= kFlushBytes || row + 1 == rows) {
            if (std::fwrite(out.data(), 1, out.size(), file.get()) != out.size()) {
                std::perror(argv[2]);
                return 1;
            }
            out.clear();
        }
    }
    if (!file || std::fflush(file.get()) != 0 || !writeTruth(std::string(argv[2]) + ".truth.json", rows, totals)) {
        std::perror(argv[2]);
        return 1;
    }
    return 0;
}
