// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/rightsizing.h"
#include "tests/support/usage_data.h"

#include <cmath>
#include <random>

using namespace heaptoll;

namespace {

/// Every app against what the generator planted: slope inside 5 %, and nothing else grows.
void compareWithTruth(const std::string& set)
{
    auto truth = test::truthOfApps(set);
    for (const WorkloadUsage& usage : workloadUsage(test::usageTables(set))) {
        const auto& app = truth[usage.workload];
        const UsageTrend trend = usageTrend(usage);
        const double planted = std::stod(app.at("leak_slope_bytes_per_hour_per_pod"));
        std::printf("%-24s planted %9.0f B/h, found %9.0f [%9.0f, %9.0f], p %.1e, %5.2f %% a week%s\n",
            usage.workload.c_str(), planted, trend.bytesPerHourPerPod, trend.low, trend.high, trend.pValue,
            trend.bytesPerHourPerPod * 16800 / trend.levelBytes, trend.isGrowing ? ", GROWING" : "");
        CHECK_EQ(trend.isGrowing, planted > 0);
        if (planted > 0) {
            CHECK(std::abs(trend.bytesPerHourPerPod - planted) < 0.05 * planted);
        }
    }
}

WorkloadUsage pods(const std::vector<std::vector<double>>& values, double stepHours = 1)
{
    WorkloadUsage usage;
    usage.stepHours = stepHours;
    for (std::size_t p = 0; p < values.size(); ++p) {
        PodUsage pod;
        pod.pod = "pod-" + std::to_string(p);
        for (std::size_t i = 0; i < values[p].size(); ++i) {
            pod.times.push_back(
                Instant::fromUnixSeconds(static_cast<std::int64_t>(static_cast<double>(i) * stepHours * 3600)));
            pod.workingSetBytes.push_back(values[p][i]);
        }
        usage.pods.push_back(std::move(pod));
    }
    return usage;
}

} // namespace

TEST(scenarioOnlyPlantedLeaksGrow)
{
    compareWithTruth("scenario/usage");
}

TEST(focusOnlyPlantedLeaksGrow)
{
    compareWithTruth("usage/focus-20k");
}

TEST(aSawToothOfShortRunsIsGrowth)
{
    std::vector<double> saw;
    for (int i = 0; i < 60; ++i) {
        saw.push_back(1e8 + 1e7 * (i % 12)); // killed every 12 h, without any restart counter
    }
    const UsageTrend trend = usageTrend(pods({ saw, saw }));
    CHECK(trend.isGrowing);
    CHECK_NEAR(trend.bytesPerHourPerPod, 1e7, 1e4);
}

TEST(dailyAndWeeklyCyclesAreNoGrowth)
{
    std::mt19937 random(2);
    for (int days = 2; days < 30; ++days) {
        std::vector<double> values;
        for (int h = 0; h < days * 24; ++h) {
            const double weekend = (h / 24 + 3) % 7 >= 5 ? 0.8 : 1;
            values.push_back(
                5e8 * weekend * (1 + 0.3 * std::sin(h * 0.2618)) + static_cast<double>(random() % 1000000));
        }
        CHECK(!usageTrend(pods({ values })).isGrowing);
    }
}

TEST(emptyAndConstantUsageHasNoTrend)
{
    CHECK(!usageTrend({}).isGrowing);
    CHECK(!usageTrend(pods({ {} })).isGrowing);
    CHECK(!usageTrend(pods({ std::vector<double>(500, 7.0) })).isGrowing);
}

HEAPTOLL_TEST_MAIN
