// SPDX-License-Identifier: Apache-2.0
#pragma once

// Profiles written as folded text, for tests of the analysis.

#include "core/model/profile_builder.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::test {

/// One sample: "main;handle;malloc" (outermost first) and its value. A frame may be written "name@file:line" and
/// "+name" for an inlined one; "[lib]" is a frame without a function in a module.
struct StackSample {
    std::string stack;
    std::int64_t value = 0;
};

inline sdk::FrameRef parseFrame(ProfileBuilder& builder, std::string_view text)
{
    sdk::FrameRow row;
    if (text.starts_with('+')) {
        row.isInlined = true;
        text.remove_prefix(1);
    }
    if (text.starts_with('[')) {
        row.module = builder.string(text.substr(1, text.size() - 2));
        return builder.frame(row);
    }
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        const std::string_view place = text.substr(at + 1);
        const std::size_t colon = place.rfind(':');
        row.file = builder.string(place.substr(0, colon));
        row.line = static_cast<std::uint32_t>(std::stoul(std::string(place.substr(colon + 1))));
    }
    row.function = builder.string(text.substr(0, at));
    return builder.frame(row);
}

inline std::shared_ptr<const Profile> stackProfile(const std::vector<StackSample>& samples)
{
    IssueList issues;
    ProfileBuilder builder(issues);
    sdk::ProfileRow header;
    header.values.push_back({ "live_bytes", "inuse_space", "bytes" });
    builder.beginProfile(header);
    for (const StackSample& sample : samples) {
        std::vector<sdk::FrameRef> frames;
        std::string_view rest = sample.stack;
        while (!rest.empty()) {
            const std::size_t end = rest.find(';');
            frames.push_back(parseFrame(builder, rest.substr(0, end)));
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
        const sdk::StackRef stack = builder.stackFromRoot(frames);
        builder.samples({ { &stack, 1 }, { &sample.value, 1 }, {} });
    }
    builder.endProfile({});
    return builder.take().front();
}

} // namespace heaptoll::test
