// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

/// Something worth telling that does not stop a stream. No text = nothing to tell.
struct ReadWarning {
    std::string text;
    bool isLoss = false; ///< what was left out may have been data
    std::uint64_t offset = 0; ///< in bytes of the compressed stream
};

/// Pull stream of bytes into a buffer the caller owns: the links of a decompression chain.
class Reader {
public:
    Reader() = default;
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    Reader(Reader&&) = delete;
    Reader& operator=(Reader&&) = delete;
    virtual ~Reader() = default;

    /// Fills at most the buffer; 0 = end. Errors: Io, Truncated, Malformed. Bytes returned before are good.
    [[nodiscard]] virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
    /// Of this link and of those it reads from: of several the one that speaks of a loss.
    [[nodiscard]] virtual ReadWarning warning() const { return {}; }
};

/// What a link of a chain tells: its own warning, unless it has none or only the inner one means a loss.
[[nodiscard]] ReadWarning chained(const ReadWarning& own, const ReadWarning& inner);

/// Bytes of a file, in order. `consumed` counts them for progress and may be read from other threads.
class FileReader final : public Reader {
public:
    [[nodiscard]] static Result<std::unique_ptr<FileReader>> open(
        const std::string& path, std::atomic<std::uint64_t>* consumed);
    ~FileReader() override;
    [[nodiscard]] Result<std::size_t> read(std::span<std::byte> buffer) override;
    [[nodiscard]] std::uint64_t fileSize() const { return m_size; }

private:
    FileReader(int descriptor, std::uint64_t size, std::string path, std::atomic<std::uint64_t>* consumed);
    int m_descriptor;
    std::uint64_t m_size;
    std::string m_path;
    std::atomic<std::uint64_t>* m_consumed;
};

/// Shows the first bytes of a stream without taking them.
class PeekReader final : public Reader {
public:
    explicit PeekReader(std::unique_ptr<Reader> inner);
    /// Up to `count` first bytes; fewer at the end of the stream or where it breaks (the error comes with read()).
    [[nodiscard]] std::span<const std::byte> peek(std::size_t count);
    [[nodiscard]] Result<std::size_t> read(std::span<std::byte> buffer) override;
    [[nodiscard]] ReadWarning warning() const override { return m_inner->warning(); }

private:
    std::unique_ptr<Reader> m_inner;
    std::vector<std::byte> m_prefix;
    std::size_t m_prefixUsed = 0;
};

/// gzip and zlib, with any number of members; checks CRCs. Bytes behind the last member are a warning.
[[nodiscard]] std::unique_ptr<Reader> makeInflateReader(std::unique_ptr<Reader> inner);
/// zstd, with any number of frames. Null where Heaptoll was built without zstd.
[[nodiscard]] std::unique_ptr<Reader> makeZstdReader(std::unique_ptr<Reader> inner);

/// A stream with its compression taken off, however often it is wrapped (at most three times).
struct Unwrapped {
    std::unique_ptr<Reader> reader;
    std::vector<std::string> containers; ///< outermost first: "gzip", "zstd"
};
/// Detects by magic, never by name. Errors: Unsupported for containers that are known and not read (xz, bzip2, zip,
/// lz4), with what to do.
[[nodiscard]] Result<Unwrapped> unwrap(std::unique_ptr<Reader> reader);

} // namespace heaptoll
