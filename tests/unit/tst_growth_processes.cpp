// SPDX-License-Identifier: Apache-2.0
// Profiles of several pods in one folder: told apart, judged one by one, put together. All figures by hand.
#include "core/analysis/growth_processes.h"
#include "core/analysis/workspace_analysis.h"
#include "core/model/profile_builder.h"
#include "tests/support/check.h"

#include <array>

using namespace heaptoll;

namespace {

constexpr std::int64_t kMib = 1024 * 1024;
constexpr std::int64_t kHour = 3'600'000'000'000;

/// keep() holds so many MiB, load() always 20; all that was ever allocated is given.
struct Snapshot {
    std::string path;
    std::int64_t hours = 0;
    std::int64_t keptMib = 0;
    std::optional<std::int64_t> allocatedMib;
    std::string pod;
};

std::shared_ptr<const Profile> profileOf(const Snapshot& snapshot)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" } };
    if (snapshot.allocatedMib) {
        row.values.push_back({ "alloc_bytes", "alloc_space", "bytes" });
    }
    row.time = Instant { startOfDay(20000).ns + snapshot.hours * kHour };
    builder.beginProfile(row);
    const auto frame = [&](const char* function, std::uint32_t line) {
        sdk::FrameRow f;
        f.function = builder.string(function);
        f.file = builder.string("app.cpp");
        f.line = line;
        return builder.frame(f);
    };
    const sdk::FrameRef main = frame("main", 1);
    const std::array<sdk::FrameRef, 2> kept { main, frame("keep", 42) };
    const std::array<sdk::FrameRef, 2> loaded { main, frame("load", 9) };
    const std::array<sdk::StackRef, 2> stacks { builder.stackFromRoot(kept), builder.stackFromRoot(loaded) };
    std::vector<std::int64_t> values { snapshot.keptMib * kMib };
    if (snapshot.allocatedMib) {
        values.push_back((*snapshot.allocatedMib - 20) * kMib);
    }
    values.push_back(20 * kMib);
    if (snapshot.allocatedMib) {
        values.push_back(20 * kMib);
    }
    LabelSetId labels;
    if (!snapshot.pod.empty()) {
        sdk::LabelRow label;
        label.key = builder.string("pod");
        label.text = builder.string(snapshot.pod);
        labels = builder.labels({ &label, 1 });
    }
    const std::array<LabelSetId, 2> sets { labels, labels };
    builder.samples({ stacks, values, snapshot.pod.empty() ? std::span<const LabelSetId> {} : sets });
    builder.endProfile({});
    return builder.take().at(0);
}

std::string numbered(const std::string& stem, std::int64_t number)
{
    return stem + (number < 10 ? ".00" : ".0") + std::to_string(number) + ".pb.gz";
}

/// 36 profiles, one every 4 h; keeps base + rate MiB for every hour.
void addPod(std::vector<Snapshot>& all, const std::string& stem, std::int64_t base, std::int64_t rate)
{
    for (std::int64_t i = 0; i < 36; ++i) {
        const std::int64_t kept = 10 + base + rate * 4 * i;
        all.push_back({ numbered(stem, i), 4 * i, kept, 20 + kept + base + 30 * i, {} });
    }
}

std::vector<ProcessSeries> split(std::vector<Snapshot> all)
{
    std::ranges::stable_sort(all, {}, &Snapshot::hours);
    std::vector<SeriesPoint> points;
    std::vector<std::string> paths;
    for (const Snapshot& snapshot : all) {
        const auto profile = profileOf(snapshot);
        points.push_back({ *profile->time, profile, true });
        paths.push_back(snapshot.path);
    }
    return splitProcesses(points, paths);
}

std::shared_ptr<const WorkspaceAnalysis> analysed(const std::vector<Snapshot>& all, AnalysisOptions options = {})
{
    std::vector<DocumentPtr> documents;
    for (const Snapshot& snapshot : all) {
        auto document = std::make_shared<Document>();
        document->path = snapshot.path;
        document->content = profileOf(snapshot);
        documents.push_back(document);
    }
    options.rules.push_back({ "path", "*", "shop", false });
    return analyzeWorkspace(documents, options, {}).value();
}

std::string namesOf(const std::vector<ProcessSeries>& processes)
{
    std::string text;
    for (const ProcessSeries& process : processes) {
        text += (text.empty() ? "" : ", ") + process.process + ":" + std::to_string(process.points.size());
    }
    return text;
}

const SiteGrowth& siteOf(const GrowthReport& growth, std::string_view function)
{
    static const SiteGrowth none;
    const auto it = std::ranges::find(growth.sites, function, [](const SiteGrowth& s) { return s.site.function; });
    return it == growth.sites.end() ? none : *it;
}

} // namespace

TEST(twoLeakingPodsOfOneFolderLeakWhatEachOfThemLeaks)
{
    std::vector<Snapshot> all;
    addPod(all, "shop/pod-a", 40, 4);
    addPod(all, "shop/pod-b", 0, 4);
    CHECK_EQ(namesOf(split(all)), std::string("pod-a:36, pod-b:36"));
    const auto analysis = analysed(all);
    const Finding& leak = *analysis->finding("L-01");
    CHECK_EQ(leak.blame->function, std::string("keep"));
    CHECK_NEAR(*leak.growthBytesPerHour, 4.0 * kMib, 1.0);
    CHECK(leak.confidence.level == ConfidenceLevel::High);
    const GrowthReport& growth = *analysis->service("shop")->growth;
    CHECK_EQ(growth.points, std::size_t { 72 });
    CHECK_EQ(growth.times.size(), std::size_t { 36 });
    CHECK_EQ(growth.hours, 140.0);
    CHECK_EQ(growth.sites.front().processes.size(), std::size_t { 2 });
    CHECK_NEAR(growth.sites.front().processes[1].bytesPerHour, 4.0 * kMib, 1.0);
    CHECK(!growth.isMixed);
    const auto proof = [&leak](std::string_view text) {
        return std::ranges::any_of(leak.why, [&](const Evidence& e) { return e.text.starts_with(text); });
    };
    CHECK(proof("pod-a: leak, 4.00 MiB/h"));
    CHECK(proof("pod-b: leak, 4.00 MiB/h"));
    CHECK(std::ranges::any_of(
        analysis->notes, [](const std::string& note) { return note.starts_with("shop: its profiles are of 2"); }));
}

