// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_rule.h"
#include "core/analysis/service_mapper.h"
#include "core/analysis/statistics.h"
#include "core/base/text_format.h"

#include <algorithm>

namespace heaptoll {
namespace {

struct Candidate {
    double value = 0;
    std::string where;
};

/// Values a rule looks at, or why there are none.
struct Candidates {
    std::vector<Candidate> all;
    std::string reason; ///< set when the metric is unknown, not merely zero
};

bool isSelected(const GateRule& rule, const Finding& finding)
{
    if (finding.isWeak || (rule.confidence && finding.confidence.level < *rule.confidence)) {
        return false;
    }
    return rule.selector.empty() || matchesGlob(rule.selector, finding.service)
        || matchesGlob(rule.selector, finding.id) || matchesGlob(rule.selector, name(finding.kind))
        || (finding.blame && matchesGlob(rule.selector, finding.blame->function));
}

bool isSelected(const GateRule& rule, const ServiceView& service)
{
    return rule.selector.empty() || matchesGlob(rule.selector, service.name);
}

Candidates leaks(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    for (const Finding& finding : analysis.findings) {
        if (finding.kind == FindingKind::Leak && isSelected(rule, finding) && finding.growthBytesPerHour) {
            found.all.push_back({ *finding.growthBytesPerHour, finding.id });
        }
    }
    if (found.all.empty()) {
        found.all.push_back({ 0, {} }); // no leak found: it grows by nothing
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
            newest = live ? live : totalOf(*profile, Metric::LeakedBytes);
            highest = std::max(highest, peak ? peak : live);
        }
        const auto value = rule.metric == GateMetric::Peak ? highest : newest;
        if (isSelected(rule, service) && value) {
            found.all.push_back({ static_cast<double>(*value), service.name });
        }
    }
    found.reason = "no heap profile of a selected service has it";
    return found;
}

Candidates heapGrowth(const GateRule& rule, const WorkspaceAnalysis& analysis)
{
    Candidates found;
    for (const ServiceView& service : analysis.services) {
        if (!isSelected(rule, service) || !service.growth || service.growth->times.size() < 2) {
            continue;
        }
        std::vector<double> hours;
        for (const Instant time : service.growth->times) {
            hours.push_back((time - service.growth->times.front()).toHours());
        }
        const TheilSenFit fit = theilSen(hours, service.growth->liveBytesAt, service.growth->segmentStarts);
        found.all.push_back({ fit.slope, service.name });
    }
    found.reason = "no selected service has two profiles with times";
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
        all += (all.empty() ? "" : " and ") + total.currency;
    }
    if (rule.currency.empty()) {
        return totals.isMixed() ? "the bill is in " + all + ": say in the rule which one is meant" : std::string();
    }
    return totals.of(rule.currency) == nullptr ? "the bill is in " + all + ", not in " + rule.currency : std::string();
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
    found.reason = "it is not known for what was selected";
    if (rule.metric == GateMetric::Recoverable) {
        if (rule.selector.empty() && !rule.confidence) {
            found.all.push_back({ totals.recoverablePerMonth.all().toDouble(), {} });
            return found;
        }
        double sum = 0;
        for (const Finding& finding : analysis.findings) {
            const bool isIt = isSelected(rule, finding) && finding.costPerMonth;
            sum += isIt && finding.costPerMonth->currency == currency ? finding.costPerMonth->amount.toDouble() : 0.0;
        }
        found.all.push_back({ sum, rule.selector });
        return found;
    }
    if (rule.selector.empty()) {
        if (totals.billedPerMonth) {
            found.all.push_back({ totals.billedPerMonth->toDouble(), {} });
        }
        return found;
    }
    for (const ServiceView& service : analysis.services) {
        if (isSelected(rule, service) && service.costPerMonth && service.currency == currency) {
            found.all.push_back({ service.costPerMonth->toDouble(), service.name });
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
    double count = 0;
    std::string first;
    for (const Finding& finding : analysis.findings) {
        if (!isSelected(rule, finding) || (onlyNew && baseline->contains(finding.fingerprint))) {
            continue;
        }
        first = count == 0 ? finding.id : first + ", " + finding.id;
        ++count;
    }
    found.all.push_back({ count, first });
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
                found.all.push_back({ 1 - advice.usage.max / *advice.limitBytes, advice.ns + '/' + advice.workload });
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
        return { { { analysis.coverage.matchedShare(), {} } }, {} };
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
    result.valueText = textOf(rule, worst->value, result.currency);
    return result;
}

} // namespace heaptoll
