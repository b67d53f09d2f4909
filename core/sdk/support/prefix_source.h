// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/byte_source.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace heaptoll::sdk {

/// The prefix that a probe sees, as a source: one block, no name, no files beside it. The bytes must outlive it.
class PrefixSource final : public ByteSource {
public:
    explicit PrefixSource(std::span<const std::byte> bytes)
        : m_bytes(bytes)
    { }
    explicit PrefixSource(std::string_view text)
        : PrefixSource(std::as_bytes(std::span(text.data(), text.size())))
    { }
    Result<std::span<const std::byte>> nextBlock() override
    {
        const std::span<const std::byte> block = m_isRead ? std::span<const std::byte> {} : m_bytes;
        m_isRead = true;
        return block;
    }
    [[nodiscard]] std::uint64_t offset() const override { return m_isRead ? m_bytes.size() : 0; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return m_bytes.size(); }
    [[nodiscard]] std::string displayName() const override { return {}; }
    Result<std::unique_ptr<ByteSource>> openSidecar(std::string_view /*relativeName*/) override
    {
        return Error { ErrorCode::Io, "a prefix has no files beside it", {}, {} };
    }
    [[nodiscard]] bool hasSidecar(std::string_view /*relativeName*/) const override { return false; }

private:
    std::span<const std::byte> m_bytes;
    bool m_isRead = false;
};

} // namespace heaptoll::sdk
