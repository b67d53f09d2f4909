// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::cli {

/// How text is laid out on the receiving side.
struct TextStyle {
    std::size_t width = 0; ///< columns of the terminal; 0 = no limit (files and pipes)
    bool colour = false;
};

/// Columns a text takes on a terminal: combining marks 0, East Asian wide characters 2. Control characters count 1.
[[nodiscard]] std::size_t displayWidth(std::string_view text);
/// Text made safe for a terminal: control characters and escape sequences become U+FFFD, so a symbol name cannot act.
[[nodiscard]] std::string printable(std::string_view text);
/// Shortened in the middle to at most width columns: names differ at both ends.
[[nodiscard]] std::string elided(std::string_view text, std::size_t width);

enum class Align : std::uint8_t { Left, Right };
enum class Emphasis : std::uint8_t { None, Strong, Good, Warn, Bad, Muted };
/// Wraps text in the escape codes of an emphasis, or returns it as it is without colour.
[[nodiscard]] std::string emphasised(std::string_view text, Emphasis emphasis, const TextStyle& style);

/// A table of text: columns as wide as their content; where the terminal is narrower, elastic columns give way.
class TextTable {
public:
    struct Column {
        std::string title;
        Align align = Align::Left;
        bool isElastic = false; ///< may be elided, down to kMinElastic columns
    };
    struct Cell {
        std::string text;
        Emphasis emphasis = Emphasis::None;
        Cell(std::string content, Emphasis look = Emphasis::None) // NOLINT(google-explicit-constructor): literal rows
            : text(std::move(content))
            , emphasis(look)
        { }
        Cell(const char* content) // NOLINT(google-explicit-constructor)
            : text(content)
        { }
        Cell(std::string_view content) // NOLINT(google-explicit-constructor)
            : text(content)
        { }
    };
    static constexpr std::size_t kMinElastic = 12;

    explicit TextTable(std::vector<Column> columns);
    /// Shape: one cell per column.
    void addRow(std::vector<Cell> cells);
    /// A line below the last row, indented, across all columns.
    void addNote(std::string_view text, std::size_t indent);
    [[nodiscard]] std::size_t rowCount() const { return m_rowCount; }
    [[nodiscard]] std::string render(const TextStyle& style) const;

private:
    struct Line {
        std::vector<Cell> cells; ///< empty = note
        std::string note;
        std::size_t indent = 0;
    };
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t limit) const;
    std::vector<Column> m_columns;
    std::vector<Line> m_lines;
    std::size_t m_rowCount = 0;
};

} // namespace heaptoll::cli
