// SPDX-License-Identifier: Apache-2.0
#include "core/io/reader.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace heaptoll {
namespace {

constexpr std::size_t kInput = std::size_t { 256 } << 10U;
constexpr Bytef kMagic = 0x1f; ///< first byte of a member
constexpr int kGzipWindow = 15 + 16; ///< 32 KiB window, gzip header and CRC

/// gzip as RFC 1952 has it: one or more members, each with its CRC.
class InflateReader final : public Reader {
public:
    explicit InflateReader(std::unique_ptr<Reader> inner)
        : m_inner(std::move(inner))
        , m_input(kInput)
        , m_isReady(inflateInit2(&m_stream, kGzipWindow) == Z_OK)
    { }
    ~InflateReader() override { inflateEnd(&m_stream); }

    Result<std::size_t> read(std::span<std::byte> buffer) override;
    ReadWarning warning() const override { return chained(m_warning, m_inner->warning()); }

private:
    Result<bool> fill();
    Result<bool> startNextMember();
    Result<void> skipTrailer();
    Result<std::size_t> fail(Error error, std::size_t good);

    std::unique_ptr<Reader> m_inner;
    std::vector<std::byte> m_input;
    z_stream m_stream {};
    std::uint64_t m_consumed = 0;
    ReadWarning m_warning;
    std::optional<Error> m_error; ///< told behind the good bytes of the call that met it
    bool m_isReady;
    bool m_inMember = true;
    bool m_atEnd = false;
};

/// False at the end of the input.
Result<bool> InflateReader::fill()
{
    if (m_stream.avail_in > 0) {
        return true;
    }
    HEAPTOLL_TRY_ASSIGN(const std::size_t count, m_inner->read(m_input));
    m_stream.next_in = reinterpret_cast<Bytef*>(m_input.data());
    m_stream.avail_in = static_cast<uInt>(count);
    m_consumed += count;
    return count > 0;
}

/// False when nothing follows the last member, or only bytes that are no gzip member (tar padding, editors' garbage).
Result<bool> InflateReader::startNextMember()
{
    HEAPTOLL_TRY_ASSIGN(const bool more, fill());
    if (!more) {
        return false;
    }
    if (*m_stream.next_in != kMagic) {
        HEAPTOLL_TRY(skipTrailer());
        return false;
    }
    inflateReset(&m_stream);
    return true;
}

/// Zeros behind the last member are padding of a tape or a block device; anything else may have been a member.
Result<void> InflateReader::skipTrailer()
{
    m_warning = { "zero bytes follow the end of the gzip data; they were ignored", false,
        m_consumed - m_stream.avail_in };
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const bool more, fill());
        if (!more) {
            return {};
        }
        if (std::any_of(m_stream.next_in, m_stream.next_in + m_stream.avail_in, [](Bytef b) { return b != 0; })) {
            m_warning.text = "bytes that are no gzip data follow the end of the gzip data: if they were a part of it,"
                             " that part is missing";
            m_warning.isLoss = true;
            m_stream.avail_in = 0;
            return {};
        }
        m_stream.avail_in = 0;
    }
}

/// The good bytes, if any; the error comes behind them, with the next call.
Result<std::size_t> InflateReader::fail(Error error, std::size_t good)
{
    m_error = std::move(error);
    return good > 0 ? Result<std::size_t>(good) : Result<std::size_t>(*m_error);
}

Result<std::size_t> InflateReader::read(std::span<std::byte> buffer)
{
    if (!m_isReady) {
        return Error { ErrorCode::Internal, "zlib could not be started" };
    }
    if (m_error) {
        return *m_error;
    }
    m_stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    m_stream.avail_out = static_cast<uInt>(buffer.size());
    while (m_stream.avail_out > 0 && !m_atEnd) {
        if (!m_inMember) {
            HEAPTOLL_TRY_ASSIGN(const bool more, startNextMember());
            m_atEnd = !more;
            m_inMember = more;
            continue;
        }
        HEAPTOLL_TRY_ASSIGN(const bool more, fill());
        // Also without more: zlib may hold back a match that the last buffer had no room for, or an error.
        const uInt roomBefore = m_stream.avail_out;
        const int status = inflate(&m_stream, Z_NO_FLUSH);
        if (status == Z_STREAM_END) {
            m_inMember = false;
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            return fail(
                { ErrorCode::Malformed,
                    std::string("the gzip data is damaged: ") + (m_stream.msg != nullptr ? m_stream.msg : "bad block"),
                    { {}, m_consumed - m_stream.avail_in, 0, {} }, "copy the file again from where it came" },
                buffer.size() - m_stream.avail_out);
        } else if (!more && m_stream.avail_out == roomBefore) {
            return fail(
                { ErrorCode::Truncated, "the gzip data ends early: the file was cut off", { {}, m_consumed, 0, {} },
                    "the recorder may still be running, the disk was full, or a copy was interrupted" },
                buffer.size() - m_stream.avail_out);
        }
    }
    return buffer.size() - m_stream.avail_out;
}

} // namespace

std::unique_ptr<Reader> makeInflateReader(std::unique_ptr<Reader> inner)
{
    return std::make_unique<InflateReader>(std::move(inner));
}

} // namespace heaptoll
