// SPDX-License-Identifier: Apache-2.0
// Who pays for what: rules, then tags, then names. Method: FINDINGS.md "Services".
#include "core/analysis/service_mapper.h"

#include "core/analysis/pod_names.h"

#include <algorithm>
#include <set>

namespace heaptoll {
namespace {

std::string withFirstStar(std::string service, const std::string& star)
{
    if (const std::size_t at = service.find("$1"); at != std::string::npos) {
        service.replace(at, 2, star);
    }
    return service;
}

ServiceMatch ambiguous(const std::set<std::string>& names, std::string_view where)
{
    std::string why(where);
    why += " names several services:";
    for (const std::string& name : names) {
        why += " " + name;
    }
    return { std::string(kAmbiguousService), MatchRank::Ambiguous, std::move(why) };
}

ServiceMatch unassigned(std::string why)
{
    return { std::string(kUnassignedService), MatchRank::Unassigned, std::move(why) };
}

/// Tag values that say that there is none.
bool isNoValue(std::string_view value)
{
    const std::string folded = foldServiceName(value);
    return folded.empty() || folded == "untagged" || folded == "none" || folded == "null" || folded == "n-a"
        || folded == "na" || folded == "unknown";
}

bool hasDigit(std::string_view word)
{
    return word.find_first_of("0123456789") != std::string_view::npos;
}

bool isNumber(std::string_view word)
{
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What generators append to a name: "-0", "-r-0", "-7d9f4c8b5-qwrtp", "-20250131". Words without a digit are words
/// ("-cache", "-proxy": other resources, with money of their own), except the random end of a pod's name after its hash,
/// that hash, and one or two letters before a number.
bool isGeneratedSuffix(std::string_view suffix)
{
    constexpr std::size_t kMostWords = 3;
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < suffix.size();) {
        const std::size_t end = std::min(suffix.find('-', at), suffix.size());
        words.push_back(suffix.substr(at, end - at));
        at = end + 1;
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view before = i > 0 ? words[i - 1] : std::string_view {};
        const std::string_view after = i + 1 < words.size() ? words[i + 1] : std::string_view {};
        const bool isOfPod =
            (isRandomName(words[i]) && isSetHash(before)) || (isSetHash(words[i]) && isRandomName(after));
        if (!hasDigit(words[i]) && !isOfPod && !(words[i].size() <= 2 && isNumber(after))) {
            return false;
        }
    }
    return words.size() <= kMostWords;
}

} // namespace

ServiceMapper::ServiceMapper(std::vector<ServiceRule> rules)
    : m_rules(std::move(rules))
    , m_hasMatched(m_rules.size(), 0)
{
    for (const ServiceRule& rule : m_rules) {
        if (!rule.ignore && rule.service.find("$1") == std::string::npos) {
            learn(rule.service);
        }
    }
}

std::string ServiceMapper::learn(std::string_view name)
{
    const std::string folded = foldServiceName(name);
    if (folded.empty()) {
        return {};
    }
    return m_known.try_emplace(folded, name).first->second;
}

void ServiceMapper::learnTags(const CostTable& table)
{
    for (std::size_t set = 1; set < table.tagSets.size(); ++set) {
        for (const Label& label : table.tagSets.at(LabelSetId { set })) {
            const std::string_view value = table.strings.view(label.text);
            if (isServiceKey(table.strings.view(label.key)) && !isNoValue(value)) {
                learn(value);
            }
        }
    }
}

std::string ServiceMapper::spellingOf(std::string_view name) const
{
    const auto it = m_known.find(foldServiceName(name));
    return it == m_known.end() ? std::string(name) : it->second;
}

std::optional<ServiceMatch> ServiceMapper::tryRule(std::size_t index, std::string_view text) const
{
    const ServiceRule& rule = m_rules[index];
    std::string star;
    if (text.empty() || !matchesGlob(rule.pattern, text, &star)) {
        return std::nullopt;
    }
    m_hasMatched[index] = 1;
    const std::string why = "rule " + rule.field + " = " + rule.pattern;
    return rule.ignore ? unassigned(why + " (left out)")
                       : ServiceMatch { spellingOf(withFirstStar(rule.service, star)), MatchRank::Rule, why };
}

std::optional<ServiceMatch> ServiceMapper::byRule(std::string_view field, std::string_view text) const
{
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        if (m_rules[i].field == field) {
            if (auto match = tryRule(i, text)) {
                return match;
            }
        }
    }
    return std::nullopt;
}

