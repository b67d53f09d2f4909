// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/pod_names.h"
#include "core/analysis/pod_runs.h"
#include "core/analysis/rightsizing.h"
#include "core/analysis/statistics.h"
#include "core/analysis/workload.h"
#include "tests/support/usage_data.h"

#include <cmath>

using namespace heaptoll;

namespace {

UsageSeries series(UsageMetric metric, const std::string& pod, const std::vector<std::pair<int, double>>& points,
    std::vector<std::pair<std::string, std::string>> more = {})
{
    UsageSeries one;
    one.metric = metric;
    one.labels = { { "container", "c" }, { "namespace", "n" }, { "pod", pod } };
    for (auto& label : more) {
        std::erase_if(one.labels, [&](const auto& have) { return have.first == label.first; });
        one.labels.push_back(std::move(label));
    }
    std::ranges::sort(one.labels);
    for (const auto& [hour, value] : points) {
        one.times.push_back(Instant {} + Span::hours(hour));
        one.values.push_back(value);
    }
    return one;
}

std::vector<WorkloadUsage> group(std::vector<UsageSeries> all)
{
    auto table = std::make_shared<UsageTable>();
    table->series = std::move(all);
    return workloadUsage({ table, nullptr });
}

/// Every figure of the generator's own bookkeeping, exactly.
void compareWithTruth(const std::string& set)
{
    const std::vector<WorkloadUsage> all = workloadUsage(test::usageTables(set));
    auto truth = test::truthOfApps(set);
    CHECK_EQ(all.size(), truth.size());
    for (const WorkloadUsage& usage : all) {
        CHECK_EQ(truth.count(usage.workload), std::size_t { 1 });
        auto& app = truth[usage.workload];
        const auto number = [&](const char* key) { return std::stoll("0" + app[key]); };
        const auto sum = [](const auto& values) {
            std::int64_t total = 0;
            for (const auto value : values) {
                total += static_cast<std::int64_t>(value);
            }
            return total;
        };
        std::int64_t waste = 0;
        for (std::size_t i = 0; i < usage.times.size(); ++i) {
            waste += static_cast<std::int64_t>(std::max(0.0, usage.requestBytes[i] - usage.workingSetBytes[i]));
        }
        const auto ooms = std::ranges::count(usage.events, PodEvent::Kind::OomKill, &PodEvent::kind);
        const std::int64_t used = sum(usage.workingSetBytes);
        CHECK_EQ(usage.ns, app["namespace"]);
        CHECK_EQ(usage.container, usage.workload);
        CHECK_EQ(static_cast<std::int64_t>(usage.pods.size()), number("pods"));
        CHECK_EQ(sum(usage.podCount), number("samples"));
        CHECK_EQ(used, number("used_byte_steps"));
        CHECK_EQ(sum(usage.requestBytes), number("request_byte_steps"));
        CHECK_EQ(waste, number("waste_byte_steps"));
        CHECK_EQ(used / static_cast<std::int64_t>(usage.times.size()), number("sum_working_set_mean_floor"));
        CHECK_EQ(static_cast<std::int64_t>(std::ranges::max(usage.workingSetBytes)), number("sum_working_set_max"));
        CHECK_EQ(static_cast<std::int64_t>(nearestRank(usage.workingSetBytes, 0.95)),
            number("sum_working_set_p95_nearest_rank"));
        CHECK_EQ(static_cast<std::int64_t>(ooms), number("oom_kills.count"));
        CHECK_EQ(usage.stepHours, 1.0);
        CHECK(usage.missingShare < 0.01);
    }
}

} // namespace

TEST(scenarioWorkloadsEqualTheGeneratorsBookkeeping)
{
    compareWithTruth("scenario/usage");
}

TEST(focusWorkloadsEqualTheGeneratorsBookkeeping)
{
    compareWithTruth("usage/focus-20k");
}

