// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_pruning.h"

#include "plugins/pprof/frame_pattern.h"

#include <optional>

namespace heaptoll::pprof {
namespace {

std::optional<FramePattern> compile(const ProfileIndex& index, std::string_view pattern, sdk::Sink& sink)
{
    if (pattern.empty()) {
        return std::nullopt;
    }
    auto compiled = FramePattern::compile(pattern);
    if (!compiled) {
        sink.issue(Severity::Notice, "pprof.frame_pattern_unsupported", { index.sourceName, index.whole.offset, 0, {} },
            "drop_frames or keep_frames holds a pattern that is not supported; no frames are dropped: "
                + std::string(pattern.substr(0, 200)));
    }
    return compiled;
}

} // namespace

std::string_view withoutArguments(std::string_view function)
{
    if (function.starts_with('.')) { // PowerPC function descriptors
        function.remove_prefix(1);
    }
    static constexpr std::string_view kAnonymous = "(anonymous namespace)";
    static constexpr std::string_view kCall = "operator()";
    for (std::size_t at = function.find('('); at != std::string_view::npos; at = function.find('(', at)) {
        if (function.substr(at).starts_with(kAnonymous)) {
            at += kAnonymous.size();
        } else if (at + 2 >= kCall.size() && function.substr(at + 2 - kCall.size()).starts_with(kCall)) {
            at += 2;
        } else {
            return function.substr(0, at);
        }
    }
    return function;
}

std::size_t Pruning::firstKept(const std::vector<std::uint32_t>& leafFirstRows) const
{
    if (cuts.empty()) {
        return 0;
    }
    // From the root: nothing is dropped before the first frame that stays, or whole stacks would vanish.
    bool hasUserFrame = false;
    for (std::size_t i = leafFirstRows.size(); i-- > 0;) {
        const Cut cut = cuts[leafFirstRows[i]];
        if (cut == Cut::None) {
            hasUserFrame = true;
        } else if (hasUserFrame) {
            return cut == Cut::Whole ? i + 1 : i;
        }
    }
    return 0;
}

Result<Pruning> readPruning(const ProfileIndex& index, LocationTable& locations, sdk::Sink& sink)
{
    HEAPTOLL_TRY_ASSIGN(const std::string_view dropText, index.string(index.dropFrames, index.whole.offset));
    HEAPTOLL_TRY_ASSIGN(const std::string_view keepText, index.string(index.keepFrames, index.whole.offset));
    Pruning pruning;
    const auto drop = compile(index, dropText, sink);
    const auto keep = compile(index, keepText, sink);
    if (!drop || (!keepText.empty() && !keep)) {
        return pruning;
    }
    enum class Verdict : std::uint8_t { Unknown, Stays, Drops };
    std::vector<Verdict> verdicts(index.strings.size(), Verdict::Unknown);
    const auto drops = [&](std::uint64_t name) {
        if (name == 0) {
            return false;
        }
        Verdict& verdict = verdicts[static_cast<std::size_t>(name)];
        if (verdict == Verdict::Unknown) {
            const std::string_view function = withoutArguments(index.strings[static_cast<std::size_t>(name)]);
            verdict = drop->matches(function) && !(keep && keep->matches(function)) ? Verdict::Drops : Verdict::Stays;
        }
        return verdict == Verdict::Drops;
    };
    pruning.cuts.assign(locations.counts.size(), Pruning::Cut::None);
    for (std::size_t row = 0; row < locations.counts.size(); ++row) {
        for (std::uint32_t i = 0; i < locations.counts[row]; ++i) {
            if (!drops(locations.names[locations.starts[row] + i])) {
                continue;
            }
            pruning.cuts[row] = i == 0 ? Pruning::Cut::Whole : Pruning::Cut::Inner;
            if (i > 0) {
                locations.counts[row] = i;
            }
            break;
        }
    }
    return pruning;
}

} // namespace heaptoll::pprof
