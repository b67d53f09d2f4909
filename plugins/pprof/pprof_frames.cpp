// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_frames.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace heaptoll::pprof {
namespace {

using sdk::ProtoReader;

/// Length of the valid UTF-8 sequence at the start of text, 0 when there is none. Source: Unicode 15, table 3-7.
std::size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xc2 && lead <= 0xdf ? 2
        : (lead & 0xf0U) == 0xe0                            ? 3
        : lead >= 0xf0 && lead <= 0xf4                      ? 4
                                                            : 0;
    if (length == 0 || text.size() < length) {
        return 0;
    }
    const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

struct MappingTable {
    IdMap ids;
    std::vector<sdk::StringRef> modules;
};

struct FunctionTable {
    IdMap ids;
    std::vector<FunctionRecord> rows;
};

/// One entry of location.line.
struct LineRecord {
    std::uint64_t functionId = 0;
    std::int64_t line = 0;
    std::uint64_t offset = 0;
};

struct LocationRecord {
    std::uint64_t id = 0;
    std::uint64_t mappingId = 0;
    std::uint64_t address = 0;
    std::vector<LineRecord> lines; ///< innermost first, as in the file
};

Result<void> readNumbers(
    const Slice& slice, const std::string& sourceName, std::string_view what, std::span<std::uint64_t> fields)
{
    ProtoReader reader(slice.bytes, slice.offset);
    while (reader.next()) {
        if (reader.field() < fields.size()) {
            HEAPTOLL_TRY(expectNumber(sourceName, reader));
            fields[reader.field()] = reader.number();
        }
    }
    if (reader.damage() != ProtoReader::Damage::None) {
        return nestedDamage(sourceName, reader, what);
    }
    return {};
}

Error badId(const ProfileIndex& index, const Slice& slice, std::string_view what)
{
    return malformed(
        index.sourceName, slice.offset, "a " + std::string(what) + " has id 0, or an id that another one has");
}

Result<MappingTable> readMappings(const ProfileIndex& index, StringBridge& strings)
{
    MappingTable table;
    std::vector<std::uint64_t> ids;
    for (const Slice& slice : index.mappings) {
        std::array<std::uint64_t, 7> fields {}; // 1 id, 5 file name; the rest is about addresses
        HEAPTOLL_TRY(readNumbers(slice, index.sourceName, "mapping", fields));
        HEAPTOLL_TRY_ASSIGN(const sdk::StringRef module, strings.ref(fields[5], slice.offset));
        ids.push_back(fields[1]);
        table.modules.push_back(module);
    }
    if (const std::uint32_t bad = table.ids.build(ids); bad != IdMap::kNone) {
        return badId(index, index.mappings[bad], "mapping");
    }
    return table;
}

Result<FunctionTable> readFunctions(const ProfileIndex& index)
{
    FunctionTable table;
    std::vector<std::uint64_t> ids;
    ids.reserve(index.functions.size());
    table.rows.reserve(index.functions.size());
    for (const Slice& slice : index.functions) {
        std::array<std::uint64_t, 6> fields {};
        HEAPTOLL_TRY(readNumbers(slice, index.sourceName, "function", fields));
        for (const std::size_t text : { 2U, 3U, 4U }) {
            HEAPTOLL_TRY(index.string(fields[text], slice.offset));
        }
        ids.push_back(fields[1]);
        table.rows.push_back({ fields[1], fields[2] != 0 ? fields[2] : fields[3], fields[3], fields[4],
            static_cast<std::int64_t>(fields[5]) });
    }
    if (const std::uint32_t bad = table.ids.build(ids); bad != IdMap::kNone) {
        return badId(index, index.functions[bad], "function");
    }
    return table;
}

Result<void> readLine(const Slice& slice, const std::string& sourceName, LocationRecord& location)
{
    std::array<std::uint64_t, 3> fields {}; // 1 function, 2 line; 3 column has no place in the model
    HEAPTOLL_TRY(readNumbers(slice, sourceName, "line", fields));
    location.lines.push_back({ fields[1], static_cast<std::int64_t>(fields[2]), slice.offset });
    return {};
}

Result<void> readLocation(const Slice& slice, const std::string& sourceName, LocationRecord& location)
{
    location.id = 0;
    location.mappingId = 0;
    location.address = 0;
    location.lines.clear();
    ProtoReader reader(slice.bytes, slice.offset);
    while (reader.next()) {
        switch (reader.field()) {
        case 1:
        case 2:
        case 3:
            HEAPTOLL_TRY(expectNumber(sourceName, reader));
            (reader.field() == 1          ? location.id
                    : reader.field() == 2 ? location.mappingId
                                          : location.address) = reader.number();
            break;
        case 4:
            HEAPTOLL_TRY(expectBytes(sourceName, reader));
            HEAPTOLL_TRY(readLine({ reader.bytes(), reader.bytesOffset() }, sourceName, location));
            break;
        default: break;
        }
    }
    if (reader.damage() != ProtoReader::Damage::None) {
        return nestedDamage(sourceName, reader, "location");
    }
    return {};
}

/// Makes frames of locations; keeps the counts of what had to be repaired.
class FrameMaker {
public:
    FrameMaker(const ProfileIndex& index, StringBridge& strings, sdk::Sink& sink, const FunctionTable& functions,
        const MappingTable& mappings)
        : m_index(index)
        , m_strings(strings)
        , m_sink(sink)
        , m_functions(functions)
        , m_mappings(mappings)
    { }

