// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QString>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

namespace heaptoll::gui {

/// What the user chose; Auto follows the desktop.
enum class ThemeChoice : std::uint8_t { Auto, Light, Dark, Contrast };
[[nodiscard]] QString themeKey(ThemeChoice choice); ///< "auto", ...
[[nodiscard]] std::optional<ThemeChoice> parseThemeChoice(const QString& key);

/// Every colour of the product, once. Contrast: text pairs >= 4.5:1, memory and cost apart for all kinds of colour vision.
struct Tokens {
    bool isDark = false;
    bool isContrast = false;
    QColor background;
    QColor surface;
    QColor raised;
    QColor border;
    QColor outline; ///< of controls, >= 3:1
    QColor text;
    QColor muted;
    QColor link;
    QColor selection;
    QColor focus;
    QColor memory; ///< always a line on the left axis
    QColor cost; ///< always bars on the right axis
    QColor costText;
    QColor limit; ///< requests and limits, dashed
    QColor high;
    QColor medium;
    QColor ok;
    std::array<QColor, 8> categories;
    std::array<QColor, 6> flame;
    QColor flameRuntime;
    std::array<QColor, 9> diff; ///< grew .. same .. shrank
    int borderWidth = 1;
};

/// A colour of whatever theme is on when it is painted, e.g. &Tokens::high; empty = none of its own. For what is made once
/// and painted under several themes: rows of tables, bands of charts.
using TokenColor = std::function<QColor(const Tokens&)>;

/// The tokens of the active theme. Widgets that paint read them in paintEvent and repaint on PaletteChange.
[[nodiscard]] const Tokens& tokens();
[[nodiscard]] const Tokens& tokensOf(ThemeChoice choice); ///< Auto gives what the desktop asks for

/// Sets style, palette, fonts and style sheet of the whole application; can be called again at any time.
void applyTheme(ThemeChoice choice);
[[nodiscard]] ThemeChoice activeTheme();
/// What Auto means from now on; absent = the lightness of the palette that the program was started with. Takes effect with
/// the next applyTheme().
void setDesktopIsDark(std::optional<bool> isDark);

/// Sizes of text in the design's steps, in pixels at 96 dpi, scaled with the user's font.
enum class TextSize : std::uint8_t { Small, Note, Body, Title, Headline };
[[nodiscard]] QFont textFont(TextSize size, bool isBold = false);
[[nodiscard]] QFont monoFont(TextSize size = TextSize::Note);
[[nodiscard]] int spacing(int steps); ///< steps of 4 px

/// Colour of the i-th of several memory lines: the categories without the hue that means cost.
[[nodiscard]] QColor lineColor(std::size_t index);
/// Black or white, whichever reads better on a fill.
[[nodiscard]] QColor labelOn(const QColor& fill);
/// WCAG contrast of two opaque colours, 1 to 21.
[[nodiscard]] double contrastRatio(const QColor& a, const QColor& b);

} // namespace heaptoll::gui
