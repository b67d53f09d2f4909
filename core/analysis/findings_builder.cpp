// SPDX-License-Identifier: Apache-2.0
// What all kinds of findings share: words, confidence, money, ranking.
#include "core/analysis/findings_builder.h"

#include "core/analysis/pod_runs.h"
#include "core/analysis/source_times.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace heaptoll {
namespace {

constexpr std::size_t kTitleLength = 60;

/// Length of the uninterrupted runs of the pods, each weighted by its own length: a run of T hours holds g T / 2 of a leak
/// on average, for T hours. So the mean over time is g / 2 x (sum of T^2) / (sum of T).
void measureRuns(FindingContext& context)
{
    double hours = 0;
    double squares = 0;
    for (const std::size_t w : context.service.workloads) {
        const WorkloadUsage& usage = context.analysis.workloads[w];
        const std::vector<PodRun> podRunList = podRuns(usage);
        for (const PodRun& run : podRunList) {
            if (run.end > run.begin) {
                const std::vector<Instant>& times = usage.pods[run.pod].times;
                const double length = (times[run.end - 1] - times[run.begin]).toHours() + usage.stepHours;
                hours += length;
                squares += length * length;
            }
        }
        // more runs than live pods: they were replaced while the rest of the service went on
        const double live = usageMeans(usage).pods;
        context.restarts = context.restarts || static_cast<double>(podRunList.size()) > 1.5 * live;
    }
    context.meanRunHours = hours > 0 ? squares / hours : 0;
}

/// Which of the kinds of documents that a finding rests on are partial, in words; empty = none.
std::string partialSources(const Finding& finding, const FindingContext& context)
{
    const bool isOfBill = finding.kind == FindingKind::CostAnomaly || finding.kind == FindingKind::UnattributedCost;
    const bool isSizing = finding.kind == FindingKind::Overprovisioned || finding.kind == FindingKind::Underprovisioned;
    // a leak that was lost would have blocked the advice; replicas and runs of pods come from usage
    const bool restsOnProfiles = !isOfBill;
    const bool restsOnUsage =
        isSizing || (!context.service.workloads.empty() && finding.kind != FindingKind::UnattributedCost);
    const bool restsOnBill = isOfBill || finding.costPerMonth.has_value();
    std::string text;
    const auto add = [&text](bool isPartial, const char* what) {
        text += isPartial ? (text.empty() ? "" : ", ") + std::string(what) : std::string();
    };
    add(restsOnProfiles && context.arePartialProfiles, "profiles");
    add(restsOnUsage && context.isPartialUsage, "usage");
    add(restsOnBill && context.isPartialBill, "bill");
    return text;
}

/// Times of what a finding joins. Cost anomalies compare the days of the bill with each other, and look at pods on these
/// days only.
SourceTimes timesOf(const Finding& finding, const FindingContext& context)
{
    const bool isOfProfiles = finding.kind == FindingKind::Leak || finding.kind == FindingKind::UnboundedCache;
    const bool isSizing = finding.kind == FindingKind::Overprovisioned || finding.kind == FindingKind::Underprovisioned;
    if (!isOfProfiles && !isSizing) {
        return {};
    }
    SourceTimes times = sourceTimes(context.analysis, context.service);
    const bool hasClock = isOfProfiles && context.growth != nullptr && !context.isRelative;
    times.profiles = hasClock ? growthTimes(*context.growth) : std::nullopt;
    times.bill = finding.costPerMonth ? times.bill : std::nullopt;
    return times;
}

/// A finding that joins sources of different times takes the state of one for that of the other.
void checkTimes(Finding& finding, const FindingContext& context)
{
    const SourceTimes times = timesOf(finding, context);
    const int known =
        int { times.profiles.has_value() } + int { times.usage.has_value() } + int { times.bill.has_value() };
    if (known >= 2) {
        const std::string apart = timesApart(times);
        check(finding, "same_time", apart.empty(), apart.empty() ? "sources within two weeks of each other" : apart,
            ConfidenceLevel::Medium);
    }
}

/// Second and later bytes of a code point.
bool isContinuation(char c)
{
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// At most so many bytes from the start or to the end, without half a code point.
std::string_view firstBytes(std::string_view text, std::size_t most)
{
    std::size_t end = std::min(most, text.size());
    while (end > 0 && end < text.size() && isContinuation(text[end])) {
        --end;
    }
    return text.substr(0, end);
}

std::string_view lastBytes(std::string_view text, std::size_t most)
{
    std::size_t start = text.size() - std::min(most, text.size());
    while (start < text.size() && isContinuation(text[start])) {
        ++start;
    }
    return text.substr(start);
}

} // namespace

bool isMemoryBilled(const ServiceView& service)
{
    return service.price && service.price->method == PriceMethod::Direct && !service.price->isOfWholeBill;
}

FindingContext findingContext(const WorkspaceAnalysis& analysis, const ServiceView& service, const TaskContext& task)
{
    FindingContext context { analysis, service };
    context.task = task;
    std::vector<const WorkloadUsage*> workloads;
    for (const std::size_t w : service.workloads) {
        workloads.push_back(&analysis.workloads[w]);
    }
    if (const double replicas = meanPods(workloads); replicas > 0) {
        context.replicas = replicas;
        context.hasReplicas = true;
    }
    measureRuns(context);
    context.isMemoryBilled = isMemoryBilled(service);
    for (const std::size_t d : service.profileDocuments) {
        context.arePartialProfiles = context.arePartialProfiles || analysis.documents[d]->isPartial();
    }
    for (const DocumentPtr& document : analysis.documents) {
        const DocumentKind kind = document->kind();
        context.isPartialUsage = context.isPartialUsage || (kind == DocumentKind::Usage && document->isPartial());
        context.isPartialBill = context.isPartialBill || (kind == DocumentKind::Cost && document->isPartial());
    }
    context.growth = service.growth ? &*service.growth : nullptr;
    context.isRelative = service.isRelative;
    context.source = service.furtherGrowth.empty() ? std::string() : service.growthSource;
    return context;
}

std::vector<FindingContext> growthContexts(const FindingContext& context)
{
    std::vector<FindingContext> all;
    if (context.growth == nullptr) {
        return all;
    }
    all.push_back(context);
    for (const GrowthStudy& study : context.service.furtherGrowth) {
        FindingContext& one = all.emplace_back(context);
        one.growth = &study.growth;
        one.isRelative = study.isRelative;
        one.source = study.source;
    }
    return all;
}

Finding* findingAt(std::vector<Finding>& findings, const FindingContext& context, const Site& site)
{
    const auto it = std::ranges::find_if(findings, [&](const Finding& finding) {
        return finding.service == context.service.name && finding.blame && finding.blame->function == site.function
            && finding.blame->file == site.file;
    });
    return it == findings.end() ? nullptr : &*it;
}

std::string fingerprintOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    std::string hex(16, '0');
    for (std::size_t i = 0; i < 16; ++i) {
        hex[15 - i] = "0123456789abcdef"[(hash >> (4 * i)) & 15U];
    }
    return hex;
}

