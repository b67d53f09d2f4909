// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the damage sweep is made of: inputs of every format, ways to hurt them, and a text of everything a document says,
// so that "the same result" can be told from "another result". Link ZLIB::ZLIB and PkgConfig::ZSTD_TESTS.

#include "core/analysis/call_tree.h"
#include "core/base/hash.h"
#include "core/model/document.h"

#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace heaptoll::test {

/// One gzip member.
[[nodiscard]] inline std::string gzipped(std::string text)
{
    z_stream stream {};
    deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

/// One zstd frame; a checksum is what `zstd` writes and what a library call leaves out.
[[nodiscard]] inline std::string zstdPacked(const std::string& text, bool hasChecksum)
{
    ZSTD_CCtx* const context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0);
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return out;
}

/// Can a changed byte be noticed? Only where the container carries a sum over its content.
enum class Integrity : std::uint8_t { Checked, Unchecked };

struct Subject {
    std::string name;
    std::map<std::string, std::string> files; ///< relative name -> bytes
    std::string target; ///< the file that is hurt; the others stay whole
    Integrity integrity = Integrity::Unchecked;
    std::size_t fewerFlips = 1; ///< one of so many bytes is flipped
};

/// One small file of a format, below tests/: hurt as it is, in gzip and in zstd.
struct PackedInput {
    const char* name;
    const char* path;
};
constexpr PackedInput kPackedInputs[] {
    { "tracemalloc", "golden/tracemalloc/protocol5.pickle" },
    { "PyTorch memory", "golden/pytorch_memory/snapshot.pickle" },
    { "V8 heap profile", "fuzz/corpus/v8_heapprofile/small.heapprofile" },
    { "class histogram", "golden/class_histogram/jmap-jdk8.txt" },
    { "flamebearer", "fuzz/corpus/flamebearer/small.json" },
    { "memray CSV", "fuzz/corpus/memray_csv/small.csv" },
};

/// Places to hurt: all of a small file, else about `most` evenly spread with both ends.
[[nodiscard]] inline std::vector<std::size_t> places(std::size_t size, std::size_t most)
{
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < std::min(size, most); ++i) {
        all.push_back(size <= most ? i : i * (size - 1) / (most - 1));
    }
    return all;
}

namespace detail {

inline void describe(std::string& out, const Profile& profile)
{
    out += "profile " + std::to_string(profile.time ? profile.time->ns : -1) + ' ' + std::to_string(profile.duration.ns)
        + ' ' + profile.command + ' ' + std::to_string(profile.suppressedBytes.value_or(-1)) + ' '
        + std::to_string(profile.sampling.periodBytes) + '\n';
    for (std::size_t value = 0; value < profile.valueTypes.size(); ++value) {
        const ValueType& type = profile.valueTypes[value];
        out += type.type + ' ' + type.unit + '\n';
        for (const TopRow& row : topTable(profile, value, GroupBy::Site).rows) {
            out += row.name + '|' + row.site.module + '|' + std::to_string(row.self) + '|' + std::to_string(row.total)
                + '\n';
        }
    }
}

inline void describe(std::string& out, const CostTable& table)
{
    out += "cost " + std::to_string(table.rowCount) + '\n';
    for (std::size_t row = 0; row < table.rowCount; ++row) {
        out += std::to_string(table.chargeStart[row].ns) + '|' + std::to_string(table.chargeEnd[row].ns);
        for (const TextColumn& column : table.texts) {
            out += '|' + column.name + '=' + std::string(table.strings.view(StringId { column.ids[row] }));
        }
        for (const NamedDecimalColumn& column : table.decimals) {
            out += '|' + column.name + '=';
            out += column.values.isUnknown(row) ? "?" : column.values.at(row).toString();
        }
        for (const char* const key : { "app", "user:app", "user_app" }) {
            out += '|' + std::string(table.tagAt(key, row).value_or("-"));
        }
        out += '\n';
    }
}

inline void describe(std::string& out, const UsageTable& table)
{
    for (const UsageSeries& series : table.series) {
        out += "series " + series.metricName;
        for (const auto& [key, value] : series.labels) {
            out += ' ' + key + '=' + value;
        }
        for (std::size_t i = 0; i < series.times.size(); ++i) {
            out += ' ' + std::to_string(series.times[i].ns) + ':' + std::to_string(series.values[i]);
        }
        out += '\n';
    }
}

} // namespace detail

/// Version 3 with every record: suppressions, inlined frames, temporary allocations, time and RSS.
[[nodiscard]] inline std::string heaptrackVersion3()
{
    std::string text =
        "v 10400 3\nX app one\nI 1000 100\nS leak:nothing\ns 8 /bin/app\ns 4 main\ns 3 a.c\ns 7 leaf fn\n"
        "i 1000 1 2 3 a\ni 1010 1 4 3 b 2 3 c\nt 1 0\nt 2 1\na 10 2\na 20 1\n";
    for (int i = 0; i < 16; ++i) {
        text += i % 3 == 0 ? "+ 0\n+ 1\n- 1\n" : "+ 0\n+ 1\n";
        text += i % 5 == 0 ? "c " + std::to_string(10 + i) + "\nR 1" + std::to_string(i % 10) + "\n" : "";
    }
    return text + "\n# strings: 4\n# ips: 2\n";
}

/// Everything a reader could see of a document, in words.
[[nodiscard]] inline std::string describe(const Document& document)
{
    std::string out = document.format + '\n';
    if (const auto profile = document.profile()) {
        detail::describe(out, *profile);
    } else if (const auto costs = document.costs()) {
        detail::describe(out, *costs);
    } else if (const auto usage = document.usage()) {
        detail::describe(out, *usage);
    }
    return out;
}

} // namespace heaptoll::test
