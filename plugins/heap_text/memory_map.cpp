// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/memory_map.h"

#include "plugins/heap_text/heap_text_lines.h"

#include <algorithm>

namespace heaptoll::heap_text {
namespace {

constexpr std::string_view kDeleted = " (deleted)";
constexpr std::size_t kMaxAttributes = 64; // names of folders, a handful in practice
constexpr std::size_t kMaxAttributeBytes = 4096; // as long as a path

std::string_view takeWord(std::string_view& text)
{
    text = trimmed(text);
    const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

/// "r-xp": as the kernel writes it.
bool isPermissions(std::string_view word)
{
    return word.size() >= 3 && word.find_first_not_of("-rwxps") == std::string_view::npos;
}

bool isHex(std::string_view word)
{
    return takeHex(word) && word.empty();
}

/// "fe:01"
bool isDevice(std::string_view word)
{
    const std::size_t colon = word.find(':');
    return colon != std::string_view::npos && isHex(word.substr(0, colon)) && isHex(word.substr(colon + 1));
}

bool isDecimal(std::string_view word)
{
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "00001000 fe:00 5341194   /path with spaces (deleted)". false = the line goes on in another way.
bool takeKernelForm(std::string_view rest, Mapping& mapping)
{
    std::string_view offset = takeWord(rest);
    if (!isHex(offset) || !isDevice(takeWord(rest)) || !isDecimal(takeWord(rest))) {
        return false;
    }
    mapping.fileOffset = takeHex(offset).value_or(0);
    mapping.file = trimmed(rest);
    return true;
}

/// "/path/to/binary (@ff00) build id", the offset and the id optional.
void takeBriefForm(std::string_view rest, Mapping& mapping)
{
    mapping.file = takeWord(rest);
    std::string_view offset = takeWord(rest);
    if (offset.starts_with("(@") && offset.ends_with(')')) {
        offset = offset.substr(2, offset.size() - 3);
        mapping.fileOffset = isHex(offset) ? takeHex(offset).value_or(0) : 0;
    }
}

/// What a logging library puts before a line: "I0101 00:00:00.0 1 a.cc:12] text" -> "text".
std::string_view withoutLogPrefix(std::string_view line)
{
    const std::size_t end = line.find("] ");
    if (end == std::string_view::npos || line.find('[') < end) {
        return line;
    }
    const std::string_view prefix = line.substr(0, end);
    const std::size_t colon = prefix.rfind(':');
    return colon != std::string_view::npos && isDecimal(prefix.substr(colon + 1)) ? line.substr(end + 2) : line;
}

/// "start-end", "0xstart-0xend:". Errors: nullopt.
std::optional<Mapping> takeRange(std::string_view& line)
{
    Mapping mapping;
    const auto start = takeHex(line);
    if (!start || !line.starts_with('-')) {
        return std::nullopt;
    }
    line.remove_prefix(1);
    const auto end = takeHex(line);
    if (!end || *end < *start) {
        return std::nullopt;
    }
    line.remove_prefix(line.starts_with(':') ? 1 : 0);
    if (!line.empty() && line.front() != ' ' && line.front() != '\t') {
        return std::nullopt;
    }
    mapping.start = *start;
    mapping.end = *end;
    return mapping;
}

/// "libc.so.6", "libm-2.31.so"
bool isSharedLibrary(std::string_view file)
{
    const std::size_t so = file.rfind(".so");
    if (so == std::string_view::npos) {
        return false;
    }
    const std::string_view rest = file.substr(so + 3);
    return rest.empty() || ((rest.front() == '.' || rest.front() == '_') && isDecimal(rest.substr(1, 1)));
}

} // namespace

bool MemoryMap::isStart(std::string_view line)
{
    return line == "MAPPED_LIBRARIES:" || line == "--- Memory map: ---" || line == "--- Memory map:";
}

std::string MemoryMap::expanded(std::string_view line) const
{
    std::string text(line);
    for (const auto& [name, value] : m_attributes) {
        const std::size_t at = text.find(name);
        if (at != std::string::npos) {
            text.replace(at, name.size(), value);
        }
    }
    return text;
}

bool MemoryMap::addLine(std::string_view line)
{
    const std::string text = expanded(trimmed(withoutLogPrefix(line)));
    std::string_view rest = text;
    std::optional<Mapping> mapping = takeRange(rest);
    if (!mapping) {
        const std::size_t equals = text.find('=');
        if (equals == 0 || equals == std::string::npos || m_attributes.size() >= kMaxAttributes
            || text.size() > kMaxAttributeBytes) {
            return false;
        }
        m_attributes.emplace_back('$' + std::string(trimmed(std::string_view(text).substr(0, equals))),
            std::string(trimmed(std::string_view(text).substr(equals + 1))));
        return true;
    }
    std::string_view afterPermissions = rest;
    const std::string_view permissions = takeWord(afterPermissions);
    const bool hasPermissions = isPermissions(permissions);
    if (hasPermissions) {
        rest = afterPermissions;
    }
    if (!takeKernelForm(rest, *mapping)) {
        takeBriefForm(rest, *mapping);
    }
    if (mapping->file.ends_with(kDeleted)) {
        mapping->file.resize(mapping->file.size() - kDeleted.size());
    }
    if (!hasPermissions || permissions.find('x') != std::string_view::npos) {
        m_mappings.push_back(std::move(*mapping));
    }
    return true;
}

void MemoryMap::finish()
{
    std::ranges::stable_sort(m_mappings, {}, &Mapping::start);
}

const Mapping* MemoryMap::find(std::uint64_t address) const
{
    const auto after = std::ranges::upper_bound(m_mappings, address, {}, &Mapping::start);
    if (after == m_mappings.begin()) {
        return nullptr;
    }
    const Mapping& mapping = *(after - 1);
    return address < mapping.end ? &mapping : nullptr;
}

std::string MemoryMap::mainBinary() const
{
    const auto it = std::ranges::find_if(m_mappings, [](const Mapping& mapping) {
        return !mapping.file.empty() && mapping.file.front() != '[' && !isSharedLibrary(mapping.file);
    });
    return it == m_mappings.end() ? std::string() : it->file;
}

} // namespace heaptoll::heap_text