Finding startFinding(FindingKind kind, std::string_view service, std::optional<Site> blame)
{
    Finding finding;
    finding.kind = kind;
    finding.service = service;
    // without the line: an edit above it must not make a new finding
    finding.fingerprint = fingerprintOf(std::string(name(kind)) + '|' + finding.service + '|'
        + (blame ? blame->function + '|' + blame->file : std::string {}));
    finding.blame = std::move(blame);
    return finding;
}

std::string shortFunction(std::string_view function, std::size_t most)
{
    constexpr std::string_view kAnonymous = "(anonymous namespace)::";
    std::string text;
    int depth = 0;
    for (std::size_t i = 0; i < function.size(); ++i) {
        if (function.substr(i).starts_with(kAnonymous)) {
            i += kAnonymous.size() - 1; // a scope without a name, not the arguments
            continue;
        }
        const char c = function[i];
        // Go: pkg.(*Type).Method
        const bool isReceiver = depth == 0 && c == '(' && i + 1 < function.size() && function[i + 1] == '*';
        if (c == '<' || (c == '(' && !isReceiver && i > 0)) {
            if (c == '(' && depth == 0) {
                break;
            }
            ++depth;
        } else if ((c == '>' || c == ')') && depth > 0) {
            --depth;
        } else if (depth == 0) {
            text += c;
        }
    }
    if (text.size() > most) {
        text = most > 3 ? "..." + std::string(lastBytes(text, most - 3)) : std::string(firstBytes(text, most));
    }
    return text;
}

std::string findingTitle(std::string_view subject, std::string_view verb, std::string_view service)
{
    std::string tail = " " + std::string(verb);
    if (!service.empty()) {
        tail += " in " + std::string(service);
    }
    if (tail.size() > kTitleLength - 12) {
        tail = std::string(firstBytes(tail, kTitleLength - 15)) + "...";
    }
    return shortFunction(subject, kTitleLength - tail.size()) + tail;
}

