// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/fixture.h"

#include "core/model/profile_builder.h"
#include "tests/support/currency_totals.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll::test {

namespace {

constexpr double kMiB = 1024.0 * 1024;
constexpr double kGiB = 1024 * kMiB;
constexpr int kDays = 20;
constexpr int kProfiles = 11;

Instant day(double days)
{
    return Instant { parseInstant("2026-11-01T00:00:00Z")->ns + static_cast<std::int64_t>(days * 86400e9) };
}

std::shared_ptr<const Profile> makeProfile(std::optional<Instant> time, double leakedBytes, Span duration = {})
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow row;
    row.values = { { "live_bytes", "inuse_space", "bytes" }, { "live_objects", "inuse_objects", "count" } };
    row.time = time;
    row.duration = duration;
    builder.beginProfile(row);
    const auto frame = [&builder](std::string_view function, std::string_view file, std::uint32_t line) {
        sdk::FrameRow f;
        f.function = builder.string(function);
        f.file = builder.string(file);
        f.line = line;
        return builder.frame(f);
    };
    const auto root = frame("main", "leaky.cpp", 90);
    const auto loop = frame("eventLoop", "leaky.cpp", 71);
    const auto handle = frame("handleRequest", "leaky.cpp", 60);
    const auto open = frame("openSession", "leaky.cpp", 14);
    const auto resize = frame("std::vector<char>::resize", "stl_vector.h", 940);
    const auto cache = frame("renderCache", "cache.cpp", 20);
    const auto images = frame("loadImages", "leaky.cpp", 17);
    const std::array<sdk::StackRef, 3> stacks { builder.stackFromRoot(std::array { root, loop, handle, open, resize }),
        builder.stackFromRoot(std::array { root, loop, handle, cache }),
        builder.stackFromRoot(std::array { root, images }) };
    const std::array<std::int64_t, 6> values { static_cast<std::int64_t>(leakedBytes),
        static_cast<std::int64_t>(leakedBytes / 4096), static_cast<std::int64_t>(384 * kMiB), 5000,
        static_cast<std::int64_t>(52 * kMiB), 12 };
    builder.samples({ stacks, values, {} });
    builder.endProfile({});
    return builder.take().front();
}

DocumentPtr profileDocument(int index, Instant time, double leakedBytes)
{
    auto document = std::make_shared<Document>();
    document->path = "profiles/checkout/heap." + std::to_string(index) + ".pb.gz";
    document->format = "pprof";
    document->score = 100;
    document->reason = "gzip, profile.proto";
    document->content = makeProfile(time, leakedBytes);
    if (index == kProfiles - 1) {
        document->isComplete = false;
        document->issues.add(Severity::DataLoss, "pprof.truncated", { document->path, 4096, 0, {} },
            "the file ends early; 3 samples were read");
    }
    return document;
}

double leakedAt(double days)
{
    const double sinceDeploy = days < 14.2 ? days : days - 14.2 + 11;
    return 9.4 * kMiB * 24 * sinceDeploy + 40 * kMiB;
}

GrowthReport makeGrowth()
{
    GrowthReport growth;
    growth.points = kProfiles;
    growth.hours = kDays * 24;
    SiteGrowth leak;
    leak.site = { "openSession", "src/leaky.cpp", 14, "checkout" };
    leak.growthClass = GrowthClass::Leak;
    leak.bytesPerHour = 9.4 * kMiB;
    for (int i = 0; i < kProfiles; ++i) {
        const double at = i * 2.0;
        growth.times.push_back(day(at));
        leak.bytesAt.push_back(leakedAt(at));
        growth.liveBytesAt.push_back(leakedAt(at) + 436 * kMiB);
    }
    leak.liveBytes = static_cast<std::int64_t>(leak.bytesAt.back());
    leak.lastBytes = leak.liveBytes;
    growth.segmentStarts = { 0, 8 };
    growth.sites.push_back(leak);
    return growth;
}