TEST(podNamesLoseTheirGeneratedSuffixes)
{
    CHECK_EQ(workloadOfPod("checkout-7d9f4c8b5-x2k4p"), "checkout");
    CHECK_EQ(workloadOfPod("ab-testing-c1a6ec15-m12719"), "ab-testing");
    CHECK_EQ(workloadOfPod("ab-testing-60005997-607922"), "ab-testing");
    CHECK_EQ(workloadOfPod("ad-service-7b68d5598-qwrtp"), "ad-service"); // a suffix without a digit
    CHECK_EQ(workloadOfPod("fluent-bit-x7k2p"), "fluent-bit"); // DaemonSet
    CHECK_EQ(workloadOfPod("kafka-0"), "kafka"); // StatefulSet
    CHECK_EQ(workloadOfPod("my-db-replica-12"), "my-db-replica");
    CHECK_EQ(workloadOfPod("backup-28391820-x2k4p"), "backup"); // CronJob
    CHECK_EQ(workloadOfPod("kube-proxy"), "kube-proxy");
    CHECK_EQ(workloadOfPod("api-gateway"), "api-gateway");
    CHECK_EQ(workloadOfPod("web-frontend-v2"), "web-frontend-v2");
    CHECK_EQ(workloadOfPod("single"), "single");
    CHECK_EQ(workloadOfPod(""), "");
    CHECK_EQ(workloadOfPod("-x2k4p"), "-x2k4p");
    CHECK_EQ(workloadOfPod("report-builder"), "report-builder");
}

TEST(podSumsAndPauseContainersAreLeftOut)
{
    const auto all = group({ series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 5 } }),
        series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 7 } }, { { "container", "" } }),
        series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 1 } }, { { "container", "POD" } }),
        series(UsageMetric::Other, "a-0", { { 0, 100 } }) });
    CHECK_EQ(all.size(), std::size_t { 1 });
    CHECK_EQ(all.at(0).workingSetBytes.at(0), 5.0);
}

TEST(twoScrapersOfOneContainerCountOnceWithTheLarger)
{
    const auto all = group({ series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 5 }, { 1, 6 } }, { { "job", "x" } }),
        series(UsageMetric::MemoryWorkingSet, "a-0", { { 1, 8 }, { 2, 4 } }, { { "job", "y" } }) });
    CHECK_EQ(all.at(0).pods.size(), std::size_t { 1 });
    CHECK((all.at(0).workingSetBytes == std::vector<double> { 5, 8, 4 }));
    CHECK((all.at(0).podCount == std::vector<std::uint32_t> { 1, 1, 1 }));
}

TEST(requestsAreThoseOfTheTimeAndUnlimitedIsUnknown)
{
    const auto all = group({ series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 9, 1 } }),
        series(UsageMetric::MemoryRequest, "a-0", { { 0, 10 }, { 2, 30 } }),
        series(UsageMetric::MemoryLimit, "a-0", { { 0, 9223372036854771712.0 } }),
        series(UsageMetric::MemoryWorkingSet, "a-1", { { 1, 1 } }) });
    CHECK((all.at(0).requestBytes == std::vector<double> { 10, 10, 30, 30 }));
    CHECK((all.at(0).podCount == std::vector<std::uint32_t> { 1, 2, 1, 1 }));
    CHECK(!all.at(0).pods.at(0).limitBytes);
    CHECK(!all.at(0).pods.at(1).requestBytes);
    CHECK_EQ(all.at(0).pods.at(0).requestByteHours, 80.0); // 10 + 10 + 30 (then it was away) + 30
}

/// Samples every 300 s from `offset` seconds on for so many hours, without those that `lost` names.
static UsageSeries scraped(
    UsageMetric metric, const std::string& pod, int offset, int hours, double value, const std::vector<int>& lost = {})
{
    UsageSeries one = series(metric, pod, {});
    for (int i = 0; i < hours * 12; ++i) {
        if (std::ranges::find(lost, i) == lost.end()) {
            one.times.push_back(Instant::fromUnixSeconds(1735689600 + offset + i * 300));
            one.values.push_back(value);
        }
    }
    return one;
}

