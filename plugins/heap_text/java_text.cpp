// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/java_text.h"

#include <charconv>

namespace heaptoll::heap_text {
namespace {

template<typename Number>
bool takeNumber(std::string_view& text, Number& number)
{
    text = trimmed(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(error == std::errc {} ? static_cast<std::size_t>(end - text.data()) : 0);
    return error == std::errc {};
}

} // namespace

bool JavaText::isStart(std::string_view line)
{
    return trimmed(line) == "--- heapz 1 ---";
}

JavaText::Line JavaText::addLine(std::string_view line)
{
    if (line.starts_with("0x")) {
        return addName(line) ? Line::Read : Line::Broken;
    }
    const std::size_t equals = line.find(" = ");
    if (line.find('@') != std::string_view::npos || equals == std::string_view::npos) {
        return addSample(line) ? Line::Read : Line::Broken;
    }
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(equals + 3);
    const bool isForeign = (name == "format" && value != "java") || (name == "resolution" && value != "bytes");
    return isForeign ? Line::Foreign : Line::Read;
}

bool JavaText::addSample(std::string_view line)
{
    Record record { {}, m_ids.size() };
    if (!takeNumber(line, record.raw.bytes) || !takeNumber(line, record.raw.objects)) {
        return false;
    }
    line = trimmed(line);
    m_records.push_back(record);
    return line.starts_with('@') && takeAddresses(line.substr(1), m_ids);
}

bool JavaText::addName(std::string_view line)
{
    const auto id = takeHex(line);
    const std::string_view name = trimmed(line);
    if (!id || name.empty() || name.size() == line.size()) {
        return false;
    }
    m_names.emplace(*id, name);
    return true;
}

/// "function (file:line)", "function (/path/library.so)", or a word of the virtual machine such as "GC".
NamedFrame JavaText::frameOf(std::uint64_t id)
{
    const auto it = m_names.find(id);
    if (it == m_names.end()) {
        ++m_unnamed;
        return { {}, {}, 0, id, false };
    }
    NamedFrame frame;
    const std::string_view text = it->second;
    const std::size_t open = text.rfind(" (");
    if (open == std::string_view::npos || !text.ends_with(')')) {
        frame.function = text.find("generated stub/JIT") == std::string_view::npos ? text : "STUB";
        return frame;
    }
    const std::string_view place = text.substr(open + 2, text.size() - open - 3);
    frame.function = trimmed(text.substr(0, open));
    const std::size_t colon = place.rfind(':');
    std::string_view number = colon == std::string_view::npos ? std::string_view {} : place.substr(colon + 1);
    std::int64_t line = 0;
    if (takeNumber(number, line) && number.empty()) {
        frame.file = place.substr(0, colon);
        frame.line = line > 0 && line <= UINT32_MAX ? static_cast<std::uint32_t>(line) : 0;
    } else {
        frame.file = place.substr(place.rfind('/') + 1); // npos + 1 is 0: the whole
    }
    return frame;
}

bool JavaText::finish(StackTable& table)
{
    std::vector<StackTable::Location> stack;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        const Counts& raw = m_records[i].raw;
        const auto estimate = unsample(raw, kRateBytes);
        if (!estimate || raw.objects < 1) {
            return false;
        }
        const std::size_t end = i + 1 < m_records.size() ? m_records[i + 1].firstId : m_ids.size();
        stack.clear();
        for (std::size_t at = m_records[i].firstId; at < end; ++at) {
            stack.push_back(table.named(std::to_string(m_ids[at]), [&] { return frameOf(m_ids[at]); }));
        }
        table.addStack(stack);
        table.addRow({ *estimate, raw.bytes / raw.objects });
    }
    return true;
}

} // namespace heaptoll::heap_text
