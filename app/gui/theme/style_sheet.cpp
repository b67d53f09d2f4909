// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/theme/style_sheet.h"

#include "app/gui/theme/theme.h"

#include <utility>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

// @name@ is replaced by a token. One place for the look of every control.
constexpr char kSheet[] = R"(
QMainWindow, QDialog { background: @background@; }
QToolTip { background: @raised@; color: @text@; border: @bw@ solid @outline@; padding: 4px 6px; }
QMenuBar { background: @surface@; border-bottom: @bw@ solid @border@; padding: 0 4px; }
QMenuBar::item { padding: 4px 9px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @selection@; }
QMenu { background: @raised@; border: @bw@ solid @border@; padding: 4px 0; }
QMenu::item { padding: 5px 28px 5px 28px; }
QMenu::item:selected { background: @selection@; color: @text@; }
QMenu::item:disabled { color: @outline@; }
QMenu::separator { height: 1px; background: @border@; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 12px; height: 12px; left: 8px; }
QMenu::indicator:checked { image: url(:/icons/tick-@textTick@.svg); }

QFrame[role="toolbar"] { background: @surface@; border: 0; border-bottom: @bw@ solid @border@; }
QFrame[role="rail"] { background: @surface@; border: 0; border-right: @bw@ solid @border@; }
QFrame[role="lensbar"] { background: @background@; border: 0; border-bottom: @bw@ solid @border@; }
QFrame[role="strip"] { background: @surface@; border: 0; border-top: @bw@ solid @border@;
    border-bottom: @bw@ solid @border@; }
QFrame[role="notice"] { background: @surface@; border: 0; border-bottom: @bw@ solid @border@; }
QFrame[role="statusbar"] { background: @surface@; border: 0; border-top: @bw@ solid @border@; }
QFrame[role="statusbar"] QLabel, QFrame[role="statusbar"] QToolButton { color: @muted@; }
QFrame[role="card"] { background: @raised@; border: @bw@ solid @border@; border-radius: 6px; }
QFrame[role="overlay"] { background: @raised@; border: @bw@ solid @outline@; border-radius: 6px; }
QFrame[role="drop"] { background: @surface@; border: 2px dashed @outline@; border-radius: 6px; }
QFrame[role="line"] { background: @border@; border: 0; }
QLabel[role="muted"] { color: @muted@; }
QLabel[role="section"] { color: @muted@; font-weight: 600; }
QLabel[role="costValue"] { color: @costText@; }
QLabel[role="memoryValue"] { color: @memory@; }
QLabel[role="warning"] { color: @medium@; }
QLabel[role="error"] { color: @high@; }

QPushButton, QToolButton { background: @raised@; color: @text@; border: @bw@ solid @border@; border-radius: 4px;
    padding: 4px 10px; min-height: 18px; }
QPushButton:hover, QToolButton:hover { border-color: @outline@; }
QPushButton:pressed, QToolButton:pressed, QPushButton:checked, QToolButton:checked { background: @selection@; }
QPushButton:disabled, QToolButton:disabled { color: @outline@; background: @surface@; border-style: @disabledLine@; }
QPushButton:focus, QToolButton:focus, QLineEdit:focus, QComboBox:focus, QAbstractItemView:focus, QTextBrowser:focus {
    border: 2px solid @focus@; }