void check(Finding& finding, std::string_view name, bool passed, std::string value, ConfidenceLevel atMost)
{
    constexpr std::array<std::string_view, 3> kWords { ": at most low", ": at most medium", "" };
    const std::string_view cap = passed ? std::string_view() : kWords[static_cast<std::size_t>(atMost)];
    finding.confidence.checks.push_back({ std::string(name), passed, std::move(value) + std::string(cap), atMost });
}

std::span<const Site> callersOf(const Finding& finding)
{
    const auto blamed = finding.blame ? std::ranges::find(finding.stack, *finding.blame) : finding.stack.end();
    return blamed == finding.stack.end() ? std::span<const Site>()
                                         : std::span<const Site>(blamed + 1, finding.stack.end());
}

void why(Finding& finding, std::string text, EvidenceView view, std::string link, std::optional<TimeRange> range)
{
    finding.why.push_back({ std::move(text), view, std::move(link), range });
}

void closeConfidence(Finding& finding, ConfidenceLevel atMost)
{
    constexpr double kHigh = 0.85;
    constexpr double kMedium = 0.6;
    Confidence& confidence = finding.confidence;
    const auto passed = std::ranges::count_if(confidence.checks, &ConfidenceCheck::passed);
    confidence.score =
        confidence.checks.empty() ? 0 : static_cast<double>(passed) / static_cast<double>(confidence.checks.size());
    confidence.level = confidence.score >= kHigh ? ConfidenceLevel::High
        : confidence.score >= kMedium            ? ConfidenceLevel::Medium
                                                 : ConfidenceLevel::Low;
    confidence.level = std::min(confidence.level, atMost);
    for (const ConfidenceCheck& one : confidence.checks) {
        confidence.level = one.passed ? confidence.level : std::min(confidence.level, one.atMost);
    }
}

void addCommonChecks(Finding& finding, const FindingContext& context)
{
    const ServiceView& service = context.service;
    const bool isNamed = service.costRows == 0 || service.worstRank <= MatchRank::Heuristic;
    check(finding, "mapping", isNamed,
        service.costRows == 0 ? "no bill" : "worst: " + std::string(name(service.worstRank)));
    const std::string partial = partialSources(finding, context);
    finding.isPartial = !partial.empty();
    check(finding, "data_quality", partial.empty(), partial.empty() ? "complete" : "partial: " + partial,
        ConfidenceLevel::Medium);
    checkTimes(finding, context);
    if (finding.costPerMonth && service.price) {
        const bool isMeasured =
            service.price->method == PriceMethod::Direct || service.price->method == PriceMethod::Hedonic;
        check(finding, "price_method", isMeasured, std::string(name(service.price->method)));
    }
}

std::string replicasInWords(const FindingContext& context)
{
    return context.hasReplicas ? inFigures(context.replicas) + (context.replicas == 1 ? " replica" : " replicas")
                               : std::string("1 replica (assumed, no usage)");
}

void checkReplicas(Finding& finding, const FindingContext& context)
{
    if (finding.costPerMonth) {
        check(finding, "replicas", context.hasReplicas,
            context.hasReplicas ? inFigures(context.replicas) + " on average" : std::string("1 assumed, no usage"));
    }
}

std::string inFigures(double value)
{
    std::array<char, 32> text {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 4).ptr;
    return { text.data(), end };
}

void priceMemory(Finding& finding, const FindingContext& context, const GibBand& gib, SavingKind kind)
{
    const ServiceView& service = context.service;
    if (!service.price || service.price->method == PriceMethod::None) {
        finding.costReason = service.price ? service.price->explanation : "no bill: import one or set a rate card";
        return;
    }
    const double hours = context.analysis.options.hoursPerMonth;
    const MemoryPrice& price = *service.price;
    CostPerMonth cost;
    cost.amount = Decimal::fromDouble(std::max(0.0, gib.amount) * price.perGibHour * hours);
    cost.low = Decimal::fromDouble(std::max(0.0, gib.low) * price.low * hours);
    cost.high = Decimal::fromDouble(std::max(0.0, gib.high) * price.high * hours);
    cost.low = std::min(cost.low, cost.amount);
    cost.high = std::max(cost.high, cost.amount);
    cost.currency = price.currency;
    cost.kind = kind;
    finding.howComputed += (finding.howComputed.empty() ? "" : "; ") + inFigures(gib.amount) + " GiB x "
        + inFigures(price.perGibHour) + " " + price.currency + "/GiB-h x " + inFigures(hours)
        + " h = " + formatMoneyPerMonth(cost.amount, cost.currency) + " (" + price.explanation + ")";
    finding.costPerMonth = std::move(cost);
}

} // namespace heaptoll
