// SPDX-License-Identifier: Apache-2.0
#pragma once

// One run of an importer of heap profiles: bytes in, profiles and issues out.

#include "tests/support/check.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace heaptoll::test {

struct ImportRun {
    TestSink sink;
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    [[nodiscard]] const Profile* profile() const { return profiles.empty() ? nullptr : profiles.front().get(); }
};

template<typename Parser>
std::unique_ptr<ImportRun> importText(const std::string& text, MemorySourceOptions options = {})
{
    auto run = std::make_unique<ImportRun>();
    MemorySource source(text, std::move(options));
    Parser parser;
    run->result = parser.run(source, run->sink, {});
    run->profiles = run->sink.takeProfiles();
    return run;
}

/// Score and reason for a file that is called "unknown".
template<typename Parser>
sdk::ProbeResult probeText(const std::string& text)
{
    const std::size_t size = std::min<std::size_t>(text.size(), 65536);
    return Parser().probe({ std::as_bytes(std::span(text.data(), size)), size == text.size(), "unknown" });
}

inline std::optional<std::string> fileText(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return file ? std::optional(std::string(std::istreambuf_iterator<char>(file), {})) : std::nullopt;
}

/// The text with the first `from`, which must be there, changed.
inline std::string replaced(std::string text, const std::string& from, const std::string& to)
{
    const std::size_t at = text.find(from);
    CHECK(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// Sum of a metric by its CLI name; nullopt when the profile has none such.
inline std::optional<std::int64_t> totalOf(const Profile& profile, const std::string& metric)
{
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        if (metricName(profile.valueTypes[i]) == metric) {
            return profile.total(i);
        }
    }
    return std::nullopt;
}

/// What a profile says, in words: equal texts are equal profiles.
inline std::string inWords(const Profile& profile)
{
    std::string out = profile.command + '\n';
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        for (NodeId node { profile.samples.stacks[row] }; !node.isNone(); node = profile.stacks.parent(node)) {
            const Frame& frame = profile.frameOf(node);
            out += std::string(profile.strings.view(frame.function)) + '|'
                + std::string(profile.strings.view(frame.file)) + ':' + std::to_string(frame.line)
                + (frame.isInlined ? "i;" : ";");
        }
        for (const auto& column : profile.samples.values) {
            out += ' ' + std::to_string(column[row]);
        }
        out += '\n';
    }
    return out;
}

/// Every cut of a text, or about `most` of them: whole, truncated or refused, never more than the whole says, and the
/// same
/// whatever the blocks. mayBeWhole: is a text of so many bytes one that passes for whole?
template<typename Parser>
void checkCuts(const std::string& text, std::size_t most, const std::function<bool(std::size_t)>& mayBeWhole)
{
    const std::size_t step = std::max<std::size_t>(1, text.size() / most);
    for (std::size_t size = 0; size < text.size(); size += step) {
        const auto run = importText<Parser>(text.substr(0, size));
        MemorySourceOptions options;
        options.blockBytes = 7;
        const auto again = importText<Parser>(text.substr(0, size), options);
        const bool isSame = run->result.ok() == again->result.ok() && run->profiles.size() == again->profiles.size();
        const bool isWhole = run->result.ok() && !run->sink.issues.hasDataLoss();
        if (!isSame || (isWhole && !mayBeWhole(size))) {
            fail(__FILE__, __LINE__, "cut at " + std::to_string(size) + " passes for whole, or blocks matter");
            return;
        }
        for (std::size_t p = 0; isSame && p < run->profiles.size(); ++p) {
            CHECK_EQ(inWords(*run->profiles[p]), inWords(*again->profiles[p]));
        }
    }
}

} // namespace heaptoll::test