TEST(podsScrapedAtDifferentMomentsAreCountedTogether)
{
    std::vector<UsageSeries> all;
    for (int p = 0; p < 4; ++p) {
        const std::string pod = "web-" + std::to_string(p);
        all.push_back(scraped(UsageMetric::MemoryWorkingSet, pod, 7 * p, 24, 100));
        all.push_back(scraped(UsageMetric::MemoryRequest, pod, 7 * p, 24, 800));
    }
    const WorkloadUsage usage = group(std::move(all)).at(0);
    CHECK_EQ(usage.times.size(), std::size_t { 24 * 12 });
    CHECK_EQ(std::ranges::min(usage.podCount), 4U);
    CHECK_EQ(std::ranges::max(usage.podCount), 4U);
    CHECK_EQ(usage.workingSetBytes.at(5), 400.0);
    CHECK_NEAR(usage.windowHours, 24 + 21 / 3600.0, 1e-9); // the last pod began 21 s later
    const UsageMeans means = usageMeans(usage);
    CHECK_NEAR(means.pods, 4 * 24 / (24 + 21 / 3600.0), 1e-9); // 3.999
    CHECK_NEAR(means.paidBytes, 800 * means.pods, 1e-6);
    CHECK_NEAR(means.workingSetBytes, 100 * means.pods, 1e-6);
}

TEST(lostScrapesDoNotMakeFewerPods)
{
    // Two pods for 2 h = 4 pod-hours; each lost two scrapes in a row, at different times.
    const UsageMeans means = usageMeans(group({ scraped(UsageMetric::MemoryWorkingSet, "a-0", 0, 2, 10, { 5, 6 }),
                                                  scraped(UsageMetric::MemoryWorkingSet, "a-1", 0, 2, 30, { 9, 10 }) })
                                            .at(0));
    CHECK_NEAR(means.pods, 2.0, 1e-9);
    CHECK_NEAR(means.workingSetBytes, 40.0, 1e-9);
}

TEST(aPodThatWasAwayIsNotCounted)
{
    // Of two hours one pod was away for one: from 00:30 (sample 5 stands until then) to 01:30.
    std::vector<int> away;
    for (int i = 6; i < 18; ++i) {
        away.push_back(i);
    }
    const WorkloadUsage usage = group({ scraped(UsageMetric::MemoryWorkingSet, "a-0", 0, 2, 10),
                                          scraped(UsageMetric::MemoryWorkingSet, "a-1", 0, 2, 10, away) })
                                    .at(0);
    CHECK_NEAR(usage.pods.at(1).hours, 1.0, 1e-9);
    CHECK_NEAR(usageMeans(usage).pods, 1.5, 1e-9);
}

TEST(aJobOfOneHourADayIsATwentyFourthOfAPod)
{
    std::vector<UsageSeries> all;
    for (int day = 0; day < 12; ++day) {
        const std::string pod = "report-" + std::to_string(28940000 + day) + "-x2k4p";
        all.push_back(scraped(UsageMetric::MemoryWorkingSet, pod, day * 86400, 1, 100));
        all.push_back(scraped(UsageMetric::MemoryRequest, pod, day * 86400, 1, 800));
    }
    const WorkloadUsage usage = group(std::move(all)).at(0);
    CHECK_NEAR(usage.windowHours, 288.0, 1e-9); // 11 d and 1 h of data, and the 23 h of rest that follow a run
    const UsageMeans means = usageMeans(usage);
    CHECK_NEAR(means.pods, 1.0 / 24, 1e-9);
    CHECK_NEAR(means.paidBytes, 800.0 / 24, 1e-9);
}

TEST(twoScrapersAtDifferentMomentsAreOneContainer)
{
    const WorkloadUsage usage = group({ scraped(UsageMetric::MemoryWorkingSet, "a-0", 0, 24, 10),
                                          scraped(UsageMetric::MemoryWorkingSet, "a-0", 7, 24, 10) })
                                    .at(0);
    CHECK_NEAR(usage.stepHours, 300 / 3600.0, 1e-12);
    CHECK_EQ(usage.times.size(), std::size_t { 24 * 12 });
    CHECK_EQ(std::ranges::max(usage.podCount), 1U);
    CHECK_NEAR(usageMeans(usage).pods, 1.0, 1e-9);
}

/// One sample of 1 GiB every `step` seconds, from hour `first` on for so many hours.
static UsageSeries every(const std::string& pod, int first, int hours, int step)
{
    UsageSeries one = series(UsageMetric::MemoryWorkingSet, pod, {});
    for (int t = 0; t < hours * 3600; t += step) {
        one.times.push_back(Instant::fromUnixSeconds(1735689600 + first * 3600 + t));
        one.values.push_back(100);
    }
    return one;
}

