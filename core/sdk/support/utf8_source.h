// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/byte_source.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace heaptoll::sdk {

/// A text as UTF-8, whatever it is in: UTF-16 is told by its byte order mark (redirected output of Windows shells is
/// such) and
/// converted; everything else goes through as it is. Offsets are those of what was delivered. A unit that stands
/// alone becomes
/// U+FFFD. The source must outlive it.
class Utf8Source final : public ByteSource {
public:
    explicit Utf8Source(ByteSource& source)
        : m_source(source)
    { }
    Result<std::span<const std::byte>> nextBlock() override;
    [[nodiscard]] std::uint64_t offset() const override { return m_offset; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] std::string displayName() const override { return m_source.displayName(); }
    Result<std::unique_ptr<ByteSource>> openSidecar(std::string_view relativeName) override
    {
        return m_source.openSidecar(relativeName);
    }
    [[nodiscard]] bool hasSidecar(std::string_view relativeName) const override
    {
        return m_source.hasSidecar(relativeName);
    }

private:
    enum class Encoding : std::uint8_t { Unknown, Utf8, Utf16Le, Utf16Be };
    [[nodiscard]] bool decide(std::string_view block);
    void convert(std::string_view bytes);
    void add(unsigned char first, unsigned char second);

    ByteSource& m_source;
    Encoding m_encoding = Encoding::Unknown;
    std::string m_pending; ///< bytes that are not converted yet: the start, or half a unit
    std::string m_text; ///< the block that is delivered
    std::uint32_t m_highSurrogate = 0;
    std::uint64_t m_offset = 0;
};

} // namespace heaptoll::sdk
