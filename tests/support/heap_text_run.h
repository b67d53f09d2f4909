// SPDX-License-Identifier: Apache-2.0
#pragma once

// The importer of text heap profiles on bytes, and what a profile says in words that tests can compare.

#include "plugins/heap_text/heap_text_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace heaptoll::test {

struct HeapTextRun {
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    IssueList issues;

    [[nodiscard]] const Issue* find(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? nullptr : &*it;
    }
    [[nodiscard]] const Profile& profile() const { return *profiles.at(0); }
    [[nodiscard]] bool isPartial() const { return !result.ok() || issues.hasDataLoss(); }
};

inline HeapTextRun importHeapText(std::string bytes, MemorySourceOptions options = {})
{
    MemorySource source(std::move(bytes), std::move(options));
    TestSink sink;
    Result<void> result = heap_text::HeapTextParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

inline sdk::ProbeResult probeHeapText(const std::string& text, std::string_view name = "unknown")
{
    return heap_text::HeapTextParser().probe({ std::as_bytes(std::span(text)), true, name });
}

inline std::size_t columnOf(const Profile& profile, std::string_view type)
{
    const auto it = std::ranges::find(profile.valueTypes, type, &ValueType::type);
    CHECK(it != profile.valueTypes.end());
    return it == profile.valueTypes.end() ? 0 : static_cast<std::size_t>(it - profile.valueTypes.begin());
}

/// "module+0x1010" of a frame without a name, else "function" and, if known, " file:line". Inlined ones end in "~".
inline std::string frameText(const Profile& profile, const Frame& frame)
{
    std::string text(profile.strings.view(frame.function));
    if (text.empty()) {
        char address[32];
        std::snprintf(address, sizeof address, "0x%llx", static_cast<unsigned long long>(frame.address));
        const std::string module(profile.strings.view(frame.module));
        return module.empty() ? address : module + '+' + address;
    }
    if (!frame.file.isNone()) {
        text += ' ' + std::string(profile.strings.view(frame.file)) + ':' + std::to_string(frame.line);
    }
    return text + (frame.isInlined ? "~" : "");
}

/// Frames leaf first, "a;b;c".
inline std::string stackText(const Profile& profile, std::uint32_t node)
{
    std::string text;
    for (NodeId at { std::size_t { node } }; !at.isNone(); at = profile.stacks.parent(at)) {
        text += (text.empty() ? "" : ";") + frameText(profile, profile.frameOf(at));
    }
    return text;
}

/// "thread=7 worker" or "bytes=512"; several are joined.
inline std::string labelText(const Profile& profile, std::uint32_t labels)
{
    std::string text;
    for (const Label& label : profile.labels.at(LabelSetId { std::size_t { labels } })) {
        text += std::string(profile.strings.view(label.key)) + '='
            + (label.text.isNone() ? std::to_string(label.number) : std::string(profile.strings.view(label.text)));
    }
    return text;
}

/// One line per sample: "values... | stack | labels", sorted.
inline std::vector<std::string> sampleTexts(const Profile& profile)
{
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string text;
        for (const auto& column : profile.samples.values) {
            text += std::to_string(column[i]) + ' ';
        }
        texts.push_back(text + "| " + stackText(profile, profile.samples.stacks[i]) + " | "
            + labelText(profile, profile.samples.labels[i]));
    }
    std::ranges::sort(texts);
    return texts;
}

} // namespace heaptoll::test