WorkloadUsage makeWorkload(const std::string& name, double base, double perHour, double request)
{
    WorkloadUsage workload;
    workload.ns = "shop";
    workload.workload = name;
    workload.container = "app";
    PodUsage pod;
    pod.pod = name + "-7d9f4c8b5-x2k4p";
    pod.requestBytes = request;
    pod.limitBytes = request * 4 / 3;
    for (int hour = 0; hour < kDays * 24; ++hour) {
        const double bytes = base + perHour * (hour % 340) + 0.03 * base * std::sin(hour * 6.283 / 24);
        workload.times.push_back(day(hour / 24.0));
        workload.workingSetBytes.push_back(bytes);
        workload.requestBytes.push_back(request);
        workload.limitBytes.push_back(request * 4 / 3);
        workload.podCount.push_back(1);
        pod.times.push_back(workload.times.back());
        pod.workingSetBytes.push_back(bytes);
    }
    workload.pods.push_back(pod);
    workload.stepHours = 1;
    return workload;
}

ServiceView makeService(const std::string& name, double firstCost, double perDay)
{
    ServiceView service;
    service.name = name;
    for (int i = 0; i < kDays; ++i) {
        const Decimal cost = Decimal::fromDouble(firstCost + perDay * i);
        service.dailyCost.push_back({ utcDay(day(i)), cost });
        service.totalCost += cost;
    }
    service.costRows = 480;
    service.currency = "USD";
    service.costPerMonth = service.totalCost.scaledBy(730.0 / (kDays * 24));
    service.memoryCost = service.totalCost.scaledBy(0.38);
    service.memoryCostPerMonth = service.costPerMonth->scaledBy(0.38);
    service.worstRank = MatchRank::Tag;
    MemoryPrice price;
    price.method = PriceMethod::Direct;
    price.perGibHour = 0.0043;
    price.currency = "USD";
    service.price = price;
    return service;
}

Finding makeLeak()
{
    Finding f;
    f.id = "L-01";
    f.fingerprint = "fp-leak";
    f.kind = FindingKind::Leak;
    f.service = "checkout";
    f.title = "Session buffers leak in openSession()";
    f.blame = Site { "openSession", "src/leaky.cpp", 14, "checkout" };
    f.stack = { { "std::vector<char>::resize", "stl_vector.h", 940, "" }, *f.blame,
        { "handleRequest", "src/leaky.cpp", 60, "" }, { "eventLoop", "src/leaky.cpp", 71, "" },
        { "main", "src/leaky.cpp", 90, "" } };
    f.growthBytesPerHour = 9.4 * kMiB;
    f.liveBytes = static_cast<std::int64_t>(4.1 * kGiB);
    f.costPerMonth = CostPerMonth { Decimal::fromUnits(399), Decimal::fromUnits(340), Decimal::fromUnits(455), "USD",
        SavingKind::AvoidsGrowth };
    f.howComputed = "4.10 GiB x 31 pods x 730 h x $0.0043/GiB-h = $399";
    f.timeToLimitHours = 216;
    f.range = TimeRange { day(0), day(kDays) };
    f.confidence = { ConfidenceLevel::High, 0.91,
        { { "duration", true, "20 d" }, { "samples", true, "11 profiles" },
            { "data_quality", false, "1 file ends early" } } };
    f.why = { { "Live bytes rose in 9 of 10 windows; slope 9.4 \xc2\xb1 0.8 MiB/h.", EvidenceView::Timeline, "chart",
                  TimeRange { day(4), day(12) } },
        { "97 % of the rise was allocated under openSession and not freed.", EvidenceView::Flame, "flame",
            std::nullopt },
        { "1 deploy restarted the pods and the slope resumed.", EvidenceView::Timeline, "events", std::nullopt },
        { "4.10 GiB x 31 pods x 730 h x $0.0043 = $399.", EvidenceView::CostBreakdown, "4 billing rows",
            std::nullopt } };
    f.actions = { "leaky.cpp:14: free or cap g_sessions; 108 list heads are dropped.",
        "Until fixed: keep the request at 6 GiB; restart every 8 d." };
    f.isPartial = true;
    return f;
}

