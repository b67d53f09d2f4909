// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme/theme.h"

#include "app/gui/theme/style_sheet.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPalette>
#include <QStyle>
#include <QStyleFactory>

#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QColor rgb(unsigned value)
{
    return QColor::fromRgb(value);
}

template<std::size_t n>
std::array<QColor, n> rgbs(const std::array<unsigned, n>& values)
{
    std::array<QColor, n> colors;
    for (std::size_t i = 0; i < n; ++i) {
        colors.at(i) = rgb(values.at(i));
    }
    return colors;
}

Tokens makeLight()
{
    Tokens t;
    t.background = rgb(0xFFFFFF);
    t.surface = rgb(0xF5F6F8);
    t.raised = rgb(0xFFFFFF);
    t.border = rgb(0xD5D9DF);
    t.outline = rgb(0x7C8794);
    t.text = rgb(0x1A1E24);
    t.muted = rgb(0x5A6472);
    t.link = rgb(0x0B62A8);
    t.selection = rgb(0xD6E8F8);
    t.focus = rgb(0x0B62A8);
    t.memory = rgb(0x0B62A8);
    t.cost = rgb(0xC4510A);
    t.costText = rgb(0xA8430A);
    t.limit = rgb(0x6B5B95);
    t.high = rgb(0xB2182B);
    t.medium = rgb(0x8A5200);
    t.ok = rgb(0x1B6B3A);
    t.categories = rgbs<8>({ 0x0B62A8, 0xC4510A, 0x005420, 0xAD6EF5, 0x3794B0, 0xC68915, 0x983660, 0x30343D });
    t.flame = rgbs<6>({ 0xBFD9F0, 0xF7D0B0, 0xBFE3CF, 0xDCCBF0, 0xF3E2A6, 0xF2C6D6 });
    t.flameRuntime = rgb(0xDDE1E6);
    t.diff = rgbs<9>({ 0xB2182B, 0xD6604D, 0xF4A582, 0xFDDBC7, 0xE6E8EB, 0xD1E5F0, 0x92C5DE, 0x4393C3, 0x2166AC });
    return t;
}

Tokens makeDark()
{
    Tokens t;
    t.isDark = true;
    t.background = rgb(0x14181D);
    t.surface = rgb(0x1C2229);
    t.raised = rgb(0x252C35);
    t.border = rgb(0x3A434F);
    t.outline = rgb(0x7A8694);
    t.text = rgb(0xE6EAF0);
    t.muted = rgb(0xA3AEBB);
    t.link = rgb(0x7CC4F8);
    t.selection = rgb(0x1E4468);
    t.focus = rgb(0x7CC4F8);
    t.memory = rgb(0x5AA9F0);
    t.cost = rgb(0xF08A3C);
    t.costText = rgb(0xF5A05A);
    t.limit = rgb(0xB9A6E8);
    t.high = rgb(0xFF7A66);
    t.medium = rgb(0xF0B429);
    t.ok = rgb(0x7BD88F);
    t.categories = rgbs<8>({ 0x5AA9F0, 0xF08A3C, 0xB8F5C4, 0x7A51BC, 0x5AD9F1, 0xFBE331, 0x9B4F5D, 0x878F99 });
    t.flame = rgbs<6>({ 0x2E5F8F, 0x8A4B1E, 0x23664A, 0x5B3F8C, 0x6E5A12, 0x7D3551 });
    t.flameRuntime = rgb(0x3A434F);
    t.diff = rgbs<9>({ 0xFF7A66, 0xC9503F, 0x8F3B33, 0x5A2A27, 0x39414B, 0x24455F, 0x2F6B97, 0x3F93CC, 0x7CC4F8 });
    return t;
}

Tokens makeContrast()
{
    Tokens t = makeDark();
    t.isContrast = true;
    t.background = rgb(0x000000);
    t.surface = rgb(0x000000);
    t.raised = rgb(0x000000);
    t.border = rgb(0xFFFFFF);
    t.outline = rgb(0xFFFFFF);
    t.text = rgb(0xFFFFFF);
    t.muted = rgb(0xFFFFFF);
    t.link = rgb(0xFFFF00);
    t.selection = rgb(0x00408A);
    t.focus = rgb(0xFFFF00);
    t.borderWidth = 2;
    return t;
}

struct Active {
    ThemeChoice choice = ThemeChoice::Light;
    QFont systemFont;
    std::optional<bool> systemIsDark; ///< asked before the first palette of ours
    std::optional<bool> desktopIsDark; ///< what the desktop says, if it does
};

Active& active()
{
    static Active state;
    return state;
}

double luminance(const QColor& color)
{
    const auto linear = [](double channel) {
        constexpr double kKnee = 0.04045;
        return channel <= kKnee ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) + 0.0722 * linear(color.blueF());
}