TEST(aCoarseAndAFineExportOfOnePodAreItsWholeLife)
{
    // 30 days by the hour, the last day by the minute: as two series and as one. 31 days without a rest.
    UsageSeries joined = every("a-0", 0, 720, 3600);
    const UsageSeries fine = every("a-0", 720, 24, 60);
    joined.times.insert(joined.times.end(), fine.times.begin(), fine.times.end());
    joined.values.insert(joined.values.end(), fine.values.begin(), fine.values.end());
    for (const auto& all :
        { group({ every("a-0", 0, 720, 3600), fine, every("a-1", 0, 720, 3600) }), group({ joined }) }) {
        const WorkloadUsage& usage = all.at(0);
        CHECK_NEAR(usage.pods.at(0).hours, 744.0, 1e-6);
        CHECK_NEAR(usage.pods.at(0).workingSetByteHours, 74400.0, 1e-6);
        CHECK_EQ(usage.missingShare, 0.0);
        CHECK_NEAR(usage.windowHours, 744.0, 1e-6);
        CHECK_EQ(podRuns(usage).size(), usage.pods.size());
    }
    // the other way round, too: the fine stretch first
    UsageSeries turned = every("a-0", 0, 24, 60);
    const UsageSeries coarse = every("a-0", 24, 240, 3600);
    turned.times.insert(turned.times.end(), coarse.times.begin(), coarse.times.end());
    turned.values.insert(turned.values.end(), coarse.values.begin(), coarse.values.end());
    CHECK_NEAR(usageMeans(group({ turned }).at(0)).pods, 1.0, 1e-6);
}

TEST(podsOfTwoRhythmsAreSummed)
{
    // One pod by the minute for a day, one by the hour for ten: 1.1 pods, and each row of the first day has both.
    const WorkloadUsage usage = group({ every("a-0", 0, 24, 60), every("a-1", 0, 240, 3600) }).at(0);
    CHECK_NEAR(usageMeans(usage).pods, 1.1, 1e-6);
    CHECK_NEAR(usage.windowHours, 240.0, 1e-6);
    CHECK_EQ(usage.times.size(), std::size_t { 1440 + 216 });
    CHECK_EQ(std::ranges::count(usage.podCount, 2U), 1440);
    CHECK_EQ(usage.workingSetBytes.at(777), 200.0);
    CHECK_EQ(usage.workingSetBytes.at(1500), 100.0);
    CHECK_EQ(podRuns(usage).size(), std::size_t { 2 });
}

TEST(aRestIsJudgedByTheStretchItIsIn)
{
    // By the minute: half an hour without a sample is a rest, though the month before was exported by the hour.
    UsageSeries fine = every("a-0", 720, 24, 60);
    fine.times.erase(fine.times.begin() + 600, fine.times.begin() + 630);
    fine.values.erase(fine.values.begin() + 600, fine.values.begin() + 630);
    const WorkloadUsage usage = group({ every("a-0", 0, 720, 3600), fine }).at(0);
    CHECK_NEAR(usage.pods.at(0).hours, 744 - 0.5, 1e-6);
    CHECK_EQ(podRuns(usage).size(), std::size_t { 2 });
}

TEST(aCancelledTaskGetsNoWorkload)
{
    std::stop_source stop;
    stop.request_stop();
    auto table = std::make_shared<UsageTable>();
    table->series = { every("a-0", 0, 200, 3600) };
    CHECK_EQ(workloadUsage({ table }).size(), std::size_t { 1 });
    CHECK(workloadUsage({ table }, TaskContext { stop.get_token(), {} }).empty());
    const WorkloadUsage usage = workloadUsage({ table }).at(0);
    CHECK(adviseSize(usage, {}, false).recommendedRequestBytes.has_value());
    CHECK(!adviseSize(usage, {}, false, TaskContext { stop.get_token(), {} }).recommendedRequestBytes);
    CHECK(usageTrend(usage).runs == 1);
    CHECK(usageTrend(usage, TaskContext { stop.get_token(), {} }).runs == 0);
}