    Result<void> append(const LocationRecord& location, std::uint64_t offset, LocationTable& table)
    {
        sdk::FrameRow frame;
        frame.address = location.address;
        if (location.mappingId != 0) {
            const std::uint32_t mapping = m_mappings.ids.find(location.mappingId);
            if (mapping == IdMap::kNone) {
                ++m_missingMappings;
                m_firstMissingMapping = std::min(m_firstMissingMapping, offset);
            } else {
                frame.module = m_mappings.modules[mapping];
            }
        }
        if (location.lines.empty()) {
            table.frames.push_back(m_sink.heap().frame(frame));
            table.names.push_back(0);
            return {};
        }
        for (std::size_t i = location.lines.size(); i-- > 0;) {
            // The file lists the innermost inlined function first; the last one is the function that was called.
            frame.isInlined = i + 1 < location.lines.size();
            HEAPTOLL_TRY_ASSIGN(const std::uint64_t name, fillLine(location, location.lines[i], frame));
            table.frames.push_back(m_sink.heap().frame(frame));
            table.names.push_back(name);
        }
        return {};
    }

    void report() const
    {
        if (m_missingMappings > 0) {
            m_sink.issue(Severity::Notice, "pprof.mapping_missing",
                { m_index.sourceName, m_firstMissingMapping, 0, {} },
                "locations name a mapping that is not in the file: their module is unknown", m_missingMappings);
        }
        if (m_badLines > 0) {
            m_sink.issue(Severity::Notice, "pprof.line_out_of_range", { m_index.sourceName, m_firstBadLine, 0, {} },
                "line numbers below 0 or above 2^32 are shown as unknown", m_badLines);
        }
    }

private:
    Result<std::uint64_t> fillLine(const LocationRecord& location, const LineRecord& line, sdk::FrameRow& frame)
    {
        const std::uint32_t row = m_functions.ids.find(line.functionId);
        if (row == IdMap::kNone) {
            return malformed(m_index.sourceName, line.offset,
                "location " + std::to_string(location.id) + " names function " + std::to_string(line.functionId)
                    + ", which is not in the file");
        }
        const FunctionRecord& function = m_functions.rows[row];
        HEAPTOLL_TRY_ASSIGN(frame.function, m_strings.ref(function.name, line.offset));
        HEAPTOLL_TRY_ASSIGN(frame.systemName, m_strings.ref(function.systemName, line.offset));
        HEAPTOLL_TRY_ASSIGN(frame.file, m_strings.ref(function.file, line.offset));
        if (frame.systemName == frame.function) {
            frame.systemName = {}; // nothing was mangled
        }
        frame.line = lineNumber(line.line, line.offset);
        frame.startLine = lineNumber(function.startLine, line.offset);
        return function.name;
    }