TEST(theMedianOfThePodsIsTheRate)
{
    std::vector<Snapshot> all;
    addPod(all, "shop/a/heap", 0, 2);
    addPod(all, "shop/b/heap", 90, 4);
    addPod(all, "shop/c/heap", 200, 12);
    CHECK_EQ(namesOf(split(all)), std::string("a:36, b:36, c:36"));
    const auto analysis = analysed(all);
    const SiteGrowth& site = siteOf(*analysis->service("shop")->growth, "keep");
    CHECK_NEAR(site.bytesPerHour, 4.0 * kMib, 1.0);
    CHECK_EQ(site.processShare, 1.0);
}

TEST(onePodOfThreeThatLeaksIsALeakOfAThirdOfThem)
{
    std::vector<Snapshot> all;
    addPod(all, "shop/a/heap", 0, 0);
    addPod(all, "shop/b/heap", 90, 0);
    addPod(all, "shop/c/heap", 200, 12);
    AnalysisOptions options;
    options.rateCardPerGibHour = 0.01;
    const auto analysis = analysed(all, options);
    const Finding& leak = *analysis->finding("L-01");
    CHECK_NEAR(*leak.growthBytesPerHour, 12.0 * kMib, 1.0);
    CHECK_NEAR(siteOf(*analysis->service("shop")->growth, "keep").processShare, 1.0 / 3, 1e-12);
    // 12 MiB/h x 730 h / 2 = 4380 MiB in one of three: 4380 / 1024 / 3 GiB x 0.01 x 730 = 10.408
    CHECK_NEAR(leak.costPerMonth->amount.toDouble(), 10.408, 0.001);
    CHECK(leak.confidence.level == ConfidenceLevel::Medium);
}

TEST(aRestartedProcessIsOneProcess)
{
    std::vector<Snapshot> all;
    for (std::int64_t i = 0; i < 40; ++i) { // three lives; names with the time of day, twice a day
        const std::string path = "shop/heap.202501" + std::to_string(10 + i / 2) + (i % 2 == 0 ? "T0930Z" : "T2130Z");
        all.push_back({ path, 12 * i, 10 + i % 14, 30 + 9 * (i % 14), {} });
    }
    CHECK_EQ(namesOf(split(all)), std::string(":40"));
}

TEST(podsThatReplaceEachOtherFollowOneAnother)
{
    std::vector<Snapshot> all;
    for (std::int64_t i = 0; i < 20; ++i) {
        const std::int64_t life = i % 10;
        const std::string suffix = i < 10 ? "x2k4p" : "z9w5q";
        all.push_back({ numbered("shop/app-" + suffix, i), 4 * i, 10 + life, 50 + 9 * life, {} });
        all.push_back({ numbered("shop/app-v7d2m", i), 4 * i + 1, 10 + i, 500 + 9 * i, {} });
    }
    CHECK_EQ(namesOf(split(all)), std::string("app-v7d2m:20, app-x2k4p and 1 after it:20"));
}

TEST(numbersNamePodsOnlyWhereTheCounterSaysSo)
{
    std::vector<Snapshot> stateful;
    addPod(stateful, "db/db-0", 0, 1);
    addPod(stateful, "db/db-1", 50, 1);
    CHECK_EQ(namesOf(split(stateful)), std::string("db-0:36, db-1:36"));
    for (Snapshot& snapshot : stateful) {
        snapshot.allocatedMib.reset();
    }
    CHECK_EQ(namesOf(split(stateful)), std::string(":72"));
}

TEST(aLabelNamesTheProcess)
{
    std::vector<Snapshot> all;
    addPod(all, "shop/heap", 0, 1);
    addPod(all, "shop/heap", 50, 1);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].path = numbered("shop/heap", static_cast<std::int64_t>(i));
        all[i].pod = i < 36 ? "blue" : "green";
    }
    CHECK_EQ(namesOf(split(all)), std::string("blue:36, green:36"));
}

TEST(mixedProfilesThatNothingTellsApartAreNoLeak)
{
    std::vector<Snapshot> all;
    addPod(all, "shop/heap", 0, 4);
    addPod(all, "shop/heap", 300, 4);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i].path = "shop/heap-" + std::to_string(1000 + 2 * (i % 36) + i / 36);
        all[i].hours += i < 36 ? 0 : 1;
    }
    const auto analysis = analysed(all);
    const GrowthReport& growth = *analysis->service("shop")->growth;
    CHECK(growth.isMixed);
    CHECK(growth.notes.front().starts_with("the profiles fall back 35 times in 72: they seem to be of several"));
    for (const SiteGrowth& site : growth.sites) {
        CHECK(site.growthClass != GrowthClass::Leak);
    }
    CHECK(std::ranges::any_of(
        analysis->notes, [](const std::string& note) { return note.starts_with("shop: the profiles fall back"); }));
}

HEAPTOLL_TEST_MAIN
