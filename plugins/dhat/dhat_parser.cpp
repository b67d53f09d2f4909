// SPDX-License-Identifier: Apache-2.0
#include "plugins/dhat/dhat_parser.h"

#include "core/sdk/support/valgrind_frame.h"
#include "plugins/dhat/dhat_file.h"

#include <algorithm>
#include <limits>

namespace heaptoll {
namespace {

struct Column {
    sdk::ValueTypeRow type;
    DhatField field;
};

/// "copied_bytes": the verb of a mode that is not about allocations, and what it counts.
std::string customName(std::string_view verb, std::string_view what)
{
    std::string name;
    for (const std::string_view part : { verb, std::string_view("_"), what }) {
        for (const char c : part) {
            const bool isUpper = c >= 'A' && c <= 'Z';
            name += isUpper ? static_cast<char>(c + ('a' - 'A')) : c == ' ' ? '_' : c;
        }
    }
    return name;
}

std::vector<Column> columnsOf(const DhatFile& file)
{
    std::vector<Column> columns;
    const auto custom = [&columns](std::string name, std::string unit, DhatField field) {
        columns.push_back({ { "custom", std::move(name), std::move(unit) }, field });
    };
    const bool isOfAllocations = file.verb == "Allocated" && file.bytesUnit == "bytes";
    if (!isOfAllocations) {
        custom(customName(file.verb, file.bytesUnit), file.bytesUnit, DhatField::TotalBytes);
        custom(customName(file.verb, file.blocksUnit), "count", DhatField::TotalBlocks);
        return columns;
    }
    if (file.hasLifetimes) {
        columns.push_back({ { "peak_bytes", "t-gmax", "bytes" }, DhatField::PeakBytes });
        columns.push_back({ { "leaked_bytes", "t-end", "bytes" }, DhatField::EndBytes });
    }
    columns.push_back({ { "alloc_bytes", "total", "bytes" }, DhatField::TotalBytes });
    columns.push_back({ { "alloc_objects", "total blocks", "count" }, DhatField::TotalBlocks });
    if (file.hasLifetimes) {
        custom("peak_objects", "count", DhatField::PeakBlocks);
        custom("leaked_objects", "count", DhatField::EndBlocks);
        custom("lifetimes", file.timeUnit, DhatField::Lifetimes);
    }
    if (file.hasAccesses) {
        custom("read_bytes", "bytes", DhatField::ReadBytes);
        custom("write_bytes", "bytes", DhatField::WriteBytes);
        custom("unaccessed_bytes", "bytes", DhatField::Unaccessed);
    }
    return columns;
}

/// dhat-rs counts microseconds; Valgrind instructions, which are no time.
Span durationOf(const DhatFile& file)
{
    constexpr std::int64_t kNsPerMicrosecond = 1000;
    const bool isTime = file.timeUnit == "\xc2\xb5s" || file.timeUnit == "us";
    const bool fits = file.endTime > 0 && file.endTime <= std::numeric_limits<std::int64_t>::max() / kNsPerMicrosecond;
    return isTime && fits ? Span { file.endTime * kNsPerMicrosecond } : Span {};
}

class Delivery {
public:
    Delivery(const DhatFile& file, sdk::HeapSink& heap)
        : m_file(file)
        , m_heap(heap)
        , m_refs(2 * file.names.size())
    {
        m_frames.reserve(file.names.size());
        std::ranges::transform(file.names, std::back_inserter(m_frames),
            [](const std::string& name) { return sdk::parseValgrindFrame(name); });
    }