    std::uint32_t lineNumber(std::int64_t line, std::uint64_t offset)
    {
        if (line >= 0 && line <= std::numeric_limits<std::uint32_t>::max()) {
            return static_cast<std::uint32_t>(line);
        }
        ++m_badLines;
        m_firstBadLine = std::min(m_firstBadLine, offset);
        return 0;
    }

    const ProfileIndex& m_index;
    StringBridge& m_strings;
    sdk::Sink& m_sink;
    const FunctionTable& m_functions;
    const MappingTable& m_mappings;
    std::uint64_t m_missingMappings = 0;
    std::uint64_t m_firstMissingMapping = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t m_badLines = 0;
    std::uint64_t m_firstBadLine = std::numeric_limits<std::uint64_t>::max();
};

} // namespace

std::optional<std::string> repairedUtf8(std::string_view text)
{
    const bool isAscii = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (isAscii) {
        return std::nullopt;
    }
    std::string repaired;
    bool isValid = true;
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0) {
            isValid = false;
            repaired += "\xef\xbf\xbd";
            text.remove_prefix(1);
            continue;
        }
        repaired += text.substr(0, length);
        text.remove_prefix(length);
    }
    return isValid ? std::nullopt : std::optional(std::move(repaired));
}

StringBridge::StringBridge(const ProfileIndex& index, sdk::Sink& sink)
    : m_index(index)
    , m_sink(sink)
    , m_refs(index.strings.size())
{ }

Result<sdk::StringRef> StringBridge::ref(std::uint64_t index, std::uint64_t offset)
{
    if (index >= m_refs.size()) {
        HEAPTOLL_TRY(m_index.string(index, offset));
    }
    std::uint32_t& known = m_refs[static_cast<std::size_t>(index)];
    if (known == 0 && index != 0) {
        const std::string_view text = m_index.strings[static_cast<std::size_t>(index)];
        const auto repaired = repairedUtf8(text);
        if (repaired) {
            m_sink.issue(Severity::Notice, "pprof.invalid_utf8", { m_index.sourceName, offset, 0, {} },
                "names that are not UTF-8 are shown with replacement characters");
        }
        known = m_sink.heap().string(repaired ? std::string_view(*repaired) : text).value;
    }
    return sdk::StringRef { known };
}

Result<LocationTable> readLocations(const ProfileIndex& index, StringBridge& strings, sdk::Sink& sink)
{
    HEAPTOLL_TRY_ASSIGN(const MappingTable mappings, readMappings(index, strings));
    HEAPTOLL_TRY_ASSIGN(const FunctionTable functions, readFunctions(index));
    FrameMaker maker(index, strings, sink, functions, mappings);
    LocationTable table;
    std::vector<std::uint64_t> ids;
    ids.reserve(index.locations.size());
    table.starts.reserve(index.locations.size() + 1);
    table.counts.reserve(index.locations.size());
    table.frames.reserve(index.locations.size());
    LocationRecord location;
    for (const Slice& slice : index.locations) {
        HEAPTOLL_TRY(readLocation(slice, index.sourceName, location));
        table.starts.push_back(static_cast<std::uint32_t>(table.frames.size()));
        HEAPTOLL_TRY(maker.append(location, slice.offset, table));
        table.counts.push_back(static_cast<std::uint32_t>(table.frames.size()) - table.starts.back());
        ids.push_back(location.id);
    }
    table.starts.push_back(static_cast<std::uint32_t>(table.frames.size()));
    if (const std::uint32_t bad = table.ids.build(ids); bad != IdMap::kNone) {
        return badId(index, index.locations[bad], "location");
    }
    maker.report();
    return table;
}

Result<std::string> mainBinary(const ProfileIndex& index)
{
    if (index.mappings.empty()) {
        return std::string {};
    }
    std::array<std::uint64_t, 7> fields {};
    HEAPTOLL_TRY(readNumbers(index.mappings.front(), index.sourceName, "mapping", fields));
    HEAPTOLL_TRY_ASSIGN(const std::string_view name, index.string(fields[5], index.mappings.front().offset));
    return repairedUtf8(name).value_or(std::string(name));
}

} // namespace heaptoll::pprof
