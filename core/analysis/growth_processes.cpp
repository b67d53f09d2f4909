// SPDX-License-Identifier: Apache-2.0
// Which profiles are of one process. Rules: GROWTH.md "Processes".
#include "core/analysis/growth_processes.h"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace heaptoll {
namespace {

constexpr std::size_t kMostNumbers = 8; ///< of a path, that are tried as the process
using Rows = std::vector<std::size_t>; ///< of the points, ascending

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// Random names (x2k4p) are words; sequences, process ids and times of day (i12, 20250131T0930Z) are numbers.
bool isWord(std::string_view token)
{
    constexpr std::size_t kShort = 4;
    std::size_t runs = 0;
    std::size_t shortest = std::numeric_limits<std::size_t>::max();
    for (std::size_t i = 0; i < token.size();) {
        std::size_t end = i;
        while (end < token.size() && isDigit(token[end])) {
            ++end;
        }
        if (end > i) {
            ++runs;
            shortest = std::min(shortest, end - i);
        }
        i = std::max(end, i + 1);
    }
    return runs >= 2 && shortest < kShort;
}

/// A path as its words, with "#" for every number, and the numbers.
struct PathParts {
    std::string words;
    std::vector<std::string> numbers;
};

PathParts partsOf(std::string_view path)
{
    PathParts parts;
    std::size_t start = 0;
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find_first_of("/._-", start), path.size());
        const std::string_view token = path.substr(start, end - start);
        const bool keep = isWord(token);
        for (std::size_t i = 0; i < token.size(); ++i) {
            if (keep || !isDigit(token[i])) {
                parts.words += token[i];
            } else if (i > 0 && isDigit(token[i - 1])) {
                parts.numbers.back() += token[i];
            } else {
                parts.words += '#';
                parts.numbers.emplace_back(1, token[i]);
            }
        }
        parts.words += end < path.size() ? std::string(1, path[end]) : std::string();
        start = end + 1;
    }
    return parts;
}

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

/// The one process that all samples of a profile name; "" when they name none or several.
std::string labelOf(const Profile& profile)
{
    static constexpr std::array<std::string_view, 9> kKeys { "pod", "pod_name", "kubernetes_pod_name", "k8s.pod.name",
        "hostname", "host", "instance", "process_id", "pid" };
    for (const std::string_view key : kKeys) {
        std::set<std::string> values;
        const std::set<std::uint32_t> sets(profile.samples.labels.begin(), profile.samples.labels.end());
        for (const std::uint32_t set : sets) {
            std::string value;
            for (const Label& label : profile.labels.at(LabelSetId { std::size_t { set } })) {
                if (profile.strings.view(label.key) == key) {
                    value = label.text.isNone() ? std::to_string(label.number) : profile.strings.view(label.text);
                }
            }
            values.insert(value);
        }
        if (values.size() == 1 && !values.begin()->empty()) {
            return *values.begin();
        }
    }
    return {};
}

/// Sum of all bytes ever allocated, per point; empty unless every profile counts it.
std::vector<std::int64_t> countersOf(const std::vector<SeriesPoint>& points)
{
    std::vector<std::int64_t> counters;
    for (const SeriesPoint& point : points) {
        const auto index = point.profile->valueIndex(Metric::AllocBytes);
        const std::optional<std::int64_t> total = index ? point.profile->total(*index) : std::nullopt;
        if (!total) {
            return {};
        }
        counters.push_back(*total);
    }
    return counters;
}

/// Profiles of one key, and a series of such streams of which none runs beside another.
struct Stream {
    std::string key;
    Rows rows;
};
struct Chain {
    std::vector<Stream> streams;
    Rows rows;
};

std::vector<Chain> chainsOf(const std::vector<SeriesPoint>& points, const std::vector<std::string>& keys)
{
    std::map<std::string, Rows> rowsOf;
    for (std::size_t p = 0; p < points.size(); ++p) {
        rowsOf[keys[p]].push_back(p);
    }
    std::vector<Stream> streams;
    streams.reserve(rowsOf.size());
    for (auto& [key, rows] : rowsOf) {
        streams.push_back({ key, std::move(rows) });
    }
    std::ranges::stable_sort(streams, {}, [](const Stream& stream) { return stream.rows.front(); });
    std::vector<Chain> chains;
    for (Stream& stream : streams) {
        const auto free = std::ranges::find_if(chains,
            [&](const Chain& chain) { return points[chain.rows.back()].time < points[stream.rows.front()].time; });
        Chain& chain = free == chains.end() ? chains.emplace_back() : *free;
        chain.rows.insert(chain.rows.end(), stream.rows.begin(), stream.rows.end());
        chain.streams.push_back(std::move(stream));
    }
    return chains;
}

std::size_t fallsOf(const std::vector<std::int64_t>& counters, const Rows& rows)
{
    std::size_t falls = 0;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        falls += counters[rows[i]] < counters[rows[i - 1]] ? 1U : 0U;
    }
    return falls;
}

