// SPDX-License-Identifier: Apache-2.0
// Growth verdicts on real Go profiles whose functions say what they are: Leak* leak, Ok* do not.
#include "core/analysis/growth.h"
#include "tests/support/profile_data.h"

#include <cstdio>
#include <cstdlib>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

struct Score {
    int truePositive = 0;
    int falsePositive = 0;
    int missed = 0;
    int missedUndecided = 0;
    [[nodiscard]] double precision() const
    {
        return truePositive + falsePositive > 0 ? static_cast<double>(truePositive) / (truePositive + falsePositive)
                                                : 1;
    }
    [[nodiscard]] double recall() const { return static_cast<double>(truePositive) / (truePositive + missed); }
};

Score scoreOf(std::size_t profiles)
{
    const auto points = profileSeries("leakbench/go", "heap.", profiles);
    const GrowthReport report = analyzeGrowth(unifySeries(points), {}, {}, {});
    Score score;
    for (const SiteGrowth& site : report.sites) {
        const bool shouldLeak = site.site.function.find("Leak") != std::string::npos;
        const bool shouldNot = site.site.function.find("Ok") != std::string::npos;
        if (!shouldLeak && !shouldNot) {
            continue; // main.main holds the lists that the Leak functions append to: it grows, and has no label
        }
        const bool says = site.growthClass == GrowthClass::Leak;
        if (std::getenv("HEAPTOLL_VERBOSE") != nullptr && (site.site.function.starts_with("main.") || says)) {
            std::printf("%-24s %-10s %10.0f B p=%.1e  %s\n", site.site.function.c_str(),
                std::string(name(site.growthClass)).c_str(), static_cast<double>(site.liveBytes), site.pValue,
                site.reason.c_str());
        }
        // What fills evenly up to the last profile cannot be told from a leak; it must not look certain, though.
        CHECK(!says || shouldLeak || site.mayBeWarmUp);
        score.truePositive += says && shouldLeak ? 1 : 0;
        score.falsePositive += says && !shouldLeak ? 1 : 0;
        score.missed += !says && shouldLeak ? 1 : 0;
        score.missedUndecided += !says && shouldLeak && site.growthClass == GrowthClass::Undecided ? 1 : 0;
    }
    std::printf("N=%zu: precision %.2f recall %.2f (tp %d fp %d missed %d, of them undecided %d)\n", points.size(),
        score.precision(), score.recall(), score.truePositive, score.falsePositive, score.missed,
        score.missedUndecided);
    return score;
}

} // namespace

TEST(sixtyProfilesNameEveryLeakAndNothingElse)
{
    const Score score = scoreOf(60);
    CHECK(score.precision() >= 1.0);
    CHECK(score.recall() >= 0.95);
}

TEST(twentyProfilesLeaveWhatTheyRejectUndecided)
{
    const Score score = scoreOf(20);
    CHECK_EQ(score.missed, score.missedUndecided);
    CHECK(score.precision() >= 0.7);
    CHECK(score.recall() >= 0.7);
}

TEST(twelveProfilesNameTheTwoLeaksOfOrderd)
{
    const GrowthReport report = analyzeGrowth(unifySeries(profileSeries("go/orderd-leaky", "heap.T")), {}, {}, {});
    CHECK(report.sites.size() > 2);
    CHECK_EQ(report.sites[0].site.function, std::string("main.(*SessionStore).Touch"));
    CHECK_EQ(report.sites[0].site.line, 40U);
    CHECK_EQ(std::string(name(report.sites[0].growthClass)), std::string("leak"));
    CHECK_EQ(report.sites[1].site.function, std::string("main.startWatcher"));
    CHECK_EQ(report.sites[1].site.line, 65U);
    CHECK_EQ(std::string(name(report.sites[1].growthClass)), std::string("leak"));
    for (const SiteGrowth& site : report.sites) {
        std::printf("%-34s:%u %-9s %s\n", site.site.function.c_str(), site.site.line,
            std::string(name(site.growthClass)).c_str(), site.reason.c_str());
    }
}

TEST(theFixedProgramHasNoLeak)
{
    const GrowthReport report = analyzeGrowth(unifySeries(profileSeries("go/orderd-fixed", "heap.T")), {}, {}, {});
    for (const SiteGrowth& site : report.sites) {
        CHECK(site.growthClass != GrowthClass::Leak);
    }
}

HEAPTOLL_TEST_MAIN
