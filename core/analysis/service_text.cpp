// SPDX-License-Identifier: Apache-2.0
// Names of services in keys, paths and globs.
#include "core/analysis/service_mapper.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

bool isAlnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || static_cast<unsigned char>(c) >= 0x80;
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Words that say what a file is, not whose it is.
bool isTradeWord(std::string_view word)
{
    constexpr std::array kWords = std::to_array<std::string_view>({ "heap", "heaps", "goroutine", "goroutines", "debug",
        "profile", "profiles", "pprof", "pb", "gz", "zst", "zstd", "heaptrack", "memprofile", "mem", "memory", "dump",
        "dumps", "snapshot", "snapshots", "inuse", "allocs", "alloc", "space", "raw", "json", "prof", "data", "tmp",
        "home", "downloads", "out", "output", "t" });
    return std::ranges::find(kWords, word) != kWords.end();
}

/// "20250101t100000z", "0003", "t11", "e5f1a2": numbers of a file, no name.
bool isNumberWord(std::string_view word)
{
    if (word.size() < 2) {
        return true;
    }
    const auto digits = std::ranges::count_if(word, [](char c) { return c >= '0' && c <= '9'; });
    const bool isHex =
        std::ranges::all_of(word, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return digits > 0 && (static_cast<std::size_t>(digits) + 2 >= word.size() || (isHex && word.size() >= 6));
}

/// What is left of a name without trade words and numbers.
std::string ownWords(std::string_view name)
{
    const std::string folded = foldServiceName(name);
    std::string own;
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t end = std::min(folded.find('-', at), folded.size());
        const std::string_view word = std::string_view(folded).substr(at, end - at);
        if (!isTradeWord(word) && !isNumberWord(word)) {
            own += own.empty() ? "" : "-";
            own += word;
        }
        at = end + 1;
    }
    return own;
}

} // namespace

std::string foldServiceName(std::string_view name)
{
    std::string folded;
    for (const char c : name) {
        if (isAlnum(c)) {
            folded += lower(c);
        } else if (!folded.empty() && folded.back() != '-') {
            folded += '-';
        }
    }
    while (!folded.empty() && folded.back() == '-') {
        folded.pop_back();
    }
    return folded;
}

bool isServiceKey(std::string_view key)
{
    constexpr std::array kKeys = std::to_array<std::string_view>({ "app", "application", "appname", "applicationname",
        "service", "servicename", "appkubernetesioname", "k8sapp", "workload", "workloadname", "labelapp",
        "labelservice", "labelappkubernetesioname", "component", "microservice" });
    for (const std::string_view prefix : { "resourceTags/", "resource_tags_", "user:", "user_", "tags/" }) {
        if (key.starts_with(prefix)) {
            key.remove_prefix(prefix.size());
        }
    }
    std::string folded;
    for (const char c : key) {
        if (isAlnum(c)) {
            folded += lower(c);
        }
    }
    return std::ranges::find(kKeys, folded) != kKeys.end();
}

bool matchesGlob(std::string_view pattern, std::string_view text, std::string* firstStar)
{
    const std::size_t first = pattern.find('*');
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    std::size_t firstBegin = 0;
    std::size_t firstEnd = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
            if (star == first) {
                firstBegin = t;
                firstEnd = t;
            }
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
            firstEnd = star == first ? resume : firstEnd;
        } else {
            return false;
        }
    }
    if (firstStar != nullptr) {
        if (first != std::string_view::npos && first + 1 == pattern.size()) {
            firstEnd = text.size();
        }
        *firstStar = text.substr(firstBegin, firstEnd - firstBegin);
    }
    return std::ranges::all_of(pattern.substr(p), [](char c) { return c == '*'; });
}

std::string serviceInPath(std::string_view path)
{
    if (const std::size_t member = path.find('!'); member != std::string_view::npos) {
        path = path.substr(member + 1);
    }
    const std::size_t slash = path.find_last_of("/\\");
    const std::string_view file = slash == std::string_view::npos ? path : path.substr(slash + 1);
    if (std::string own = ownWords(file); !own.empty()) {
        return own;
    }
    if (slash == std::string_view::npos || slash == 0) {
        return {};
    }
    const std::string_view folders = path.substr(0, slash);
    const std::size_t above = folders.find_last_of("/\\");
    const std::string_view folder = above == std::string_view::npos ? folders : folders.substr(above + 1);
    return ownWords(folder).empty() ? std::string {} : foldServiceName(folder);
}

} // namespace heaptoll