QPalette makePalette(const Tokens& t)
{
    QPalette palette;
    palette.setColor(QPalette::Window, t.background);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.background);
    palette.setColor(QPalette::AlternateBase, t.surface);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.muted);
    palette.setColor(QPalette::Button, t.raised);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.high);
    palette.setColor(QPalette::ToolTipBase, t.raised);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Highlight, t.selection);
    palette.setColor(QPalette::HighlightedText, t.text);
    palette.setColor(QPalette::Link, t.link);
    palette.setColor(QPalette::LinkVisited, t.link);
    palette.setColor(QPalette::Light, t.raised);
    palette.setColor(QPalette::Midlight, t.surface);
    palette.setColor(QPalette::Mid, t.border);
    palette.setColor(QPalette::Dark, t.outline);
    palette.setColor(QPalette::Shadow, t.border);
    for (const QPalette::ColorRole role : { QPalette::WindowText, QPalette::Text, QPalette::ButtonText }) {
        palette.setColor(QPalette::Disabled, role, t.outline);
    }
    return palette;
}

/// Generic families ("Sans Serif") resolve to something; DejaVu is wide, so its text is one step smaller.
int baseSize()
{
    constexpr int kBody = 13;
    const QFont& system = active().systemFont;
    const double points = system.pointSizeF() > 0 ? system.pointSizeF() : 9;
    constexpr double kUsualPoints = 10.5; // larger than usual means: the user wants larger text
    const double scale = std::max(1.0, points / kUsualPoints);
    const bool isWide = QFontInfo(system).family().startsWith("DejaVu Sans"_L1);
    return static_cast<int>(std::lround((isWide ? kBody - 1 : kBody) * scale));
}

} // namespace

QString themeKey(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::Auto: return u"auto"_s;
    case ThemeChoice::Light: return u"light"_s;
    case ThemeChoice::Dark: return u"dark"_s;
    case ThemeChoice::Contrast: return u"contrast"_s;
    }
    return {};
}

std::optional<ThemeChoice> parseThemeChoice(const QString& key)
{
    for (const ThemeChoice choice :
        { ThemeChoice::Auto, ThemeChoice::Light, ThemeChoice::Dark, ThemeChoice::Contrast }) {
        if (key == themeKey(choice)) {
            return choice;
        }
    }
    return std::nullopt;
}

const Tokens& tokensOf(ThemeChoice choice)
{
    static const Tokens light = makeLight();
    static const Tokens dark = makeDark();
    static const Tokens contrast = makeContrast();
    switch (choice) {
    case ThemeChoice::Auto:
        return active().desktopIsDark.value_or(active().systemIsDark.value_or(false)) ? dark : light;
    case ThemeChoice::Light: return light;
    case ThemeChoice::Dark: return dark;
    case ThemeChoice::Contrast: return contrast;
    }
    return light;
}

const Tokens& tokens()
{
    return tokensOf(active().choice);
}

void setDesktopIsDark(std::optional<bool> isDark)
{
    active().desktopIsDark = isDark;
}

ThemeChoice activeTheme()
{
    return active().choice;
}

void applyTheme(ThemeChoice choice)
{
    Active& state = active();
    if (!state.systemIsDark) {
        // Before our palette hides it: the platform theme's own lightness. Qt 6.4 has no color scheme hint.
        state.systemIsDark = QApplication::palette().color(QPalette::Window).lightnessF() < 0.5;
        state.systemFont = QApplication::font();
        QApplication::setStyle(QStyleFactory::create(u"Fusion"_s));
    }
    state.choice = choice;
    QApplication::setPalette(makePalette(tokens()));
    QApplication::setFont(textFont(TextSize::Body));
    qApp->setStyleSheet(styleSheet(tokens()));
}

QFont textFont(TextSize size, bool isBold)
{
    QFont font = active().systemFont;
    constexpr std::array<int, 5> kSteps { -2, -1, 0, 4, 8 };
    font.setPixelSize(baseSize() + kSteps.at(static_cast<std::size_t>(size)));
    font.setWeight(isBold ? QFont::DemiBold : QFont::Normal);
    return font;
}

QFont monoFont(TextSize size)
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(textFont(size).pixelSize());
    return font;
}

int spacing(int steps)
{
    return 4 * steps;
}

double contrastRatio(const QColor& a, const QColor& b)
{
    const double first = luminance(a) + 0.05;
    const double second = luminance(b) + 0.05;
    return std::max(first, second) / std::min(first, second);
}

QColor lineColor(std::size_t index)
{
    constexpr std::array<std::size_t, 6> kOrder { 0, 3, 2, 4, 6, 7 };
    return tokens().categories.at(kOrder.at(index % kOrder.size()));
}

QColor labelOn(const QColor& fill)
{
    const QColor dark(0x11, 0x11, 0x11);
    const QColor light(Qt::white);
    return contrastRatio(fill, dark) >= contrastRatio(fill, light) ? dark : light;
}

} // namespace heaptoll::gui
