// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_rule.h"
#include "core/analysis/gate_selection.h"
#include "core/analysis/service_mapper.h"
#include "core/analysis/statistics.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <array>
#include <limits>

namespace heaptoll {
namespace {

struct Candidate {
    double value = 0;
    std::string where;
    std::vector<std::string> findings; ///< ids of those that make it up
};

/// Values a rule looks at, or why there are none.
struct Candidates {
    std::vector<Candidate> all;
    std::string reason; ///< set when the metric is unknown, not merely zero
    std::vector<Candidate> doubts {}; ///< weak signals: where they alone would make the rule true, it is unknown
    std::string doubtReason {}; ///< why they do not count; follows their ids
};

/// Ids of a service's findings that a rule about the service points at.
template<typename Predicate>
std::vector<std::string> findingsOf(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const Predicate& isMeant)
{
    std::vector<std::string> ids;
    for (const Finding& finding : analysis.findings) {
        if (!finding.isWeak && finding.service == service.name && isMeant(finding)) {
            ids.push_back(finding.id);
        }
    }
    return ids;
}

Candidates leaks(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    static constexpr std::array<FindingKind, 1> kLeak { FindingKind::Leak };
    Candidates found;
    for (const Finding& finding : analysis.findings) {
        if (finding.kind != FindingKind::Leak || !isSelected(rule, finding)) {
            continue;
        }
        // The floors say what is worth a line of the table; the rule has a threshold of its own.
        if (finding.isUndecided) {
            // at an unknown rate it may be any, so it may be one that makes the rule true
            constexpr double kAny = std::numeric_limits<double>::infinity();
            found.doubts.push_back({ finding.growthBytesPerHour.value_or(kAny), finding.id, { finding.id } });
        } else if (finding.growthBytesPerHour) {
            found.all.push_back({ *finding.growthBytesPerHour, finding.id, { finding.id } });
        }
    }
    found.doubtReason = "may leak as much: undecided, collect what it asks for";
    if (found.all.empty()) {
        found.reason = whyUnseen(rule, analysis, kLeak);
    }
    if (found.all.empty() && found.reason.empty()) {
        found.all.push_back({ 0, {}, {} }); // no leak found: it grows by nothing
    }
    return found;
}

std::optional<std::int64_t> totalOf(const Profile& profile, Metric metric)
{
    const std::optional<std::size_t> index = profile.valueIndex(metric);
    return index ? profile.total(*index) : std::nullopt;
}

Candidates heaps(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    for (const ServiceView& service : analysis.services) {
        std::optional<std::int64_t> newest;
        std::optional<std::int64_t> highest;
        for (const std::size_t index : service.profileDocuments) {
            const auto profile = analysis.documents[index]->profile();
            const std::optional<std::int64_t> live = totalOf(*profile, Metric::LiveBytes);
            const std::optional<std::int64_t> peak = totalOf(*profile, Metric::PeakBytes);
            const std::optional<std::int64_t> held = live ? live : totalOf(*profile, Metric::LeakedBytes);
            newest = held ? held : newest; // a profile of something else (goroutines) says nothing of it
            highest = std::max(highest, peak ? peak : live);
        }
        const auto value = rule.metric == GateMetric::Peak ? highest : newest;
        if (isSelected(rule, service) && value) {
            found.all.push_back({ static_cast<double>(*value), service.name, {} });
        }
    }
    found.reason = "no heap profile of a selected service has it";
    return found;
}

/// Slope of the whole heap; nullopt below two profiles of different times.
std::optional<double> slopeOf(const GrowthReport& growth)
{
    if (growth.times.size() < 2) {
        return std::nullopt;
    }
    if (growth.rateUnit != RateUnit::Hour) {
        return std::nullopt;
    }
    std::vector<double> hours;
    for (const Instant time : growth.times) {
        hours.push_back((time - growth.times.front()).toHours());
    }
    return theilSen(hours, growth.liveBytesAt, growth.segmentStarts).slope;
}

Candidates heapGrowth(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    const auto add = [&](const ServiceView& service, const GrowthReport& growth) {
        if (const std::optional<double> slope = slopeOf(growth)) {
            const auto isLeak = [](const Finding& finding) { return finding.kind == FindingKind::Leak; };
            found.all.push_back({ *slope, service.name, findingsOf(analysis, service, isLeak) });
        }
    };
    for (const ServiceView& service : analysis.services) {
        if (!isSelected(rule, service) || !service.growth) {
            continue;
        }
        add(service, *service.growth);
        for (const GrowthStudy& study : service.furtherGrowth) {
            add(service, study.growth);
        }
    }
    found.reason = "no selected service has two profiles of different times";
    return found;
}

/// The currency that a rule about money looks at: its own, else the only one there is.
std::string currencyOf(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    return rule.currency.empty() ? analysis.totals.currency : rule.currency;
}

/// Money of the rule's currency only: another one is unknown, never converted.
std::string currencyProblem(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    const WorkspaceTotals& totals = analysis.totals;
    if (totals.byCurrency.empty()) {
        return "no bill and no rate card was given";
    }
    std::string all;
    for (const CurrencyTotals& total : totals.byCurrency) {
        all += (all.empty() ? "" : " and ")
            + (total.currency.empty() ? std::string("an unknown currency") : total.currency);
    }
    if (rule.currency.empty()) {
        return totals.isMixed() ? "the bill is in " + all + ": say in the rule which one is meant" : std::string();
    }
    return totals.of(rule.currency) == nullptr ? "the bill is in " + all + ", not in " + rule.currency : std::string();
}

/// What the findings claim of the memory's cost. Without a selector the sum is the one that is shown, overlaps removed.
Candidates recoverable(const GateRule& rule, const WorkspaceAnalysis& analysis, const CurrencyTotals& totals)
{
    static constexpr std::array<FindingKind, 3> kClaiming { FindingKind::Leak, FindingKind::Overprovisioned,
        FindingKind::UnboundedCache };
    Candidates found;
    Candidate all { 0, rule.selector, {} };
    Decimal sum;
    for (const Finding& finding : analysis.findings) {
        const bool isClaim = std::ranges::find(kClaiming, finding.kind) != kClaiming.end();
        if (isClaim && isSelected(rule, finding) && finding.costPerMonth
            && finding.costPerMonth->currency == totals.currency) {
            sum += finding.costPerMonth->amount;
            all.findings.push_back(finding.id);
        }
    }
    if (all.findings.empty() && totals.recoverablePerMonth.all() == Decimal {}) {
        found.reason = whyUnseen(rule, analysis, kClaiming);
        if (found.reason.empty() && !totals.memoryPerMonth) {
            found.reason = "what the memory costs is not known, so nothing counts as recoverable";
        }
        if (!found.reason.empty()) {
            return found;
        }
    }
    const bool isWhole = rule.selector.empty() && !rule.confidence;
    all.value = isWhole ? totals.recoverablePerMonth.all().toDouble() : sum.toDouble();
    found.all.push_back(std::move(all));
    return found;
}

Candidates money(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    found.reason = currencyProblem(rule, analysis);
    if (!found.reason.empty()) {
        return found;
    }
    const std::string currency = currencyOf(rule, analysis);
    const CurrencyTotals& totals = *analysis.totals.of(currency);
    if (rule.metric == GateMetric::Recoverable) {
        return recoverable(rule, analysis, totals);
    }
    found.reason = "it is not known for what was selected";
    if (rule.selector.empty()) {
        if (totals.billedPerMonth) {
            found.all.push_back({ totals.billedPerMonth->toDouble(), {}, {} });
        }
        return found;
    }
    const auto hasMoney = [](const Finding& finding) { return finding.costPerMonth || finding.costSoFar; };
    for (const ServiceView& service : analysis.services) {
        if (isSelected(rule, service) && service.costPerMonth && service.currency == currency) {
            found.all.push_back(
                { service.costPerMonth->toDouble(), service.name, findingsOf(analysis, service, hasMoney) });
        }
    }
    return found;
}

Candidates counts(
    const GateRule& rule, const WorkspaceAnalysis& analysis, const std::optional<std::set<std::string>>& baseline)
{
    Candidates found;
    const bool onlyNew = rule.metric == GateMetric::NewFindings;
    if (onlyNew && !baseline) {
        found.reason = "new-findings needs --baseline";
        return found;
    }
    Candidate all;
    Candidate weakLeaks; // below the floors or undecided; other weak kinds are told by another finding, or cost nothing
    const auto add = [](Candidate& to, const Finding& finding) {
        to.where += (to.findings.empty() ? "" : ", ") + finding.id;
        to.findings.push_back(finding.id);
    };
    for (const Finding& finding : analysis.findings) {
        if (!isSelected(rule, finding) || (onlyNew && baseline->contains(finding.fingerprint))) {
            continue;
        }
        if (!finding.isWeak) {
            add(all, finding);
        } else if (finding.kind == FindingKind::Leak) {
            add(weakLeaks, finding);
        }
    }
    all.value = static_cast<double>(all.findings.size());
    if (!weakLeaks.findings.empty()) {
        weakLeaks.value = all.value + static_cast<double>(weakLeaks.findings.size());
        found.doubts.push_back(std::move(weakLeaks));
        found.doubtReason = "may count: weak, below the floors or undecided";
    }
    if (all.findings.empty()) {
        found.reason = whyUnseen(rule, analysis, {});
    }
    if (found.reason.empty()) {
        found.all.push_back(std::move(all));
    }
    return found;
}

Candidates headrooms(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    found.reason = "no selected workload has a memory limit and usage";
    for (const ServiceView& service : analysis.services) {
        for (const SizingAdvice& advice : service.sizing) {
            const bool isChosen = isSelected(rule, service) || matchesGlob(rule.selector, advice.workload);
            if (isChosen && advice.limitBytes && *advice.limitBytes > 0 && advice.usage.samples > 0) {
                found.all.push_back(
                    { 1 - advice.usage.max / *advice.limitBytes, advice.ns + '/' + advice.workload, {} });
            }
        }
    }
    return found;
}

Candidates candidatesOf(
    const GateRule& rule, const WorkspaceAnalysis& analysis, const std::optional<std::set<std::string>>& baseline)
{
    switch (rule.metric) {
    case GateMetric::Leak: return leaks(rule, analysis);
    case GateMetric::Live:
    case GateMetric::Peak: return heaps(rule, analysis);
    case GateMetric::Cost:
    case GateMetric::Recoverable: return money(rule, analysis);
    case GateMetric::Growth: return heapGrowth(rule, analysis);
    case GateMetric::Findings:
    case GateMetric::NewFindings: return counts(rule, analysis, baseline);
    case GateMetric::Coverage:
        if (!analysis.totals.billed) {
            return { {}, "no bill in one currency was given" };
        }
        return { { { analysis.coverage.matchedShare(), {}, {} } }, {} };
    case GateMetric::Fragmentation: return { {}, "no memory image was given" };
    case GateMetric::Headroom: return headrooms(rule, analysis);
    }
    return {};
}

bool holds(GateOp op, double value, double threshold)
{
    switch (op) {
    case GateOp::Less: return value < threshold;
    case GateOp::LessEqual: return value <= threshold;
    case GateOp::Greater: return value > threshold;
    case GateOp::GreaterEqual: return value >= threshold;
    case GateOp::Equal: return value == threshold;
    case GateOp::NotEqual: return value != threshold;
    }
    return false;
}

std::string textOf(const GateRule& rule, double value, std::string_view currency)
{
    switch (unitOf(rule.metric)) {
    case GateUnit::Bytes: return formatBytes(value);
    case GateUnit::BytesPerHour: return formatBytesPerHour(value);
    case GateUnit::MoneyPerMonth: return formatMoneyPerMonth(Decimal::fromDouble(value), currency);
    case GateUnit::Share: return formatPercent(value);
    case GateUnit::Count: return formatCount(value);
    }
    return {};
}

} // namespace

GateResult evaluateGate(
    const GateRule& rule, const WorkspaceAnalysis& analysis, const std::optional<std::set<std::string>>& baseline)
{
    const Candidates found = candidatesOf(rule, analysis, baseline);
    GateResult result;
    if (found.all.empty()) {
        result.reason = found.reason;
        return result;
    }
    double threshold = rule.value;
    if (unitOf(rule.metric) == GateUnit::MoneyPerMonth && rule.periodHours > 0) {
        threshold *= analysis.options.hoursPerMonth / rule.periodHours;
    }
    const bool wantsLeast = rule.op == GateOp::Less || rule.op == GateOp::LessEqual;
    const Candidate* worst = &found.all.front();
    for (const Candidate& candidate : found.all) {
        const bool isWorse = wantsLeast ? candidate.value < worst->value : candidate.value > worst->value;
        const bool isHit = holds(rule.op, candidate.value, threshold) && !holds(rule.op, worst->value, threshold);
        worst = isWorse || isHit ? &candidate : worst;
        if (isHit && (rule.op == GateOp::Equal || rule.op == GateOp::NotEqual)) {
            break;
        }
    }
    result.value = worst->value;
    result.currency = unitOf(rule.metric) == GateUnit::MoneyPerMonth ? currencyOf(rule, analysis) : std::string();
    result.where = worst->where;
    result.isViolated = holds(rule.op, worst->value, threshold);
    const auto doubt =
        std::ranges::find_if(found.doubts, [&](const Candidate& one) { return holds(rule.op, one.value, threshold); });
    if (!result.isViolated && doubt != found.doubts.end()) {
        result.value.reset();
        result.where = doubt->where;
        result.findings = doubt->findings;
        result.reason = doubt->where + ' ' + found.doubtReason;
        return result;
    }
    result.valueText = textOf(rule, worst->value, result.currency);
    for (const Candidate& candidate : found.all) {
        if (holds(rule.op, candidate.value, threshold)) {
            result.findings.insert(result.findings.end(), candidate.findings.begin(), candidate.findings.end());
        }
    }
    return result;
}

} // namespace heaptoll
