// SPDX-License-Identifier: Apache-2.0
#pragma once

// Decompresses zstd in tests of parsers, which see decoded bytes only. Also where Heaptoll itself has no
// zstd. Link PkgConfig::ZSTD_TESTS.

#include <zstd.h>

#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace heaptoll::test {

/// A whole file; nullopt when there is none.
inline std::optional<std::string> readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// What of a zstd stream (any number of frames) can be decoded; `isWhole` false when it ends early or is damaged.
struct Unzstd {
    std::string text;
    bool isWhole = false;
};
inline Unzstd unzstd(const std::string& compressed)
{
    Unzstd result;
    ZSTD_DStream* const stream = ZSTD_createDStream();
    ZSTD_inBuffer in { compressed.data(), compressed.size(), 0 };
    std::string buffer(ZSTD_DStreamOutSize(), '\0');
    std::size_t left = 1;
    bool outputWasFull = false;
    while (in.pos < in.size || outputWasFull) {
        ZSTD_outBuffer out { buffer.data(), buffer.size(), 0 };
        left = ZSTD_decompressStream(stream, &out, &in);
        if (ZSTD_isError(left) != 0) {
            break;
        }
        result.text.append(buffer, 0, out.pos);
        outputWasFull = out.pos == out.size && left != 0;
    }
    ZSTD_freeDStream(stream);
    result.isWhole = left == 0;
    return result;
}

} // namespace heaptoll::test