std::optional<ServiceMatch> ServiceMapper::byPodRules(
    std::string_view workload, std::span<const std::string> pods) const
{
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        if (m_rules[i].field != "pod") {
            continue;
        }
        // "$1" of a pod's name would be its random end: such rules are about the workload.
        const bool isTemplate = m_rules[i].service.find("$1") != std::string::npos;
        std::optional<ServiceMatch> match = isTemplate ? tryRule(i, workload) : std::nullopt;
        for (std::size_t p = 0; !match && p < pods.size(); ++p) {
            match = tryRule(i, pods[p]);
        }
        if (match || (match = tryRule(i, workload))) {
            return match;
        }
    }
    return std::nullopt;
}

std::vector<ServiceRule> ServiceMapper::unmatchedRules() const
{
    std::vector<ServiceRule> rules;
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        if (m_hasMatched[i] == 0) {
            rules.push_back(m_rules[i]);
        }
    }
    return rules;
}

std::optional<ServiceMatch> ServiceMapper::byTagRules(const CostTable& table, std::size_t row) const
{
    for (std::size_t i = 0; i < m_rules.size(); ++i) {
        const std::string_view field = m_rules[i].field;
        std::string_view text;
        if (field.starts_with("tag:") || field.starts_with("label:")) {
            text = table.tagAt(field.substr(field.find(':') + 1), row).value_or("");
        } else if (field == "resource") {
            text = table.textAt(CostRole::Resource, row);
        } else if (field == "sku") {
            text = table.textAt(CostRole::Sku, row);
        } else if (field == "service") {
            text = table.textAt(CostRole::Service, row);
        }
        if (auto match = tryRule(i, text)) {
            return match;
        }
    }
    return std::nullopt;
}

std::optional<ServiceMatch> ServiceMapper::byTags(const CostTable& table, std::size_t row) const
{
    std::set<std::string> services;
    std::string why;
    for (const Label& label : table.tagSets.at(LabelSetId { std::size_t { table.rowTags[row] } })) {
        const std::string_view key = table.strings.view(label.key);
        const std::string_view value = table.strings.view(label.text);
        if (isServiceKey(key) && !isNoValue(value)) {
            services.insert(spellingOf(value));
            why = "tag " + std::string(key) + " = " + std::string(value);
        }
    }
    if (services.empty()) {
        return std::nullopt;
    }
    return services.size() > 1 ? ambiguous(services, "tags") : ServiceMatch { *services.begin(), MatchRank::Tag, why };
}

std::vector<std::string> ServiceMapper::namesIn(std::string_view identifier) const
{
    std::set<std::string> found;
    for (std::size_t at = 0; at < identifier.size();) {
        const std::size_t end = std::min(identifier.find_first_of("/:", at), identifier.size());
        const std::string part = foldServiceName(identifier.substr(at, end - at));
        for (std::size_t length = part.size(); length > 0 && length != std::string::npos;
             length = part.rfind('-', length - 1)) {
            const auto it = m_known.find(part.substr(0, length));
            const std::string_view suffix = std::string_view(part).substr(std::min(part.size(), length + 1));
            if (it != m_known.end() && isGeneratedSuffix(suffix)) {
                found.insert(it->second);
                break;
            }
        }
        at = end + 1;
    }
    return { found.begin(), found.end() };
}

ServiceMatch ServiceMapper::matchCostRow(const CostTable& table, std::size_t row) const
{
    if (!m_rules.empty()) {
        if (auto match = byTagRules(table, row)) {
            return *match;
        }
    }
    if (auto match = byTags(table, row)) {
        return *match;
    }
    const std::string_view resource = table.textAt(CostRole::Resource, row);
    const std::vector<std::string> names = namesIn(resource);
    if (names.size() > 1) {
        return ambiguous({ names.begin(), names.end() }, "the resource id");
    }
    if (names.size() == 1) {
        return { names[0], MatchRank::Heuristic, "resource " + std::string(resource) };
    }
    return unassigned("no rule, tag or resource name");
}

ServiceMatch ServiceMapper::matchPath(std::string_view path) const
{
    if (auto match = byRule("path", path)) {
        return *match;
    }
    const std::string name = serviceInPath(path);
    if (name.empty()) {
        return unassigned("the path names no service");
    }
    return { spellingOf(name), MatchRank::Heuristic, "path " + std::string(path) };
}

ServiceMatch ServiceMapper::matchPod(
    std::string_view ns, std::string_view workload, std::span<const std::string> pods) const
{
    if (auto match = byPodRules(workload, pods)) {
        return *match;
    }
    if (auto match = byRule("namespace", ns)) {
        return *match;
    }
    return { spellingOf(workload), MatchRank::Heuristic, "pods of workload " + std::string(workload) };
}

} // namespace heaptoll
