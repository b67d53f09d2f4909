// SPDX-License-Identifier: Apache-2.0
// The records that define what events refer to: strings, instruction pointers, traces, kinds of allocation.
#include "plugins/heaptrack/recording_reader.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr std::uint64_t kMaxSizeBytes = std::uint64_t { 1 } << 47U; ///< user address space of x86-64
constexpr std::uint64_t kMaxSourceLine = 0x7fffffff;

} // namespace

// A damaged definition still takes its number: later records count on it.

bool RecordingReader::stringRecord(std::string_view fields)
{
    std::string_view text = fields;
    bool isGood = true;
    if (m_version->file >= 3) {
        HexFields reader(fields);
        const auto length = reader.next();
        text = length ? reader.rest() : fields;
        isGood = length && *length == text.size();
        if (length && *length < text.size()) {
            text = text.substr(0, static_cast<std::size_t>(*length));
        }
    }
    m_strings.push_back(m_sink.heap().string(text));
    m_texts += text;
    m_textEnds.push_back(m_texts.size());
    return isGood;
}

std::string_view RecordingReader::textAt(std::uint64_t index) const
{
    const std::size_t start = m_textEnds[index - 1];
    return std::string_view(m_texts).substr(start, m_textEnds[index] - start);
}

sdk::StringRef RecordingReader::stringAt(std::uint64_t index)
{
    if (index == 0 || index >= m_strings.size()) {
        return {};
    }
    m_ipStrings.push_back(static_cast<std::uint32_t>(index));
    return m_strings[index];
}

/// "ip module [function file line]...": the innermost inlined function first, the function that the machine code
/// belongs to last.
bool RecordingReader::ipRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto address = reader.next();
    const auto module = reader.next();
    bool isGood = address && module && *module < m_strings.size();
    sdk::FrameRow row;
    row.address = address.value_or(0);
    row.module = stringAt(module.value_or(0));
    std::vector<sdk::FrameRow> frames;
    while (isGood && !reader.atEnd()) {
        const auto function = reader.next();
        const auto file = reader.atEnd() ? std::optional<std::uint64_t>(0) : reader.next();
        const auto sourceLine = reader.atEnd() ? std::optional<std::uint64_t>(0) : reader.next();
        isGood = function && file && sourceLine && *function < m_strings.size() && *file < m_strings.size()
            && *sourceLine <= kMaxSourceLine;
        if (isGood) {
            row.function = stringAt(*function);
            row.file = stringAt(*file);
            row.line = static_cast<std::uint32_t>(*sourceLine);
            row.isInlined = true;
            frames.push_back(row);
        }
    }
    if (frames.empty()) {
        frames.push_back(row);
    }
    frames.back().isInlined = false;
    std::ranges::reverse(frames);
    m_ips.push_back({ m_ipFrames.size(), false });
    for (const sdk::FrameRow& frame : frames) {
        m_ipFrames.push_back(m_sink.heap().frame(frame));
    }
    m_ipStringEnds.push_back(m_ipStrings.size());
    return isGood;
}

/// "ip parent": the parent is the caller, and defined before.
bool RecordingReader::traceRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto ip = reader.next();
    const auto parent = reader.next();
    const bool isIpGood = ip && *ip > 0 && *ip < m_ips.size();
    const bool isParentGood = parent && *parent < m_traces.size();
    Trace trace;
    trace.ip = isIpGood ? static_cast<std::uint32_t>(*ip) : 0;
    trace.parent = isParentGood ? static_cast<std::uint32_t>(*parent) : 0;
    trace.stack = m_traces[trace.parent].stack;
    if (trace.ip != 0) {
        const std::size_t end = trace.ip + 1U < m_ips.size() ? m_ips[trace.ip + 1U].firstFrame : m_ipFrames.size();
        for (std::size_t i = m_ips[trace.ip].firstFrame; i < end; ++i) {
            trace.stack = m_sink.heap().stack(trace.stack, m_ipFrames[i]);
        }
    }
    m_traces.push_back(trace);
    return isIpGood && isParentGood;
}