struct Brief {
    const char* id;
    FindingKind kind;
    const char* service;
    const char* title;
    int money;
    ConfidenceLevel level;
};

Finding makeBrief(const Brief& brief)
{
    Finding f;
    f.id = brief.id;
    f.fingerprint = std::string("fp-") + brief.id;
    f.kind = brief.kind;
    f.service = brief.service;
    f.title = brief.title;
    f.confidence = { brief.level, 0.7, { { "duration", true, "20 d" } } };
    if (brief.money > 0) {
        f.costPerMonth = CostPerMonth { Decimal::fromUnits(brief.money), Decimal::fromUnits(brief.money * 8 / 10),
            Decimal::fromUnits(brief.money * 12 / 10), "USD", SavingKind::FreesCapacity };
        f.howComputed = "8 pods x 3.5 GiB x 730 h x $0.0043/GiB-h";
    } else {
        f.costReason = "not a saving: the bill has no owner for it";
    }
    f.why = { { "The request is 6 GiB, p99 is 2.10 GiB over 20 d.", EvidenceView::Rightsizing, "usage",
        std::nullopt } };
    f.actions = { "Lower the request to 2.5 GiB." };
    f.isWeak = brief.level == ConfidenceLevel::Low && brief.money == 0;
    return f;
}

void addFindings(WorkspaceAnalysis& shop)
{
    shop.findings.push_back(makeLeak());
    for (const Brief& brief : { Brief { "O-01", FindingKind::Overprovisioned, "orders-api",
                                    "orders-api requests 6 GiB, p99 uses 2.1 GiB", 318, ConfidenceLevel::High },
             Brief { "C-01", FindingKind::UnboundedCache, "checkout", "renderCache grows without limit", 96,
                 ConfidenceLevel::Medium },
             Brief { "K-01", FindingKind::Churn, "checkout",
                 "JSON decode churn 1.9 GiB/min in a very long function name", 12, ConfidenceLevel::Low },
             Brief { "X-01", FindingKind::UnattributedCost, "(unassigned)", "$1,204 not attributed to any service", 0,
                 ConfidenceLevel::Medium },
             Brief { "R-01", FindingKind::Retained, "thumbnailer", "600 KiB retained at exit", 0,
                 ConfidenceLevel::Low } }) {
        shop.findings.push_back(makeBrief(brief));
    }
}

} // namespace

std::shared_ptr<const WorkspaceAnalysis> makeShop()
{
    return makeShop({});
}

