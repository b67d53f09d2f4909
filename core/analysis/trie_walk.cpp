// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/trie_walk.h"

#include "core/analysis/runtime_frames.h"

#include <string_view>
#include <unordered_map>

namespace heaptoll {

bool isDepthFirst(std::span<const std::uint32_t> parents)
{
    for (std::uint32_t node = 1; node < parents.size(); ++node) {
        std::uint32_t at = node - 1;
        while (at > parents[node]) {
            at = parents[at];
        }
        if (at != parents[node]) {
            return false;
        }
    }
    return true;
}

std::string unnamedFunction(std::string_view module)
{
    const std::size_t slash = module.find_last_of('/');
    const std::string_view base = slash == std::string_view::npos ? module : module.substr(slash + 1);
    return base.empty() ? std::string("<unknown>") : "[" + std::string(base) + "]";
}

std::string unnamedFunction(std::string_view module, std::string_view file, std::uint32_t line)
{
    if (file.empty()) {
        return unnamedFunction(module);
    }
    return std::string(file) + (line == 0 ? std::string() : ":" + std::to_string(line));
}

std::vector<std::uint8_t> runtimeFlags(const Profile& profile)
{
    std::vector<std::uint8_t> flags(profile.frames.size(), 0);
    for (std::size_t i = 1; i < flags.size(); ++i) {
        const Frame& frame = profile.frames.at(FrameId { i });
        flags[i] = isRuntimeFrame(profile.strings.view(frame.function), profile.strings.view(frame.file),
                       profile.strings.view(frame.module))
            ? 1
            : 0;
    }
    return flags;
}

std::vector<std::int64_t> inclusiveValues(std::span<const std::uint32_t> parents, std::span<const std::int64_t> self)
{
    std::vector<std::int64_t> total(self.begin(), self.end());
    for (std::size_t node = parents.size(); node-- > 1;) {
        std::int64_t& parent = total[parents[node]];
        parent = addSaturated(parent, total[node]);
    }
    return total;
}

FunctionLabels functionLabels(const Profile& profile)
{
    constexpr std::uint32_t kUnset = std::numeric_limits<std::uint32_t>::max();
    FunctionLabels labels;
    labels.ofFrame.resize(profile.frames.size());
    std::vector<std::uint32_t> ofString(profile.strings.size(), kUnset);
    std::unordered_map<std::string, std::uint32_t> unnamed;
    for (std::size_t i = 0; i < profile.frames.size(); ++i) {
        const Frame& frame = profile.frames.at(FrameId { i });
        if (!frame.function.isNone()) {
            std::uint32_t& label = ofString[frame.function.index()];
            if (label == kUnset) {
                label = static_cast<std::uint32_t>(labels.names.size());
                labels.names.emplace_back(profile.strings.view(frame.function));
            }
            labels.ofFrame[i] = label;
            continue;
        }
        const auto [it, isNew] = unnamed.try_emplace(
            unnamedFunction(profile.strings.view(frame.module), profile.strings.view(frame.file), frame.line),
            static_cast<std::uint32_t>(labels.names.size()));
        if (isNew) {
            labels.names.push_back(it->first);
        }
        labels.ofFrame[i] = it->second;
    }
    return labels;
}

} // namespace heaptoll