TEST(theNameOfAPodTellsWhatMadeIt)
{
    CHECK_EQ(ownerKindOfPod("checkout-7d9f4c8b5-x2k4p"), "deployment");
    CHECK_EQ(ownerKindOfPod("my-v2-6d4b75cb6d-hx2k9"), "deployment");
    CHECK_EQ(ownerKindOfPod("db-0"), "statefulset");
    CHECK_EQ(ownerKindOfPod("nightly-28931040-x2k4p"), "cronjob");
    CHECK_EQ(ownerKindOfPod("fluentd-x2k4p"), ""); // of a DaemonSet or of a Job
    CHECK_EQ(ownerKindOfPod("checkout"), "");
    const auto usage = [](const std::string& pod) {
        return series(UsageMetric::MemoryWorkingSet, pod, { { 0, 1 }, { 1, 1 } });
    };
    CHECK_EQ(group({ usage("db-0"), usage("db-1") }).at(0).ownerKind, "statefulset");
    UsageSeries owner = series(UsageMetric::Other, "fluentd-x2k4p", { { 0, 1 } }, { { "owner_kind", "DaemonSet" } });
    owner.metricName = "kube_pod_owner";
    CHECK_EQ(group({ usage("fluentd-x2k4p"), owner }).at(0).ownerKind, "daemonset");
    CHECK_EQ(group({ usage("fluentd-x2k4p"), usage("fluentd-b7d4c"), owner }).at(0).ownerKind, ""); // one is not known
    CHECK_EQ(adviseSize(group({ usage("db-0") }).at(0), {}, false).ownerKind, "statefulset");
}

TEST(oneSampleOfEachPodIsASnapshot)
{
    const UsageMeans means = usageMeans(group(
        { series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 5 } }),
            series(UsageMetric::MemoryRequest, "a-0", { { 0, 8 } }),
            series(UsageMetric::MemoryWorkingSet, "a-1",
                { { 0, 7 } }) }).at(0));
    CHECK_EQ(means.pods, 2.0);
    CHECK_EQ(means.paidBytes, 15.0); // max(5, 8) + 7
}

TEST(podsOfOneNameInTwoClustersAreTwo)
{
    using Metric = UsageMetric;
    for (const char* label : { "cluster", "k8s_cluster", "k8s_cluster_name" }) {
        const auto all = group({ series(Metric::MemoryWorkingSet, "db-0", { { 0, 1 }, { 1, 1 } }, { { label, "eu" } }),
            series(Metric::MemoryWorkingSet, "db-0", { { 0, 2 }, { 1, 2 } }, { { label, "us" } }),
            series(Metric::MemoryRequest, "db-0", { { 0, 8 } }, { { label, "us" } }) });
        CHECK_EQ(all.size(), std::size_t { 2 });
        CHECK_EQ(all.at(0).cluster, "eu");
        CHECK((all.at(0).workingSetBytes == std::vector<double> { 1, 1 }));
        CHECK(!all.at(0).pods.at(0).requestBytes);
        CHECK_EQ(all.at(1).cluster, "us");
        CHECK((all.at(1).workingSetBytes == std::vector<double> { 2, 2 }));
        CHECK_EQ(all.at(1).pods.at(0).requestBytes.value_or(0), 8.0);
        CHECK_EQ(meanPods({ &all.at(0), &all.at(1) }), 2.0);
    }
}

TEST(requestsOfAnExporterWithoutClusterFindTheirPods)
{
    const auto all =
        group({ series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 1 }, { 1, 1 } }, { { "cluster", "eu" } }),
            series(UsageMetric::MemoryWorkingSet, "b-0", { { 0, 1 }, { 1, 1 } }, { { "cluster", "eu" } }),
            series(UsageMetric::MemoryWorkingSet, "b-0", { { 0, 1 }, { 1, 1 } }, { { "cluster", "us" } }),
            series(UsageMetric::MemoryRequest, "a-0", { { 0, 8 } }),
            series(UsageMetric::MemoryRequest, "b-0", { { 0, 9 } }),
            series(UsageMetric::Restarts, "a-0", { { 0, 0 }, { 1, 1 } }),
            series(UsageMetric::Restarts, "b-0", { { 0, 0 }, { 1, 1 } }) });
    CHECK_EQ(all.size(), std::size_t { 3 });
    CHECK_EQ(all.at(0).pods.at(0).requestBytes.value_or(0), 8.0);
    CHECK_EQ(all.at(0).events.size(), std::size_t { 1 });
    for (std::size_t b = 1; b <= 2; ++b) {
        CHECK_EQ(all.at(b).pods.at(0).requestBytes.value_or(0), 9.0);
        CHECK(all.at(b).events.empty()); // whose restart it was is not known
    }
}

