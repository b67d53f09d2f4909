// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_parser.h"

#include "core/sdk/support/byte_reader.h"
#include "plugins/pprof/pprof_frames.h"
#include "plugins/pprof/pprof_index.h"
#include "plugins/pprof/pprof_pruning.h"
#include "plugins/pprof/pprof_samples.h"

#include <algorithm>
#include <array>
#include <utility>

namespace heaptoll::pprof {
namespace {

/// The file is read into memory whole (the string table comes last). Units: bytes.
constexpr std::size_t kMaxFileBytes = std::size_t { 16 } << 30U;

struct KnownType {
    std::string_view type;
    std::string_view metric;
    bool isBytes;
};
/// Source: runtime/pprof of Go, and the names that older C++ tools, Node and Rust use for the same.
constexpr std::array<KnownType, 6> kKnownTypes { {
    { "inuse_space", "live_bytes", true },
    { "space", "live_bytes", true },
    { "inuse_objects", "live_objects", false },
    { "objects", "live_objects", false },
    { "alloc_space", "alloc_bytes", true },
    { "alloc_objects", "alloc_objects", false },
} };

struct ByteUnit {
    std::string_view name; ///< in lower case, without the s of the plural
    int shift;
};
/// Source: internal/measurement of google/pprof, where a kilobyte is 1024 bytes.
constexpr std::array<ByteUnit, 14> kByteUnits { { { "byte", 0 }, { "b", 0 }, { "kilobyte", 10 }, { "kibibyte", 10 },
    { "kb", 10 }, { "kib", 10 }, { "megabyte", 20 }, { "mebibyte", 20 }, { "mb", 20 }, { "mib", 20 },
    { "gigabyte", 30 }, { "gibibyte", 30 }, { "gb", 30 }, { "gib", 30 } } };

/// Bytes in a unit; 0 when it is no unit of bytes.
std::int64_t bytesIn(std::string_view unit)
{
    std::string word(unit);
    std::ranges::transform(
        word, word.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    if (word.size() > 1 && word.ends_with('s')) {
        word.pop_back();
    }
    const auto it = std::ranges::find(kByteUnits, word, &ByteUnit::name);
    return it == kByteUnits.end() ? 0 : std::int64_t { 1 } << it->shift;
}

Result<void> resolveUnits(ProfileIndex& index)
{
    for (const ValueTypeRecord& record : index.sampleTypes) {
        HEAPTOLL_TRY_ASSIGN(const std::string_view unit, index.string(record.unit, record.offset));
        index.unitBytes.push_back(bytesIn(unit));
    }
    return {};
}

/// The metric a sample type means, "custom" when it is none we know or its unit is none of bytes.
std::string_view metricOf(std::string_view type, bool isOfBytes)
{
    const auto it = std::ranges::find(kKnownTypes, type, &KnownType::type);
    if (it == kKnownTypes.end() || it->isBytes != isOfBytes) {
        return "custom";
    }
    return it->metric;
}

Result<std::string> textOf(const ProfileIndex& index, std::uint64_t string, std::uint64_t offset)
{
    HEAPTOLL_TRY_ASSIGN(const std::string_view text, index.string(string, offset));
    return repairedUtf8(text).value_or(std::string(text));
}

Result<std::vector<sdk::ValueTypeRow>> readValueTypes(const ProfileIndex& index)
{
    std::vector<sdk::ValueTypeRow> rows;
    for (std::size_t i = 0; i < index.sampleTypes.size(); ++i) {
        const ValueTypeRecord& record = index.sampleTypes[i];
        HEAPTOLL_TRY_ASSIGN(std::string type, textOf(index, record.type, record.offset));
        HEAPTOLL_TRY_ASSIGN(std::string unit, textOf(index, record.unit, record.offset));
        std::string_view metric = metricOf(type, index.unitBytes[i] > 0);
        unit = index.unitBytes[i] > 1 ? "bytes" : std::move(unit); // readSamples() converts
        if (std::ranges::find(rows, metric, &sdk::ValueTypeRow::metric) != rows.end()) {
            metric = "custom"; // one column per metric: the first has it
        }
        rows.push_back({ metric, std::move(type), std::move(unit) });
    }
    return rows;
}

/// The column a viewer shows first: what the file says, else the last. Source: go tool pprof.
Result<std::size_t> readDefaultValue(
    const ProfileIndex& index, const std::vector<sdk::ValueTypeRow>& values, sdk::Sink& sink)
{
    const std::size_t last = values.empty() ? 0 : values.size() - 1;
    if (index.defaultSampleType == 0) {
        return last;
    }
    HEAPTOLL_TRY_ASSIGN(const std::string wanted, textOf(index, index.defaultSampleType, index.whole.offset));
    const auto it = std::ranges::find(values, wanted, &sdk::ValueTypeRow::type);
    if (it == values.end()) {
        sink.issue(Severity::Notice, "pprof.default_type_missing", { index.sourceName, index.whole.offset, 0, {} },
            "the default sample type \"" + wanted + "\" is not a sample type of the profile; the last one is used");
        return last;
    }
    return static_cast<std::size_t>(it - values.begin());
}

/// Values of a proto are estimates already (Go divides by the sampling probability when it writes): never rescaled.
/// The period tells how sure they are; a period of one byte counts every allocation.
Result<sdk::SamplingRow> readSampling(const ProfileIndex& index, sdk::Sink& sink)
{
    const ValueTypeRecord& period = index.periodType;
    HEAPTOLL_TRY_ASSIGN(const std::string_view type, index.string(period.type, period.offset));
    HEAPTOLL_TRY_ASSIGN(const std::string_view unit, index.string(period.unit, period.offset));
    const std::int64_t unitBytes = std::max<std::int64_t>(bytesIn(unit), type == "space" ? 1 : 0);
    std::int64_t bytes = 0;
    if (unitBytes == 0 || index.period <= 0 || __builtin_mul_overflow(index.period, unitBytes, &bytes)) {
        sink.issue(Severity::Notice, "pprof.period_unknown", { index.sourceName, index.whole.offset, 0, {} },
            "the profile does not say how many bytes lie between samples: its values are taken as exact");
        return sdk::SamplingRow {};
    }
    return sdk::SamplingRow { bytes > 1 ? bytes : 0, true };
}

Result<void> reportComments(const ProfileIndex& index, sdk::Sink& sink)
{
    std::string all;
    for (const std::uint64_t comment : index.comments) {
        HEAPTOLL_TRY_ASSIGN(const std::string text, textOf(index, comment, index.whole.offset));
        all += all.empty() ? text : "\n" + text;
    }
    if (!index.comments.empty()) {
        sink.issue(Severity::Info, "pprof.comment", { index.sourceName, index.whole.offset, 0, {} }, all,
            index.comments.size());
    }
    return {};
}

Result<sdk::ProfileRow> readHeader(const ProfileIndex& index, sdk::Sink& sink)
{
    sdk::ProfileRow row;
    HEAPTOLL_TRY_ASSIGN(row.values, readValueTypes(index));
    HEAPTOLL_TRY_ASSIGN(row.defaultValue, readDefaultValue(index, row.values, sink));
    HEAPTOLL_TRY_ASSIGN(row.sampling, readSampling(index, sink));
    HEAPTOLL_TRY_ASSIGN(row.command, mainBinary(index));
    HEAPTOLL_TRY(reportComments(index, sink));
    row.formatVersion = "profile.proto";
    row.duration = Span { index.durationNanos };
    if (index.timeNanos != 0) {
        row.time = Instant { index.timeNanos };
    } else {
        sink.issue(Severity::Notice, "pprof.time_missing", { index.sourceName, index.whole.offset, 0, {} },
            "the profile does not say when it was taken: it cannot be placed on the calendar");
    }
    if (index.unknownFields > 0) {
        sink.issue(Severity::Info, "pprof.unknown_fields", { index.sourceName, index.whole.offset, 0, {} },
            "fields of a later version of the format were skipped", index.unknownFields);
    }
    return row;
}

Result<void> readProfile(const Slice& whole, const std::string& sourceName, sdk::Sink& sink, const TaskContext& task)
{
    HEAPTOLL_TRY_ASSIGN(ProfileIndex index, indexProfile(whole, sourceName));
    HEAPTOLL_TRY(resolveUnits(index));
    HEAPTOLL_TRY_ASSIGN(const sdk::ProfileRow header, readHeader(index, sink));
    sink.heap().beginProfile(header);
    StringBridge strings(index, sink);
    HEAPTOLL_TRY_ASSIGN(LocationTable locations, readLocations(index, strings, sink));
    HEAPTOLL_TRY_ASSIGN(const Pruning pruning, readPruning(index, locations, sink));
    HEAPTOLL_TRY(readSamples(index, locations, pruning, strings, sink, task));
    sink.heap().endProfile({});
    return {};
}

} // namespace

Result<void> PprofParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    const std::string name = source.displayName();
    HEAPTOLL_TRY_ASSIGN(const std::vector<std::byte> bytes, sdk::readAll(source, kMaxFileBytes));
    if (bytes.empty()) {
        return Error { ErrorCode::NotRecognized, "the file is empty", { name, 0, 0, {} } };
    }
    HEAPTOLL_TRY_ASSIGN(const std::vector<Slice> parts, splitConcatenated(bytes, name));
    if (parts.size() > 1) {
        sink.issue(Severity::Notice, "pprof.concatenated", { name, parts[1].offset, 0, {} },
            "the file holds several profiles one after the other; they are read as separate profiles", parts.size());
    }
    for (const Slice& part : parts) {
        HEAPTOLL_TRY(readProfile(part, name, sink, task));
    }
    return {};
}

} // namespace heaptoll::pprof
