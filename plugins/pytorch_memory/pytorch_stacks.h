// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/heap_sink.h"
#include "core/sdk/support/pickle_reader.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace heaptoll::pytorch {

/// Stacks of a snapshot, made in the sink. A list of frames that many blocks refer to is worked out once.
class StackMaker {
public:
    StackMaker(const sdk::PickleReader& pickle, sdk::HeapSink& heap);

    /// The stack of a list of { name, filename, line }, the innermost first; nullopt when it is none, or is empty.
    [[nodiscard]] std::optional<sdk::StackRef> stackOf(sdk::PickleRef frames);
    /// A stack of one frame that stands for a kind of memory: "(cached by the allocator)".
    [[nodiscard]] sdk::StackRef named(std::string_view name);
    [[nodiscard]] std::uint64_t repairedTexts() const { return m_repairedTexts; }

private:
    static constexpr std::uint32_t kUnknown = 0xffff'ffff;
    [[nodiscard]] sdk::StringRef text(sdk::PickleRef dict, std::string_view key);
    [[nodiscard]] sdk::FrameRef frameOf(sdk::PickleRef dict);

    const sdk::PickleReader& m_pickle;
    sdk::HeapSink& m_heap;
    std::vector<std::uint32_t> m_stacks; ///< per sequence of the pickle; 0 = none
    std::vector<std::uint32_t> m_frames;
    std::uint64_t m_repairedTexts = 0;
};

} // namespace heaptoll::pytorch
