// SPDX-License-Identifier: Apache-2.0
// Growth verdicts on made-up programs that no constant was chosen on: precision and recall by kind, with thresholds.
#include "tests/support/check.h"
#include "tests/support/growth_programs.h"

#include <cstdio>
#include <cstdlib>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr std::uint64_t kFirstReportSeed = 1000;
constexpr std::size_t kSeeds = 100;

struct Outcome {
    ClassCounts counts {};
    [[nodiscard]] double share(std::size_t kind, GrowthClass growthClass) const
    {
        std::size_t all = 0;
        for (const std::size_t count : counts[kind]) {
            all += count;
        }
        return all > 0
            ? static_cast<double>(counts[kind][static_cast<std::size_t>(growthClass)]) / static_cast<double>(all)
            : 0;
    }
    [[nodiscard]] std::size_t leakCalls(bool ofLeaks) const
    {
        std::size_t calls = 0;
        for (std::size_t kind = 0; kind < kSiteKinds; ++kind) {
            calls += leaks(kind) == ofLeaks ? counts[kind][static_cast<std::size_t>(GrowthClass::Leak)] : 0;
        }
        return calls;
    }
    [[nodiscard]] double precision() const
    {
        const auto right = static_cast<double>(leakCalls(true));
        const auto all = right + static_cast<double>(leakCalls(false));
        return all > 0 ? right / all : 1;
    }
    [[nodiscard]] double recall() const
    {
        return static_cast<double>(leakCalls(true)) / static_cast<double>(kFirstClean * kSeeds);
    }
};

/// HEAPTOLL_TUNE=1 takes the seeds that constants may be chosen on instead.
Outcome outcomeOf(std::size_t profiles, std::size_t restarts, double period)
{
    const std::uint64_t first = std::getenv("HEAPTOLL_TUNE") != nullptr ? 1 : kFirstReportSeed;
    Outcome outcome;
    for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
        const UnifiedSeries series = programSeries({ profiles, seed, restarts, period });
        countVerdicts(analyzeGrowth(series, {}, {}, {}), outcome.counts);
    }
    std::printf("%zu profiles, %zu restarts, period %.0f: precision %.3f recall %.3f\n", profiles, restarts, period,
        outcome.precision(), outcome.recall());
    std::printf("  %-17s %6s %6s %6s %6s %6s\n", "", "leak", "undec.", "cache", "churn", "steady");
    for (std::size_t kind = 0; kind < kSiteKinds; ++kind) {
        const auto percent = [&](GrowthClass c) { return 100 * outcome.share(kind, c); };
        std::printf("  %-17s %6.0f %6.0f %6.0f %6.0f %6.0f\n", std::string(nameOfKind(kind)).c_str(),
            percent(GrowthClass::Leak), percent(GrowthClass::Undecided), percent(GrowthClass::Cache),
            percent(GrowthClass::Churn), percent(GrowthClass::Steady));
    }
    return outcome;
}

std::size_t kindOf(std::string_view name)
{
    std::size_t kind = 0;
    while (kind + 1 < kSiteKinds && nameOfKind(kind) != name) {
        ++kind;
    }
    return kind;
}

/// What no sampling and no shortness may get wrong.
void checkPlainCases(const Outcome& outcome)
{
    CHECK(outcome.share(kindOf("linear leak"), GrowthClass::Leak) >= 0.9);
    for (const char* const clean : { "step warm-up", "fill, then full", "saw-tooth", "daily cycle", "constant" }) {
        CHECK_EQ(outcome.share(kindOf(clean), GrowthClass::Leak), 0.0);
    }
    for (std::size_t kind = 0; kind < kFirstClean; ++kind) {
        CHECK(outcome.share(kind, GrowthClass::Cache) <= 0.05); // a leak is never called bounded
    }
}

} // namespace

TEST(sixtySampledProfiles)
{
    const Outcome outcome = outcomeOf(60, 0, 512 * 1024);
    CHECK(outcome.precision() >= 0.93);
    CHECK(outcome.recall() >= 0.9);
    CHECK(outcome.share(kindOf("fill, then full"), GrowthClass::Cache) >= 0.95);
    CHECK(outcome.share(kindOf("saturating cache"), GrowthClass::Cache) >= 0.75);
    checkPlainCases(outcome);
}

TEST(twentySampledProfiles)
{
    const Outcome outcome = outcomeOf(20, 0, 512 * 1024);
    CHECK(outcome.precision() >= 0.95);
    CHECK(outcome.recall() >= 0.68);
    CHECK(outcome.share(kindOf("fill, then full"), GrowthClass::Cache) >= 0.9);
    checkPlainCases(outcome);
}

TEST(twelveSampledProfiles)
{
    const Outcome outcome = outcomeOf(12, 0, 512 * 1024);
    CHECK(outcome.precision() >= 0.95);
    CHECK(outcome.recall() >= 0.6);
    checkPlainCases(outcome);
}

TEST(sixtySampledProfilesOfThreeLives)
{
    const Outcome outcome = outcomeOf(60, 2, 512 * 1024);
    CHECK(outcome.precision() >= 0.93);
    CHECK(outcome.recall() >= 0.88);
    CHECK(outcome.share(kindOf("fill, then full"), GrowthClass::Cache) >= 0.95);
    checkPlainCases(outcome);
}

HEAPTOLL_TEST_MAIN
