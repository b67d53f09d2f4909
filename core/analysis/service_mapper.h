// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/service_map.h"
#include "core/model/cost_table.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// Lower case, runs of anything but letters and digits as one '-': "Cart_Service " and "cart-service" are one name.
[[nodiscard]] std::string foldServiceName(std::string_view name);
/// True for tag and label keys that name a service: app, application, service, service.name, app.kubernetes.io/name,
/// workload, label_app, ... Case and the signs - _ . : / do not count; "user:" and "resourceTags/" are no part of a key.
[[nodiscard]] bool isServiceKey(std::string_view key);
/// Glob with * and ?, without recursion; the text that the first * took goes to firstStar.
[[nodiscard]] bool matchesGlob(std::string_view pattern, std::string_view text, std::string* firstStar = nullptr);
/// Service in a profile's path: the folder's name, else the file's without its numbers and the words of the trade
/// ("heap", "profile", "pb", ...). Empty when nothing is left. "profiles/checkout/heap.3.pb.gz" -> "checkout".
[[nodiscard]] std::string serviceInPath(std::string_view path);

/// Assigns rows, profiles and workloads to services. Learn every name first, then match. Method: FINDINGS.md "Services".
class ServiceMapper {
public:
    explicit ServiceMapper(std::vector<ServiceRule> rules);

    /// Makes a name known; the first spelling stays. Returns that spelling.
    std::string learn(std::string_view name);
    void learnTags(const CostTable& table);

    [[nodiscard]] ServiceMatch matchCostRow(const CostTable& table, std::size_t row) const;
    [[nodiscard]] ServiceMatch matchPath(std::string_view path) const;
    /// Rules on pods are tried on the names of the pods, then on that of the workload; the whole workload follows.
    [[nodiscard]] ServiceMatch matchPod(
        std::string_view ns, std::string_view workload, std::span<const std::string> pods) const;
    /// Rules that have matched nothing so far, in the order given.
    [[nodiscard]] std::vector<ServiceRule> unmatchedRules() const;
    /// Services whose name an identifier begins with, at a word boundary of one of its parts.
    [[nodiscard]] std::vector<std::string> namesIn(std::string_view identifier) const;

private:
    [[nodiscard]] std::optional<ServiceMatch> tryRule(std::size_t index, std::string_view text) const;
    [[nodiscard]] std::optional<ServiceMatch> byRule(std::string_view field, std::string_view text) const;
    [[nodiscard]] std::optional<ServiceMatch> byPodRules(
        std::string_view workload, std::span<const std::string> pods) const;
    [[nodiscard]] std::optional<ServiceMatch> byTagRules(const CostTable& table, std::size_t row) const;
    [[nodiscard]] std::optional<ServiceMatch> byTags(const CostTable& table, std::size_t row) const;
    [[nodiscard]] std::string spellingOf(std::string_view name) const;

    std::vector<ServiceRule> m_rules;
    mutable std::vector<std::uint8_t> m_hasMatched; ///< per rule; of the one thread that a mapper is used in
    std::unordered_map<std::string, std::string> m_known; ///< folded name -> spelling
};

} // namespace heaptoll
