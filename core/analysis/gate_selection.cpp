// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/gate_selection.h"

#include "core/analysis/service_mapper.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

constexpr std::array<FindingKind, 8> kAllKinds { FindingKind::Leak, FindingKind::UnboundedCache, FindingKind::Churn,
    FindingKind::Retained, FindingKind::Overprovisioned, FindingKind::Underprovisioned, FindingKind::CostAnomaly,
    FindingKind::UnattributedCost };

bool namesService(const std::string& selector, const WorkspaceAnalysis& analysis)
{
    return std::ranges::any_of(
        analysis.services, [&](const ServiceView& service) { return matchesGlob(selector, service.name); });
}

bool namesKind(const std::string& selector)
{
    return std::ranges::any_of(kAllKinds, [&](FindingKind kind) { return matchesGlob(selector, name(kind)); });
}

/// "L-01", "L-*": ids are given anew in every run, so one that is not there today is no mistake.
bool looksLikeId(const std::string& selector)
{
    return selector.size() >= 3 && selector[1] == '-'
        && std::ranges::any_of(kAllKinds, [&](FindingKind kind) { return letter(kind) == selector[0]; })
        && selector.find_first_not_of("0123456789*?", 2) == std::string::npos;
}

bool hasFunction(const std::string& selector, const GrowthReport& growth)
{
    return std::ranges::any_of(
        growth.sites, [&](const SiteGrowth& site) { return matchesGlob(selector, site.site.function); });
}

/// Any function of the profiles: one that no longer grows is still the one that the rule watches.
bool namesFunction(const std::string& selector, const WorkspaceAnalysis& analysis)
{
    for (const ServiceView& service : analysis.services) {
        const bool isSite = (service.growth && hasFunction(selector, *service.growth))
            || std::ranges::any_of(
                service.furtherGrowth, [&](const GrowthStudy& study) { return hasFunction(selector, study.growth); });
        if (isSite) {
            return true;
        }
        for (std::size_t f = 1; service.series && service.series->index && f < service.series->index->frames.size();
             ++f) {
            const Profile& profile = *service.series->index;
            if (matchesGlob(selector, profile.strings.view(profile.frames.at(FrameId { f }).function))) {
                return true;
            }
        }
    }
    return false;
}

bool hasSeries(const ServiceView& service)
{
    const auto isSeries = [](const GrowthReport& growth) { return growth.times.size() >= 2; };
    return (service.growth && isSeries(*service.growth))
        || std::ranges::any_of(service.furtherGrowth, [&](const GrowthStudy& study) { return isSeries(study.growth); });
}

/// Is there anything of the service that would have shown a finding of the kind?
bool canShow(FindingKind kind, const ServiceView& service)
{
    switch (kind) {
    case FindingKind::Leak: return hasSeries(service) || !service.trends.empty();
    case FindingKind::UnboundedCache:
    case FindingKind::Churn: return hasSeries(service);
    case FindingKind::Retained: return service.growth.has_value();
    case FindingKind::Overprovisioned:
    case FindingKind::Underprovisioned: return !service.sizing.empty();
    case FindingKind::CostAnomaly:
    case FindingKind::UnattributedCost: return service.costRows > 0;
    }
    return false;
}

} // namespace

bool isSelected(const GateRule& rule, const Finding& finding)
{
    if (rule.confidence && finding.confidence.level < *rule.confidence) {
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

std::string whyUnseen(const GateRule& rule, const WorkspaceAnalysis& analysis, std::span<const FindingKind> kinds)
{
    const std::string& selector = rule.selector;
    const bool isService = !selector.empty() && namesService(selector, analysis);
    const bool isKind = !selector.empty() && namesKind(selector);
    if (!selector.empty() && !isService && !isKind && !looksLikeId(selector) && !namesFunction(selector, analysis)) {
        return '\'' + selector + "' names no service, finding, kind or function that was read";
    }
    for (const ServiceView& service : analysis.services) {
        if (isService && !matchesGlob(selector, service.name)) {
            continue;
        }
        for (const FindingKind kind : kinds.empty() ? std::span<const FindingKind>(kAllKinds) : kinds) {
            const bool isAsked = !isKind || isService || matchesGlob(selector, name(kind));
            if (isAsked && canShow(kind, service)) {
                return {};
            }
        }
    }
    return "nothing that was read could show one: it takes two profiles or more with times, a recording, or usage for "
           "memory, a bill for cost";
}

} // namespace heaptoll