TEST(containersOfOnePodAreOnePod)
{
    std::vector<UsageSeries> all;
    for (const char* pod : { "web-0", "web-1", "web-2", "web-3" }) {
        all.push_back(series(UsageMetric::MemoryWorkingSet, pod, { { 0, 10 }, { 1, 10 } }));
        all.push_back(
            series(UsageMetric::MemoryWorkingSet, pod, { { 0, 1 }, { 1, 1 } }, { { "container", "istio-proxy" } }));
    }
    const auto usages = group(std::move(all));
    CHECK_EQ(usages.size(), std::size_t { 2 });
    CHECK_EQ(meanPods({ &usages.at(0), &usages.at(1) }), 4.0);
}

TEST(anAutoscalerOfMemoryBlocksAdvice)
{
    const auto named = [](const char* metric, std::vector<std::pair<std::string, std::string>> labels) {
        UsageSeries one = series(UsageMetric::Other, "", { { 0, 1 } }, std::move(labels));
        one.metricName = metric;
        return one;
    };
    constexpr const char* kTarget = "kube_horizontalpodautoscaler_spec_target_metric";
    constexpr const char* kInfo = "kube_horizontalpodautoscaler_info";
    const auto all = group({ series(UsageMetric::MemoryWorkingSet, "api-0", { { 0, 1 }, { 1, 1 } }),
        series(UsageMetric::MemoryWorkingSet, "cpu-0", { { 0, 1 }, { 1, 1 } }),
        series(UsageMetric::MemoryWorkingSet, "web-0", { { 0, 1 }, { 1, 1 } }),
        named(kTarget, { { "horizontalpodautoscaler", "scale-api" }, { "metric_name", "memory" } }),
        named(kInfo, { { "horizontalpodautoscaler", "scale-api" }, { "scaletargetref_name", "api" } }),
        named(kTarget, { { "horizontalpodautoscaler", "cpu" }, { "metric_name", "cpu" } }),
        named(kTarget, { { "horizontalpodautoscaler", "web" }, { "metric_name", "memory" } }) });
    CHECK_EQ(all.size(), std::size_t { 3 });
    CHECK(all.at(0).isScaledOnMemory && !all.at(1).isScaledOnMemory && all.at(2).isScaledOnMemory);
    const SizingAdvice advice = adviseSize(all.at(0), {}, false);
    CHECK(advice.blockedBy == SizingBlock::Hpa && !advice.recommendedRequestBytes);
    CHECK_EQ(name(advice.blockedBy), "hpa");
    CHECK(adviseSize(all.at(0), {}, true).blockedBy == SizingBlock::Leak);
}

TEST(restartsAndKillsAreToldApart)
{
    const auto all = group({ series(UsageMetric::MemoryWorkingSet, "a-0", { { 0, 1 }, { 5, 1 } }),
        series(UsageMetric::Restarts, "a-0", { { 0, 3 }, { 1, 4 }, { 2, 4 }, { 3, 5 }, { 4, 0 }, { 5, 1 } }),
        series(
            UsageMetric::LastTerminatedReason, "a-0", { { 3, 1 }, { 4, 1 }, { 5, 0 } }, { { "reason", "OOMKilled" } }),
        series(UsageMetric::LastTerminatedReason, "a-0", { { 1, 1 } }, { { "reason", "Error" } }) });
    const std::vector<PodEvent>& events = all.at(0).events;
    CHECK_EQ(events.size(), std::size_t { 3 });
    CHECK(events[0].kind == PodEvent::Kind::Restart && events[1].kind == PodEvent::Kind::OomKill);
    CHECK(events[2].kind == PodEvent::Kind::Restart);
    CHECK(events[1].time == Instant {} + Span::hours(3));
}

HEAPTOLL_TEST_MAIN
