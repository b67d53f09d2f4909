// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/importer.h"
#include "plugins/pprof/pprof_index.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::pprof {

/// The strings of a file, put into the sink when first used. Text that is not UTF-8 is repaired and counted.
class StringBridge {
public:
    StringBridge(const ProfileIndex& index, sdk::Sink& sink);
    /// Errors: Malformed when the index is outside of the table.
    [[nodiscard]] Result<sdk::StringRef> ref(std::uint64_t index, std::uint64_t offset);

private:
    const ProfileIndex& m_index;
    sdk::Sink& m_sink;
    std::vector<std::uint32_t> m_refs; ///< 0 = not asked for yet (or the empty string)
};

/// Text with every byte that is not part of valid UTF-8 replaced by U+FFFD; nullopt when it is valid.
[[nodiscard]] std::optional<std::string> repairedUtf8(std::string_view text);

struct FunctionRecord {
    std::uint64_t id = 0;
    std::uint64_t name = 0; ///< indices into the string table
    std::uint64_t systemName = 0;
    std::uint64_t file = 0;
    std::int64_t startLine = 0;
};

/// The frames of every location: location row -> its part of `frames`, outermost (physical) frame first.
struct LocationTable {
    IdMap ids;
    std::vector<std::uint32_t> starts; ///< rows + 1 entries
    std::vector<std::uint32_t> counts; ///< frames in use, outermost first; less than the part when pruned
    std::vector<sdk::FrameRef> frames;
    std::vector<std::uint64_t> names; ///< string index of the function of each frame, 0 = none

    [[nodiscard]] std::span<const sdk::FrameRef> framesOf(std::uint32_t row) const
    {
        return std::span(frames).subspan(starts[row], counts[row]);
    }
};

/// Resolves mappings, functions and locations into frames of the sink.
/// Errors: Malformed (id 0, id twice, missing function, bad string index, damaged message).
[[nodiscard]] Result<LocationTable> readLocations(const ProfileIndex& index, StringBridge& strings, sdk::Sink& sink);

/// File name of the first mapping: the main binary; empty when unknown. Errors: Malformed.
[[nodiscard]] Result<std::string> mainBinary(const ProfileIndex& index);

} // namespace heaptoll::pprof
