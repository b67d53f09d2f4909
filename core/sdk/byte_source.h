// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heaptoll::sdk {

/// Bytes to parse, already decompressed, pulled by the importer. Cancellation and limits arrive as errors of read().
class ByteSource {
public:
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    ByteSource(ByteSource&&) = delete;
    ByteSource& operator=(ByteSource&&) = delete;
    virtual ~ByteSource() = default;

    /// The next block, valid until the next call; empty = end of input. Blocks are 64 KiB to 4 MiB but may be of any
    /// size. Errors: Truncated (the container ends early: bytes delivered before are good), Malformed, Io, Cancelled,
    /// LimitExceeded.
    [[nodiscard]] virtual Result<std::span<const std::byte>> nextBlock() = 0;
    /// Bytes delivered so far, of the decoded stream.
    [[nodiscard]] virtual std::uint64_t offset() const = 0;
    /// Size of the decoded stream where it is known without reading it.
    [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;
    /// File as the user named it.
    [[nodiscard]] virtual std::string displayName() const = 0;
    /// A file beside this one (same folder or below it, never "..", decompressed like this one), e.g. a part that a
    /// manifest names. Errors: Io, Usage (name leaves the folder).
    [[nodiscard]] virtual Result<std::unique_ptr<ByteSource>> openSidecar(std::string_view relativeName) = 0;
    /// Is there such a file? Opens nothing; one that is there may still be unreadable. False for names that leave the
    /// folder.
    [[nodiscard]] virtual bool hasSidecar(std::string_view relativeName) const = 0;
};

} // namespace heaptoll::sdk
