// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "core/sdk/support/json_pull.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Numbers of a point, in the order of DhatPoint::values.
enum class DhatField : std::uint8_t {
    TotalBytes, ///< tb
    TotalBlocks, ///< tbk
    Lifetimes, ///< tl: of all blocks, added up
    PeakBytes, ///< gb: at the moment when the process total was highest
    PeakBlocks, ///< gbk
    EndBytes, ///< eb
    EndBlocks, ///< ebk
    ReadBytes, ///< rb
    WriteBytes, ///< wb
    Unaccessed, ///< worked out, see unaccessedBytes()
    Count,
};
constexpr auto kDhatFields = static_cast<std::size_t>(DhatField::Count);

/// One place that allocates.
struct DhatPoint {
    std::array<std::int64_t, kDhatFields> values {};
    std::size_t firstFrame = 0; ///< into DhatFile::frames
    std::size_t lastFrame = 0; ///< one beyond
    [[nodiscard]] std::int64_t at(DhatField field) const { return values.at(static_cast<std::size_t>(field)); }
};

struct DhatFile {
    std::int64_t version = 0; ///< 0 = not said
    std::string mode = "heap"; ///< version 1 has no other
    std::string verb = "Allocated";
    bool hasLifetimes = true; ///< bklt: lifetimes, peak and end are known
    bool hasAccesses = true; ///< bkacc
    std::string bytesUnit = "bytes"; ///< bsu
    std::string blocksUnit = "blocks"; ///< bksu
    std::string timeUnit = "instrs"; ///< tu
    std::string command;
    std::int64_t endTime = 0; ///< te, in timeUnit
    std::vector<DhatPoint> points;
    std::vector<std::uint32_t> frames; ///< of all points: indices into names, leaf first
    std::vector<std::string> names; ///< ftbl
    bool hasNames = false;
};

/// Bytes that no instruction has read or written, at least: of all blocks of a point. counts: accesses of each byte
/// of a
/// block, summed over the blocks, runs as the file has them (-n, m: n bytes of m each); empty = not known.
/// A byte that was accessed c times was accessed in at most c of the blocks, so that it stayed untouched in the others.
/// Errors: nullopt when the counts are not those of one block.
[[nodiscard]] std::optional<std::int64_t> unaccessedBytes(
    const DhatPoint& point, const std::vector<std::int64_t>& counts);

/// Reads a file token by token; the frame table comes last, so points keep numbers.
class DhatReader {
public:
    DhatReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_json(source)
        , m_sink(sink)
        , m_task(task)
    { }
    /// Errors: as DhatParser::run(); file() holds what was complete.
    [[nodiscard]] Result<void> run();
    [[nodiscard]] const DhatFile& file() const { return m_file; }

private:
    [[nodiscard]] Result<void> member(std::string_view key);
    [[nodiscard]] Result<std::string> text(std::string_view key);
    [[nodiscard]] Result<bool> flag(std::string_view key);
    [[nodiscard]] Result<std::int64_t> number(std::string_view key);
    [[nodiscard]] Result<void> numbers(std::string_view key, std::vector<std::int64_t>& out);
    [[nodiscard]] Result<void> points();
    [[nodiscard]] Result<void> point();
    [[nodiscard]] Result<void> names();
    void keep(DhatPoint point, std::uint32_t seen, const Location& where);
    void checkFrames();

    sdk::ByteSource& m_source;
    sdk::JsonPull m_json;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    DhatFile m_file;
    std::vector<std::int64_t> m_counts; ///< "acc" of the open point
    std::vector<std::int64_t> m_numbers;
};

} // namespace heaptoll
