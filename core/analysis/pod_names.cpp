// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/pod_names.h"

#include <algorithm>

namespace heaptoll {
namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Kubernetes makes random names of these letters only, so that they spell no words.
/// Source: k8s.io/apimachinery, pkg/util/rand.
bool isKubernetesRandom(std::string_view text)
{
    return text.find_first_not_of("bcdfghjklmnpqrstvwxz2456789") == std::string_view::npos;
}

bool isPodSuffix(std::string_view group)
{
    const bool isAlnum = std::ranges::all_of(group, [](char c) { return isDigit(c) || (c >= 'a' && c <= 'z'); });
    const auto digits = std::ranges::count_if(group, isDigit);
    if (isRandomName(group)) {
        return true;
    }
    return group.size() >= 5 && group.size() <= 10 && isAlnum && digits >= 2;
}

} // namespace

bool isRandomName(std::string_view word)
{
    return word.size() == 5 && isKubernetesRandom(word);
}

bool isSetHash(std::string_view group)
{
    if (group.size() < 6 || group.size() > 10) {
        return false;
    }
    const bool isHex = group.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    return isKubernetesRandom(group) || (isHex && group.size() >= 8 && std::ranges::any_of(group, isDigit));
}

std::string workloadOfPod(std::string_view pod)
{
    const std::size_t dash = pod.rfind('-');
    if (dash == std::string_view::npos || dash == 0) {
        return std::string(pod);
    }
    const std::string_view last = pod.substr(dash + 1);
    const std::string_view rest = pod.substr(0, dash);
    if (!last.empty() && last.size() <= 4 && std::ranges::all_of(last, isDigit)) {
        return std::string(rest); // the ordinal of a StatefulSet
    }
    if (!isPodSuffix(last)) {
        return std::string(isSetHash(last) ? rest : pod);
    }
    const std::size_t setDash = rest.rfind('-');
    if (setDash == std::string_view::npos || setDash == 0 || !isSetHash(rest.substr(setDash + 1))) {
        return std::string(rest);
    }
    return std::string(rest.substr(0, setDash));
}

std::string_view ownerKindOfPod(std::string_view pod)
{
    const std::size_t dash = pod.rfind('-');
    if (dash == std::string_view::npos || dash == 0) {
        return {};
    }
    const std::string_view last = pod.substr(dash + 1);
    if (!last.empty() && last.size() <= 4 && std::ranges::all_of(last, isDigit)) {
        return "statefulset";
    }
    const std::string_view rest = pod.substr(0, dash);
    const std::size_t setDash = rest.rfind('-');
    if (!isRandomName(last) || setDash == std::string_view::npos || setDash == 0) {
        return {};
    }
    const std::string_view set = rest.substr(setDash + 1);
    return !isSetHash(set) ? std::string_view() : std::ranges::all_of(set, isDigit) ? "cronjob" : "deployment";
}

} // namespace heaptoll
