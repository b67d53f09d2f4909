// SPDX-License-Identifier: Apache-2.0
#include "core/io/reader.h"

#ifdef HEAPTOLL_WITH_ZSTD
#include <zstd.h>
#include <zstd_errors.h>

#include <optional>

namespace heaptoll {
namespace {

/// 1 GiB, as `zstd --long=30` writes: the buffer is allocated as the frame asks for it, and 20 hostile bytes must not get
/// all there is.
constexpr int kMaxWindowLog = 30;

/// zstd as RFC 8878 has it: one or more frames.
class ZstdReader final : public Reader {
public:
    explicit ZstdReader(std::unique_ptr<Reader> inner)
        : m_inner(std::move(inner))
        , m_input(ZSTD_DStreamInSize() * 2)
        , m_stream(ZSTD_createDStream())
    {
        ZSTD_DCtx_setParameter(m_stream, ZSTD_d_windowLogMax, kMaxWindowLog);
    }
    ~ZstdReader() override { ZSTD_freeDStream(m_stream); }

    Result<std::size_t> read(std::span<std::byte> buffer) override;
    ReadWarning warning() const override { return m_inner->warning(); }

private:
    std::unique_ptr<Reader> m_inner;
    std::vector<std::byte> m_input;
    ZSTD_DStream* m_stream;
    ZSTD_inBuffer m_in {};
    std::uint64_t m_consumed = 0;
    bool m_frameOpen = true; ///< the last frame is not complete yet
    bool m_inputEnded = false;
    std::optional<Error> m_error; ///< told behind the good bytes of the call that met it
};

Result<std::size_t> ZstdReader::read(std::span<std::byte> buffer)
{
    if (m_error) {
        return *m_error;
    }
    ZSTD_outBuffer out { buffer.data(), buffer.size(), 0 };
    while (out.pos < out.size) {
        if (m_in.pos == m_in.size && !m_inputEnded) {
            HEAPTOLL_TRY_ASSIGN(const std::size_t count, m_inner->read(m_input));
            m_in = { m_input.data(), count, 0 };
            m_consumed += count;
            m_inputEnded = count == 0;
        }
        if (m_inputEnded && !m_frameOpen) {
            break;
        }
        const std::size_t before = out.pos;
        const std::size_t status = ZSTD_decompressStream(m_stream, &out, &m_in);
        if (ZSTD_isError(status) != 0U) {
            // The decoder must not be asked again after an error: it would begin another frame in what is left.
            const Location where { {}, m_consumed - (m_in.size - m_in.pos), 0, {} };
            if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge) {
                m_error = Error { ErrorCode::LimitExceeded, "the zstd data needs a window of more than 1 GiB", where,
                    "pack it again with at most --long=30" };
            } else {
                m_error =
                    Error { ErrorCode::Malformed, std::string("the zstd data is damaged: ") + ZSTD_getErrorName(status),
                        where, "copy the file again from where it came" };
            }
            return before > 0 ? Result<std::size_t>(before) : Result<std::size_t>(*m_error);
        }
        m_frameOpen = status != 0;
        if (m_inputEnded && out.pos == before) {
            if (out.pos > 0) {
                return out.pos;
            }
            return Error { ErrorCode::Truncated, "stops inside a zstd frame: the file was cut off",
                { {}, m_consumed, 0, {} },
                "the program may still be running, the disk was full, or a copy was interrupted" };
        }
    }
    return out.pos;
}

} // namespace

std::unique_ptr<Reader> makeZstdReader(std::unique_ptr<Reader> inner)
{
    return std::make_unique<ZstdReader>(std::move(inner));
}

} // namespace heaptoll
#else
namespace heaptoll {

std::unique_ptr<Reader> makeZstdReader(std::unique_ptr<Reader> /*inner*/)
{
    return nullptr;
}

} // namespace heaptoll
#endif
