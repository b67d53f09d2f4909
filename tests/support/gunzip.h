// SPDX-License-Identifier: Apache-2.0
#pragma once

// Test data comes gzip-compressed; in the product the host decompresses. Tests that include this link ZLIB::ZLIB.

#include <zlib.h>

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace heaptoll::test {

/// Errors: nullopt when the file cannot be opened.
[[nodiscard]] inline std::optional<std::string> readFile(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return std::nullopt;
    }
    return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

/// All members of a gzip stream, one after the other. Bytes without the gzip magic come back as they are.
/// Errors: nullopt when the stream is cut or damaged.
[[nodiscard]] inline std::optional<std::string> gunzip(std::string bytes)
{
    if (!bytes.starts_with("\x1f\x8b")) {
        return bytes;
    }
    z_stream stream {};
    if (inflateInit2(&stream, 15 + 16) != Z_OK) {
        return std::nullopt;
    }
    std::string out;
    std::array<char, 65536> block {};
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    int status = Z_OK;
    while (status == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        status = inflate(&stream, Z_NO_FLUSH);
        out.append(block.data(), block.size() - stream.avail_out);
        if (status == Z_STREAM_END && stream.avail_in > 0) {
            status = inflateReset(&stream);
        }
    }
    inflateEnd(&stream);
    return status == Z_STREAM_END ? std::optional(std::move(out)) : std::nullopt;
}

/// readFile and gunzip in one. Errors: nullopt.
[[nodiscard]] inline std::optional<std::string> readGunzipped(const std::string& path)
{
    auto bytes = readFile(path);
    return bytes ? gunzip(std::move(*bytes)) : std::nullopt;
}

} // namespace heaptoll::test
