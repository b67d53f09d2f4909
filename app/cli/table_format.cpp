// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table_format.h"

#include "core/export/utf8.h"

#include <algorithm>
#include <array>

namespace heaptoll::cli {
namespace {

constexpr std::size_t kGap = 2; // columns between two columns
constexpr std::string_view kEllipsis = "…";

struct CodeRange {
    char32_t first;
    char32_t last;
};
/// Blocks of combining marks and joiners that take no column of their own. Source: Unicode 15, categories Mn and Cf.
constexpr std::array<CodeRange, 8> kZeroWidth { CodeRange { 0x0300, 0x036F }, CodeRange { 0x0483, 0x0489 },
    CodeRange { 0x0591, 0x05BD }, CodeRange { 0x0610, 0x061A }, CodeRange { 0x064B, 0x065F },
    CodeRange { 0x200B, 0x200F }, CodeRange { 0x20D0, 0x20FF }, CodeRange { 0xFE00, 0xFE0F } };
/// Blocks that take two columns. Source: Unicode 15 EastAsianWidth.txt, W and F.
constexpr std::array<CodeRange, 10> kWide { CodeRange { 0x1100, 0x115F }, CodeRange { 0x2E80, 0x303E },
    CodeRange { 0x3041, 0x33FF }, CodeRange { 0x3400, 0x4DBF }, CodeRange { 0x4E00, 0x9FFF },
    CodeRange { 0xA000, 0xA4CF }, CodeRange { 0xAC00, 0xD7A3 }, CodeRange { 0xF900, 0xFAFF },
    CodeRange { 0xFF00, 0xFF60 }, CodeRange { 0x1F300, 0x1FAFF } };

template<std::size_t N>
bool isIn(const std::array<CodeRange, N>& ranges, char32_t value)
{
    return std::ranges::any_of(ranges, [value](CodeRange r) { return r.first <= value && value <= r.last; });
}

std::size_t columnsOf(char32_t value)
{
    if (value < 0x300) {
        return 1;
    }
    if (isIn(kZeroWidth, value)) {
        return 0;
    }
    const bool isCjkPlane = value >= 0x20000 && value <= 0x3FFFD;
    return isCjkPlane || isIn(kWide, value) ? 2 : 1;
}

/// Bytes of the longest start of text that fits width columns.
std::size_t bytesFitting(std::string_view text, std::size_t width)
{
    std::size_t bytes = 0;
    std::size_t used = 0;
    while (bytes < text.size()) {
        const CodePoint point = decodeUtf8(text.substr(bytes));
        used += columnsOf(point.value);
        if (used > width) {
            break;
        }
        bytes += point.bytes;
    }
    return bytes;
}

std::string_view codeOf(Emphasis emphasis)
{
    switch (emphasis) {
    case Emphasis::None: return {};
    case Emphasis::Strong: return "\033[1m";
    case Emphasis::Good: return "\033[32m";
    case Emphasis::Warn: return "\033[33m";
    case Emphasis::Bad: return "\033[31m";
    case Emphasis::Muted: return "\033[2m";
    }
    return {};
}

} // namespace

std::size_t displayWidth(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        width += columnsOf(point.value);
        text.remove_prefix(point.bytes);
    }
    return width;
}

std::string printable(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        const bool isControl = point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0);
        const bool isBidi = point.value >= 0x202A && point.value <= 0x202E;
        if (point.isValid && !isControl && !isBidi) {
            out += text.substr(0, point.bytes);
        } else {
            out += "\uFFFD";
        }
        text.remove_prefix(point.bytes);
    }
    return out;
}

std::string elided(std::string_view text, std::size_t width)
{
    const std::size_t whole = displayWidth(text);
    if (whole <= width || width == 0) {
        return std::string(text);
    }
    const std::size_t head = (width - 1) / 2;
    const std::size_t tail = width - 1 - head;
    std::string out(text.substr(0, bytesFitting(text, head)));
    out += kEllipsis;
    const std::size_t skipped = bytesFitting(text, whole - tail);
    std::string_view rest = text.substr(skipped);
    if (displayWidth(rest) > tail) { // a wide character straddles the cut
        rest.remove_prefix(decodeUtf8(rest).bytes);
    }
    out += rest;
    return out;
}

std::string emphasised(std::string_view text, Emphasis emphasis, const TextStyle& style)
{
    if (!style.colour || emphasis == Emphasis::None) {
        return std::string(text);
    }
    return std::string(codeOf(emphasis)) + std::string(text) + "\033[0m";
}

TextTable::TextTable(std::vector<Column> columns)
    : m_columns(std::move(columns))
{ }

void TextTable::addRow(std::vector<Cell> cells)
{
    for (Cell& cell : cells) {
        cell.text = printable(cell.text);
    }
    cells.resize(m_columns.size(), Cell(""));
    m_lines.push_back({ std::move(cells), {}, 0 });
    ++m_rowCount;
}

void TextTable::addNote(std::string_view text, std::size_t indent)
{
    m_lines.push_back({ {}, printable(text), indent });
}

std::vector<std::size_t> TextTable::widths(std::size_t limit) const
{
    std::vector<std::size_t> widths;
    for (const Column& column : m_columns) {
        widths.push_back(displayWidth(column.title));
    }
    for (const Line& line : m_lines) {
        for (std::size_t i = 0; i < line.cells.size(); ++i) {
            widths[i] = std::max(widths[i], displayWidth(line.cells[i].text));
        }
    }
    std::size_t total = kGap * (widths.size() - 1);
    for (const std::size_t width : widths) {
        total += width;
    }
    while (limit > 0 && total > limit) {
        std::size_t widest = widths.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const bool canShrink = m_columns[i].isElastic && widths[i] > kMinElastic;
            if (canShrink && (widest == widths.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == widths.size()) {
            break;
        }
        --widths[widest];
        --total;
    }
    return widths;
}

std::string TextTable::render(const TextStyle& style) const
{
    const std::vector<std::size_t> columnWidths = widths(style.width);
    std::string out;
    const auto appendCell = [&](std::size_t i, const std::string& content, Emphasis emphasis) {
        const std::string text = elided(content, columnWidths[i]);
        const std::size_t padding = columnWidths[i] - std::min(columnWidths[i], displayWidth(text));
        const bool isLast = i + 1 == columnWidths.size();
        if (m_columns[i].align == Align::Right) {
            out.append(padding, ' ');
        }
        out += emphasised(text, emphasis, style);
        if (m_columns[i].align == Align::Left && !isLast) {
            out.append(padding, ' ');
        }
        out.append(isLast ? 0 : kGap, ' ');
    };
    const auto endLine = [&out] {
        while (!out.empty() && out.back() == ' ') {
            out.pop_back();
        }
        out += '\n';
    };
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        appendCell(i, m_columns[i].title, Emphasis::Strong);
    }
    endLine();
    for (const Line& line : m_lines) {
        for (std::size_t i = 0; i < line.cells.size(); ++i) {
            appendCell(i, line.cells[i].text, line.cells[i].emphasis);
        }
        if (line.cells.empty()) {
            const std::size_t room = style.width > line.indent + kMinElastic ? style.width - line.indent : 0;
            out.append(line.indent, ' ');
            out += emphasised(elided(line.note, room), Emphasis::Muted, style);
        }
        endLine();
    }
    return out;
}

} // namespace heaptoll::cli