/// "size trace"
bool RecordingReader::classRecord(std::string_view fields)
{
    HexFields reader(fields);
    const auto size = reader.next();
    const auto trace = reader.next();
    const bool isGood = size && *size <= kMaxSizeBytes && trace && *trace < m_traces.size();
    const auto traceIndex = isGood ? static_cast<std::uint32_t>(*trace) : 0U;
    m_classTraces.push_back(traceIndex);
    (void)m_sink.heap().allocationClass(m_traces[traceIndex].stack, isGood ? *size : 0);
    if (m_version->file > 0) {
        m_scanClasses = static_cast<std::uint32_t>(m_classTraces.size());
    }
    return isGood;
}

/// The event lines that the scanner left over: near the end of a block, or damaged.
bool RecordingReader::eventRecord(std::uint32_t isFree, std::string_view fields)
{
    if (m_version->file == 0) {
        return pointerEvent(isFree, fields);
    }
    HexFields reader(fields);
    const auto index = reader.next();
    if (!index || !reader.atEnd() || *index >= m_classTraces.size()) {
        return false;
    }
    addEvent(static_cast<std::uint32_t>(*index) << 1U | isFree);
    return true;
}

/// Version 0 names pointers: "+ size trace pointer", "- pointer".
bool RecordingReader::pointerEvent(std::uint32_t isFree, std::string_view fields)
{
    HexFields reader(fields);
    if (isFree != 0) {
        const auto pointer = reader.next();
        if (!pointer) {
            return false;
        }
        const auto known = m_pointerClass.find(*pointer);
        if (known == m_pointerClass.end()) {
            return m_isAttached; // allocated before heaptrack was attached
        }
        addEvent(known->second << 1U | 1U);
        m_pointerClass.erase(known);
        return true;
    }
    const std::string_view key = fields.substr(0, fields.rfind(' '));
    const auto size = reader.next();
    const auto trace = reader.next();
    const auto pointer = reader.next();
    if (!size || !trace || !pointer || *size > kMaxSizeBytes || *trace >= m_traces.size()) {
        return false;
    }
    const auto [it, isNew] = m_classOfKey.try_emplace(std::string(key), static_cast<std::uint32_t>(m_classTraces.size()));
    if (isNew) {
        (void)classRecord(key);
    }
    m_pointerClass[*pointer] = it->second;
    addEvent(it->second << 1U);
    return true;
}

std::vector<NodeId> RecordingReader::suppressedStacks()
{
    std::vector<std::uint8_t> isStringSuppressed(m_strings.size());
    for (std::size_t i = 1; i < m_strings.size(); ++i) {
        isStringSuppressed[i] = m_suppressions.matches(textAt(i)) ? 1 : 0;
    }
    for (std::size_t ip = 1; ip < m_ips.size(); ++ip) {
        for (std::size_t i = m_ipStringEnds[ip - 1]; i < m_ipStringEnds[ip]; ++i) {
            m_ips[ip].isSuppressed = m_ips[ip].isSuppressed || isStringSuppressed[m_ipStrings[i]] != 0;
        }
    }
    std::vector<std::uint8_t> isTraceSuppressed(m_traces.size());
    for (std::size_t i = 1; i < m_traces.size(); ++i) { // parents come first
        const Trace& trace = m_traces[i];
        isTraceSuppressed[i] = m_ips[trace.ip].isSuppressed || isTraceSuppressed[trace.parent] != 0 ? 1 : 0;
    }
    std::vector<NodeId> stacks;
    for (const std::uint32_t trace : m_classTraces) {
        if (isTraceSuppressed[trace] != 0) {
            stacks.push_back(m_traces[trace].stack);
        }
    }
    std::ranges::sort(stacks);
    const auto repeated = std::ranges::unique(stacks);
    stacks.erase(repeated.begin(), repeated.end());
    return stacks;
}

} // namespace heaptoll