/// A way to name the process of every point.
struct Keying {
    std::vector<std::string> keys;
    bool isLabel = false;
    bool isNumber = false; ///< a number of the path: proves nothing without the counter
};

std::vector<Keying> keyings(const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths)
{
    std::vector<Keying> all(3);
    all[0].isLabel = true;
    std::vector<PathParts> parts;
    std::size_t most = 0;
    for (std::size_t p = 0; p < points.size(); ++p) {
        parts.push_back(partsOf(paths[p]));
        most = std::max(most, parts.back().numbers.size());
        all[0].keys.push_back(labelOf(*points[p].profile));
        all[1].keys.push_back(folderOf(paths[p]));
        all[2].keys.push_back(parts.back().words);
    }
    for (std::size_t n = 0; n < std::min(most, kMostNumbers); ++n) {
        Keying keying;
        keying.isNumber = true;
        for (const PathParts& part : parts) {
            keying.keys.push_back(part.words + '|' + (n < part.numbers.size() ? part.numbers[n] : std::string()));
        }
        all.push_back(std::move(keying));
    }
    return all;
}

/// The first part of the paths that differs, up to its first dot; whole where that is not enough.
std::vector<std::string> namesOf(const std::vector<std::string>& paths)
{
    std::vector<std::vector<std::string>> parts(paths.size());
    for (std::size_t i = 0; i < paths.size(); ++i) {
        std::size_t start = 0;
        while (start <= paths[i].size()) {
            const std::size_t end = std::min(paths[i].find('/', start), paths[i].size());
            parts[i].push_back(paths[i].substr(start, end - start));
            start = end + 1;
        }
    }
    const auto differs = [&parts](std::size_t at) {
        return std::ranges::any_of(
            parts, [&](const auto& list) { return at >= list.size() || list[at] != parts[0][at]; });
    };
    std::size_t at = 0;
    while (at + 1 < parts[0].size() && !differs(at)) {
        ++at;
    }
    std::vector<std::string> whole;
    std::vector<std::string> brief;
    for (const auto& list : parts) {
        whole.push_back(list[std::min(at, list.size() - 1)]);
        const std::size_t dot = whole.back().find('.', 1);
        brief.push_back(whole.back().substr(0, dot));
    }
    const std::set<std::string> distinct(brief.begin(), brief.end());
    return distinct.size() == brief.size() ? brief : whole;
}

std::vector<ProcessSeries> named(const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths,
    const std::vector<Chain>& chains, bool isLabel)
{
    std::vector<std::string> firsts;
    firsts.reserve(chains.size());
    for (const Chain& chain : chains) {
        firsts.push_back(paths[chain.rows.front()]);
    }
    const std::vector<std::string> names = namesOf(firsts);
    std::vector<ProcessSeries> all;
    for (std::size_t c = 0; c < chains.size(); ++c) {
        ProcessSeries series;
        series.process = isLabel ? chains[c].streams.front().key : names[c];
        if (chains[c].streams.size() > 1) {
            series.process += " and " + std::to_string(chains[c].streams.size() - 1) + " after it";
        }
        for (const std::size_t row : chains[c].rows) {
            series.points.push_back(points[row]);
        }
        all.push_back(std::move(series));
    }
    std::ranges::stable_sort(all, {}, &ProcessSeries::process);
    return all;
}

/// Without a counter, names alone have to do: whole series side by side.
bool isConvincing(const Keying& keying, const std::vector<Chain>& chains)
{
    constexpr std::size_t kFewest = 3;
    return !keying.isNumber
        && std::ranges::all_of(chains, [](const Chain& chain) { return chain.rows.size() >= kFewest; });
}

} // namespace

std::vector<ProcessSeries> splitProcesses(const std::vector<SeriesPoint>& points, const std::vector<std::string>& paths)
{
    const std::vector<std::int64_t> counters = countersOf(points);
    Rows every(points.size());
    for (std::size_t p = 0; p < every.size(); ++p) {
        every[p] = p;
    }
    const std::size_t falls = counters.empty() ? 0 : fallsOf(counters, every);
    if (points.size() < 4 || (!counters.empty() && falls < 2)) {
        return { { {}, points } };
    }
    std::vector<Chain> best;
    bool isLabel = false;
    std::size_t fewest = falls;
    for (const Keying& keying : keyings(points, paths)) {
        std::vector<Chain> chains = chainsOf(points, keying.keys);
        if (chains.size() < 2) {
            continue;
        }
        if (counters.empty()) {
            if (isConvincing(keying, chains)) {
                return named(points, paths, chains, keying.isLabel);
            }
            continue;
        }
        std::size_t left = 0;
        for (const Chain& chain : chains) {
            left += fallsOf(counters, chain.rows);
        }
        if (left < fewest && left <= falls / (keying.isNumber ? 4 : 2)) {
            fewest = left;
            isLabel = keying.isLabel;
            best = std::move(chains);
        }
    }
    return best.empty() ? std::vector<ProcessSeries> { { {}, points } } : named(points, paths, best, isLabel);
}

} // namespace heaptoll