QPushButton:focus, QToolButton:focus { padding: 3px 9px; }
QPushButton[role="primary"] { background: @link@; color: @onLink@; border-color: @link@; font-weight: 600; }
QPushButton[role="primary"]:focus { border: 2px solid @text@; }
QPushButton[role="primary"]:disabled { background: @surface@; color: @outline@; border-color: @border@; }
QToolButton[role="chip"], QPushButton[role="chip"] { border-radius: 10px; padding: 1px 9px; min-height: 17px; }
QToolButton[role="chip"]:focus, QPushButton[role="chip"]:focus { padding: 0 8px; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton[role="flat"], QToolButton[role="flat"] { background: transparent; border-color: transparent; }
QPushButton[role="flat"]:hover, QToolButton[role="flat"]:hover { background: @selection@; }
QPushButton[role="flat"]:focus, QToolButton[role="flat"]:focus { border: 2px solid @focus@; }
QFileDialog QToolButton { padding: 2px; } /* its buttons are as small as their icons */
QToolButton[role="figure"] { background: transparent; border-color: transparent; padding: 2px 0; }
QToolButton[role="figure"]:focus { border: 2px solid @focus@; }
QPushButton[role="link"] { background: transparent; border-color: transparent; color: @link@;
    text-decoration: underline; padding: 1px 2px; text-align: left; }
QPushButton[role="link"]:focus { border: 2px solid @focus@; padding: 0 1px; }
QPushButton[role="locator"] { color: @muted@; text-align: left; padding-left: 10px; }

QCheckBox::indicator { width: 12px; height: 12px; border: @bw@ solid @outline@; border-radius: 3px;
    background: @background@; }
QCheckBox::indicator:checked { background: @link@; border-color: @link@; image: url(:/icons/tick-@linkTick@.svg); }
QCheckBox::indicator:disabled { border-style: @disabledLine@; }
QCheckBox:focus { color: @link@; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QPlainTextEdit, QTextEdit { background: @background@; color: @text@;
    border: @bw@ solid @outline@; border-radius: 4px; padding: 3px 6px; selection-background-color: @selection@;
    selection-color: @text@; }
QComboBox:disabled { color: @outline@; background: @surface@; border-color: @border@; border-style: @disabledLine@; }
QComboBox { padding-right: 20px; }
QComboBox::drop-down { border: 0; width: 20px; }
QComboBox::down-arrow { image: url(:/icons/arrow-down-@arrows@.svg); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: @raised@; border: @bw@ solid @border@; outline: 0; }
QTextBrowser { background: transparent; border: 0; padding: 0; }

QAbstractItemView { background: @background@; alternate-background-color: @background@;
    border: 2px solid @background@; outline: 0; /* as wide as the focus frame, which must not cover the rows */
    selection-background-color: @selection@; selection-color: @text@; }
QTableView, QTreeView { gridline-color: @border@; }
QHeaderView { background: @surface@; border: 0; }
QTableCornerButton::section { background: @surface@; border: 0; }

QSplitter::handle { background: @border@; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 0; }
QScrollBar::handle { background: @outline@; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @border@; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; color: transparent; }
QProgressBar::chunk { background: @link@; border-radius: 3px; }
QDockWidget::title { background: @surface@; padding: 5px 8px; }
)";

QString css(const QColor& color)
{
    return color.name(QColor::HexRgb);
}

} // namespace

QString styleSheet(const Tokens& t)
{
    QString sheet = QString::fromLatin1(kSheet);
    const std::initializer_list<std::pair<QString, QString>> values = {
        { u"@background@"_s, css(t.background) },
        { u"@surface@"_s, css(t.surface) },
        { u"@raised@"_s, css(t.raised) },
        { u"@border@"_s, css(t.border) },
        { u"@outline@"_s, css(t.outline) },
        { u"@text@"_s, css(t.text) },
        { u"@muted@"_s, css(t.muted) },
        { u"@link@"_s, css(t.link) },
        { u"@onLink@"_s, css(labelOn(t.link)) },
        { u"@selection@"_s, css(t.selection) },
        { u"@focus@"_s, css(t.focus) },
        { u"@memory@"_s, css(t.memory) },
        { u"@costText@"_s, css(t.costText) },
        { u"@medium@"_s, css(t.medium) },
        { u"@high@"_s, css(t.high) },
        { u"@linkTick@"_s, labelOn(t.link) == QColor(Qt::white) ? u"white"_s : u"black"_s },
        { u"@textTick@"_s, t.isDark ? u"white"_s : u"black"_s },
        { u"@disabledLine@"_s, t.isContrast ? u"dashed"_s : u"solid"_s }, // where greys do not tell enough
        { u"@arrows@"_s,
            t.isContrast   ? u"contrast"_s
                : t.isDark ? u"dark"_s
                           : u"light"_s },
        { u"@bw@"_s, QString::number(t.borderWidth) + u"px"_s },
    };
    for (const auto& [key, value] : values) {
        sheet.replace(key, value);
    }
    return sheet;
}

} // namespace heaptoll::gui
