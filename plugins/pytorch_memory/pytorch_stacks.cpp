// SPDX-License-Identifier: Apache-2.0
#include "plugins/pytorch_memory/pytorch_stacks.h"

#include "core/sdk/support/utf8_text.h"

#include <limits>

namespace heaptoll::pytorch {

using sdk::PickleKind;
using sdk::PickleRef;

StackMaker::StackMaker(const sdk::PickleReader& pickle, sdk::HeapSink& heap)
    : m_pickle(pickle)
    , m_heap(heap)
    , m_stacks(pickle.sequenceCount(), kUnknown)
    , m_frames(pickle.sequenceCount(), kUnknown)
{ }

/// "??" is what the unwinder writes for a name that it does not know.
sdk::StringRef StackMaker::text(PickleRef dict, std::string_view key)
{
    const auto value = m_pickle.find(dict, key);
    const std::string_view words = value ? m_pickle.text(*value).value_or("") : std::string_view {};
    if (words.empty() || words == "??") {
        return {};
    }
    const auto better = sdk::repairUtf8(words);
    m_repairedTexts += better ? 1U : 0U;
    return m_heap.string(better ? std::string_view(*better) : words);
}

sdk::FrameRef StackMaker::frameOf(PickleRef dict)
{
    if (sdk::PickleReader::kind(dict) != PickleKind::Dict) {
        return {};
    }
    std::uint32_t& known = m_frames[sdk::PickleReader::sequence(dict)];
    if (known == kUnknown) {
        sdk::FrameRow row;
        row.function = text(dict, "name");
        row.file = text(dict, "filename");
        const auto line = m_pickle.find(dict, "line");
        const std::int64_t number = line ? m_pickle.integer(*line).value_or(0) : 0;
        row.line =
            number > 0 && number <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(number) : 0;
        known = m_heap.frame(row).value;
    }
    return sdk::FrameRef { std::size_t { known } };
}

std::optional<sdk::StackRef> StackMaker::stackOf(PickleRef frames)
{
    const PickleKind kind = sdk::PickleReader::kind(frames);
    if (kind != PickleKind::List && kind != PickleKind::Tuple) {
        return std::nullopt;
    }
    std::uint32_t& known = m_stacks[sdk::PickleReader::sequence(frames)];
    if (known == kUnknown) {
        sdk::StackRef stack;
        const auto items = m_pickle.items(frames);
        for (std::size_t i = items.size(); i-- > 0;) {
            const sdk::FrameRef frame = frameOf(items[i]);
            stack = frame.isNone() ? stack : m_heap.stack(stack, frame);
        }
        known = stack.value;
    }
    return known == 0 ? std::nullopt : std::optional(sdk::StackRef { std::size_t { known } });
}

sdk::StackRef StackMaker::named(std::string_view name)
{
    sdk::FrameRow row;
    row.function = m_heap.string(name);
    return m_heap.stack({}, m_heap.frame(row));
}

} // namespace heaptoll::pytorch