    void run()
    {
        const std::vector<Column> columns = columnsOf(m_file);
        sdk::ProfileRow profile;
        for (const Column& column : columns) {
            profile.values.push_back(column.type);
        }
        profile.command = m_file.command;
        profile.formatVersion = std::to_string(m_file.version);
        profile.duration = durationOf(m_file);
        m_heap.beginProfile(profile);
        std::vector<sdk::StackRef> stacks;
        std::vector<std::int64_t> values;
        stacks.reserve(m_file.points.size());
        values.reserve(m_file.points.size() * columns.size());
        for (const DhatPoint& point : m_file.points) {
            stacks.push_back(stackOf(point));
            for (const Column& column : columns) {
                values.push_back(point.at(column.field));
            }
        }
        m_heap.samples({ stacks, values, {} });
        m_heap.endProfile({});
    }

private:
    sdk::StackRef stackOf(const DhatPoint& point)
    {
        m_path.clear();
        for (std::size_t i = point.lastFrame; i-- > point.firstFrame;) { // from the root
            const std::uint32_t index = m_file.frames[i];
            const bool hasCaller = i + 1 < point.lastFrame;
            const std::uint32_t caller = hasCaller ? m_file.frames[i + 1] : 0;
            const bool isInlined = hasCaller && index < m_frames.size() && caller < m_frames.size()
                && sdk::isInlinedInto(m_frames[index], m_frames[caller]);
            m_path.push_back(index < m_frames.size() ? frameRef(index, isInlined)
                                                     : named("frame " + std::to_string(index) + " (name missing)"));
        }
        if (m_path.empty()) {
            m_path.push_back(named("(no stack)"));
        }
        return m_heap.stackFromRoot(m_path);
    }

    sdk::FrameRef named(std::string_view function)
    {
        sdk::FrameRow row;
        row.function = m_heap.string(function);
        return m_heap.frame(row);
    }

    sdk::FrameRef frameRef(std::uint32_t index, bool isInlined)
    {
        sdk::FrameRef& ref = m_refs[2 * std::size_t { index } + (isInlined ? 1 : 0)];
        if (ref.isNone()) {
            const sdk::ValgrindFrame& frame = m_frames[index];
            sdk::FrameRow row;
            row.function = m_heap.string(frame.function);
            row.file = m_heap.string(frame.file);
            row.module = m_heap.string(frame.module);
            row.line = frame.line;
            row.address = frame.address;
            row.isInlined = isInlined;
            ref = m_heap.frame(row);
        }
        return ref;
    }

    const DhatFile& m_file;
    sdk::HeapSink& m_heap;
    std::vector<sdk::ValgrindFrame> m_frames; ///< by index
    std::vector<sdk::FrameRef> m_refs; ///< by index, plain and inlined
    std::vector<sdk::FrameRef> m_path;
};

} // namespace

sdk::ProbeResult DhatParser::probe(const sdk::ProbeInput& input) const
{
    constexpr std::size_t kSearched = 4096;
    constexpr std::string_view kKey = "\"dhatFileVersion\"";
    std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    text = text.substr(0, kSearched);
    const std::size_t start = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (start == std::string_view::npos || text[start] != '{') {
        return {};
    }
    const std::size_t key = text.find(kKey);
    if (key == std::string_view::npos) {
        return {};
    }
    const std::size_t first = text.find_first_not_of(" \t\r\n", start + 1);
    const std::size_t value = text.find_first_not_of(" \t\r\n:", key + kKey.size());
    const std::string version(
        value == std::string_view::npos ? "" : text.substr(value, text.find_first_not_of("0123456789", value) - value));
    return { first == key ? 100 : 75, version, "DHAT JSON" + (version.empty() ? "" : ", file version " + version) };
}

Result<void> DhatParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    DhatReader reader(source, sink, task);
    Result<void> outcome = reader.run();
    const DhatFile& file = reader.file();
    const bool isCut =
        !outcome.ok() && (outcome.error().code == ErrorCode::Truncated || outcome.error().code == ErrorCode::Cancelled);
    if (outcome.ok() || (isCut && file.version > 0 && !file.points.empty())) {
        Delivery(file, sink.heap()).run();
    }
    return outcome;
}

} // namespace heaptoll