std::shared_ptr<const WorkspaceAnalysis> makeShop(const AnalysisOptions& options)
{
    auto shop = std::make_shared<WorkspaceAnalysis>();
    shop->options = options;
    shop->range = TimeRange { day(0), day(kDays) };
    ServiceView checkout = makeService("checkout", 90, 5);
    for (int i = 0; i < kProfiles; ++i) {
        shop->documents.push_back(profileDocument(i, day(i * 2.0), leakedAt(i * 2.0)));
        checkout.profileDocuments.push_back(static_cast<std::size_t>(i));
    }
    checkout.growth = makeGrowth();
    shop->workloads.push_back(makeWorkload("checkout", 0.6 * kGiB, 9.4 * kMiB, 6 * kGiB));
    shop->workloads.front().events.push_back({ day(14.2), PodEvent::Kind::Restart, "checkout-7d9f4c8b5-x2k4p" });
    shop->workloads.front().events.push_back({ day(18.5), PodEvent::Kind::OomKill, "checkout-7d9f4c8b5-x2k4p" });
    shop->workloads.push_back(makeWorkload("orders-api", 1.9 * kGiB, 0, 6 * kGiB));
    checkout.workloads = { 0 };
    for (const WorkloadUsage& workload : shop->workloads) {
        SizingAdvice advice;
        advice.ns = workload.ns;
        advice.workload = workload.workload;
        advice.container = workload.container;
        advice.replicas = 8;
        advice.requestBytes = 6 * kGiB;
        advice.usage = { 1.9 * kGiB, 2.0 * kGiB, 2.1 * kGiB, 2.2 * kGiB, 480, 0 };
        advice.recommendedRequestBytes = 2.5 * kGiB;
        advice.formula = "p99 2.10 GiB x 1.15 = 2.42 GiB";
        if (workload.workload == "checkout") {
            advice.blockedBy = SizingBlock::Leak;
            advice.formula = "no advice: no size fits memory that keeps growing; fix the leak first";
            advice.recommendedRequestBytes.reset();
            checkout.sizing.push_back(advice);
        }
    }
    ServiceView orders = makeService("orders-api", 62, 0);
    orders.workloads = { 1 };
    ServiceView bucket = makeService(std::string(kUnassignedService), 39, 0);
    bucket.isBucket = true;
    bucket.worstRank = MatchRank::Unassigned;
    shop->services = { checkout, orders, bucket };
    addFindings(*shop);
    shop->coverage.matched = checkout.totalCost + orders.totalCost;
    shop->coverage.unassigned = bucket.totalCost;
    shop->totals.currency = "USD";
    shop->totals.billed = checkout.totalCost + orders.totalCost + bucket.totalCost;
    shop->totals.billedPerMonth = Decimal::fromUnits(8609);
    shop->totals.memoryPerMonth = Decimal::fromUnits(2846);
    shop->totals.recoverablePerMonth = { Decimal::fromUnits(101), Decimal::fromUnits(393), Decimal::fromUnits(406) };
    shop->totals.byCurrency = { test::currencyTotals(
        "USD", 3 * 480, shop->totals.billed, shop->totals.billedPerMonth, shop->totals.memoryPerMonth) };
    shop->totals.byCurrency.front().recoverablePerMonth = shop->totals.recoverablePerMonth;
    shop->totals.isPartial = true;
    shop->notes = { "1 profile ends early: totals of checkout are partial" };
    return shop;
}

std::shared_ptr<const WorkspaceAnalysis> makeShopWithRecording(const AnalysisOptions& options)
{
    auto shop = std::make_shared<WorkspaceAnalysis>(*makeShop(options));
    auto recording = std::make_shared<Document>();
    recording->path = "profiles/orders-api/run.zst";
    recording->format = "heaptrack";
    recording->content = makeProfile(std::nullopt, kMiB, Span::milliseconds(6500));
    shop->documents.push_back(recording);
    return shop;
}

RangeView makeRange(const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range)
{
    RangeView view;
    if (analysis.services.empty() || !analysis.range) {
        return view;
    }
    const TimeRange all = range.value_or(*analysis.range);
    const ServiceView* found = service.empty() ? &analysis.services.front() : analysis.service(service);
    if (found == nullptr || found->profileDocuments.empty()) {
        view.note = "this service has no profile";
        return view;
    }
    view.service = found->name;
    view.profile = analysis.documents[found->profileDocuments.back()]->profile();
    const std::size_t nodes = view.profile->stacks.size();
    view.liveAtEnd.assign(nodes, 0);
    view.liveDelta.assign(nodes, 0);
    view.objectsAtEnd.assign(nodes, 0);
    view.allocated.assign(nodes, 0);
    for (std::size_t i = 0; i < view.profile->samples.size(); ++i) {
        const std::size_t node = view.profile->samples.stacks[i];
        view.liveAtEnd[node] = view.profile->samples.values[0][i];
        view.objectsAtEnd[node] = view.profile->samples.values[1][i];
        view.liveDelta[node] = view.liveAtEnd[node] / 2;
        view.liveAtEndTotal += view.liveAtEnd[node];
    }
    view.bytesPerHour = 9.4 * kMiB;
    view.liveAtStartTotal =
        view.liveAtEndTotal - static_cast<std::int64_t>(*view.bytesPerHour * all.length().toHours());
    view.costCurrency = view.priceCurrency = found->currency;
    view.cost = Decimal::fromDouble(4.6 * all.length().toHours() / 24);
    view.moneyPerByteMonth = 0.0043 * 730 / kGiB;
    return view;
}

} // namespace heaptoll::test
