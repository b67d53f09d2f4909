// SPDX-License-Identifier: Apache-2.0
#pragma once

// An in-memory byte source for importer tests and fuzzers: what the host would deliver, without files.

#include "core/sdk/byte_source.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace heaptoll::test {

struct MemorySourceOptions {
    std::size_t blockBytes = std::size_t { 1 } << 20U; ///< largest block; 1 = every record crosses a block
    std::optional<std::uint64_t> failAt; ///< after so many bytes nextBlock() fails with failWith
    ErrorCode failWith = ErrorCode::Truncated;
    bool sizeIsKnown = true; ///< false: as a decompressed stream
    std::string name = "memory";
    std::map<std::string, std::string, std::less<>> sidecars; ///< relative name -> bytes
};

/// Owns its bytes. Each block is copied to a heap array of exactly its size, so that an importer that keeps a view
/// of the block before, or reads beyond its end, is caught by the address sanitizer.
class MemorySource final : public sdk::ByteSource {
public:
    explicit MemorySource(std::string bytes, MemorySourceOptions options = {})
        : m_bytes(std::move(bytes))
        , m_options(std::move(options))
    { }

    Result<std::span<const std::byte>> nextBlock() override
    {
        const std::uint64_t end = std::min<std::uint64_t>(m_bytes.size(), m_options.failAt.value_or(m_bytes.size()));
        if (m_offset >= end) {
            if (m_options.failAt) {
                return Error { m_options.failWith, "the source failed as the test asked",
                    { m_options.name, m_offset, 0, {} }, {} };
            }
            m_block.reset();
            return std::span<const std::byte> {};
        }
        const auto at = static_cast<std::size_t>(m_offset);
        const std::size_t length =
            std::min(std::max<std::size_t>(m_options.blockBytes, 1), static_cast<std::size_t>(end) - at);
        m_block = std::make_unique<std::byte[]>(length);
        std::transform(m_bytes.begin() + static_cast<std::ptrdiff_t>(at),
            m_bytes.begin() + static_cast<std::ptrdiff_t>(at + length), m_block.get(),
            [](char c) { return static_cast<std::byte>(c); });
        m_offset += length;
        return std::span<const std::byte>(m_block.get(), length);
    }

    [[nodiscard]] std::uint64_t offset() const override { return m_offset; }

    [[nodiscard]] std::optional<std::uint64_t> size() const override
    {
        return m_options.sizeIsKnown ? std::optional<std::uint64_t>(m_bytes.size()) : std::nullopt;
    }

    [[nodiscard]] std::string displayName() const override { return m_options.name; }

    Result<std::unique_ptr<sdk::ByteSource>> openSidecar(std::string_view relativeName) override
    {
        if (relativeName.starts_with('/') || relativeName.find("..") != std::string_view::npos) {
            return Error { ErrorCode::Usage, "a sidecar must be beside its file: " + std::string(relativeName),
                { m_options.name } };
        }
        const auto it = m_options.sidecars.find(relativeName);
        if (it == m_options.sidecars.end()) {
            return Error { ErrorCode::Io, "no such file: " + std::string(relativeName), { m_options.name } };
        }
        MemorySourceOptions options = m_options;
        options.failAt.reset();
        options.name = it->first;
        ++m_opened;
        return std::unique_ptr<sdk::ByteSource>(std::make_unique<MemorySource>(it->second, std::move(options)));
    }
    [[nodiscard]] bool hasSidecar(std::string_view relativeName) const override
    {
        return m_options.sidecars.contains(relativeName);
    }
    [[nodiscard]] std::size_t opened() const { return m_opened; } ///< sidecars, each as often as it was opened

private:
    std::string m_bytes;
    MemorySourceOptions m_options;
    std::unique_ptr<std::byte[]> m_block;
    std::uint64_t m_offset = 0;
    std::size_t m_opened = 0;
};

} // namespace heaptoll::test
