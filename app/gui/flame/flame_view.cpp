// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flame/flame_view.h"

#include "app/gui/widget/clipboard.h"
#include "core/base/text_format.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace heaptoll::gui {
namespace {

using namespace Qt::StringLiterals;

constexpr double kDimmed = 0.35;
constexpr double kGap = 1.0;

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QColor readableOn(const QColor& fill)
{
    return fill.lightnessF() > 0.5 ? QColor(0x11, 0x11, 0x11) : QColor(Qt::white);
}

} // namespace

FlameView::FlameView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setObjectName(u"flameView"_s);
    setAccessibleName(tr("Flame graph"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    setMinimumHeight(80);
}

FlameView::~FlameView() = default;

const FlameCategories& FlameView::categories() const
{
    static const FlameCategories kNone;
    return m_tree ? m_tree->categories : kNone;
}

void FlameView::setTree(
    std::shared_ptr<const FlameTree> tree, ValueText valueText, const QString& metricName, ValueText moreText)
{
    QStringList zoomPath; // the user goes on looking at it in the new tree
    if (m_tree && m_layout.zoomNode != 0) {
        for (const std::uint32_t node : pathTo(m_tree->calls, m_layout.zoomNode)) {
            zoomPath << nodeName(node);
        }
    }
    m_tree = std::move(tree);
    m_valueText = std::move(valueText);
    m_moreText = std::move(moreText);
    m_metricName = metricName;
    m_selected = 0;
    m_layout.zoomNode = m_tree ? placeOf(*m_tree, zoomPath) : 0;
    if (m_tree && m_tree->search == m_search) {
        m_matches = m_tree->matches;
        Q_EMIT searchChanged(searchSummary());
    } else {
        setSearch(QString(m_search)); // typed while the tree was made
    }
    relayout();
}

void FlameView::setColors(const FlameColors& colors)
{
    m_colors = colors;
    viewport()->update();
}

void FlameView::setDimmed(bool isDimmed)
{
    m_isDimmed = isDimmed;
    viewport()->update();
}

void FlameView::setSearch(const QString& search)
{
    m_search = search;
    m_matches = {};
    if (m_tree) {
        m_matches = matchesOf(m_tree->calls, search);
    }
    viewport()->update();
    Q_EMIT searchChanged(searchSummary());
}

QString FlameView::searchSummary() const
{
    if (m_search.isEmpty() || !m_tree) {
        return {};
    }
    if (m_matches.nodes.empty()) {
        return tr("matches 0 of %n frame(s)", nullptr, static_cast<int>(m_tree->calls.nodes.size()));
    }
    const std::int64_t all = m_tree->calls.nodes.front().total;
    const double share = all == 0 ? 0 : static_cast<double>(m_matches.total) / static_cast<double>(all);
    return tr("%n hit(s) = %1 of %2 (%3)", nullptr, static_cast<int>(m_matches.nodes.size()))
        .arg(m_valueText(m_matches.total), m_valueText(all), text(formatPercent(share)));
}

void FlameView::selectNextMatch(int step)
{
    if (m_matches.nodes.empty()) {
        return;
    }
    const auto& nodes = m_matches.nodes;
    const auto it = std::ranges::lower_bound(nodes, m_selected);
    const auto count = static_cast<qsizetype>(nodes.size());
    qsizetype at = it - nodes.begin();
    if (step > 0 && it != nodes.end() && *it == m_selected) {
        ++at;
    } else if (step < 0) {
        --at;
    }
    reveal(nodes[static_cast<std::size_t>((at % count + count) % count)]);
}

void FlameView::reveal(std::uint32_t node)
{
    if (!m_layout.boxOf(node)) {
        zoomTo(m_tree->calls.nodes[node].parent);
    }
    select(node);
    ensureVisible(node);
}

void FlameView::zoomTo(std::uint32_t node)
{
    if (!m_tree || node >= m_tree->calls.nodes.size()) {
        return;
    }
    m_layout.zoomNode = node;
    relayout();
    Q_EMIT zoomed(node);
}

void FlameView::zoomOut()
{
    if (m_tree && m_layout.zoomNode != 0) {
        zoomTo(m_tree->calls.nodes[m_layout.zoomNode].parent);
    }
}

void FlameView::resetZoom()
{
    zoomTo(0);
}

void FlameView::select(std::uint32_t node)
{
    if (!m_tree || node >= m_tree->calls.nodes.size()) {
        return;
    }
    m_selected = node;
    viewport()->update();
    if (const auto box = m_layout.boxOf(node)) {
        QAccessibleEvent focus(this, QAccessible::Focus);
        focus.setChild(static_cast<int>(*box));
        QAccessible::updateAccessibility(&focus);
    }
    Q_EMIT selected(node);
}

QString FlameView::nodeName(std::uint32_t node) const
{
    return frameName(m_tree->calls, node);
}

QString FlameView::boxText(const FlameBox& box) const
{
    if (box.mergedCount > 0) {
        return tr("%n small frame(s), press Enter to open", nullptr, static_cast<int>(box.mergedCount));
    }
    const CallTree::Node& node = m_tree->calls.nodes[box.node];
    const CallTree::LabelInfo& label = m_tree->calls.labels[node.label];
    const auto all = static_cast<double>(m_tree->calls.nodes.front().total);
    QString line = nodeName(box.node);
    if (!label.site.file.empty()) {
        line += u"\n"_s + text(label.site.file);
        line += label.site.line > 0 ? QString(u':' + QString::number(label.site.line)) : QString();
    }
    line += u"\n"_s + tr("%1: total %2, self %3").arg(m_metricName, m_valueText(node.total), m_valueText(node.self));
    if (const QString more = m_moreText ? m_moreText(node.total) : QString(); !more.isEmpty()) {
        line += u"\n"_s + more;
    }
    if (all != 0) {
        line += u"\n"_s + tr("%1 of all").arg(text(formatPercent(static_cast<double>(node.total) / all)));
        const auto parent = static_cast<double>(m_tree->calls.nodes[node.parent].total);
        if (node.parent != 0 && parent != 0) {
            line += u", "_s + tr("%1 of its caller").arg(text(formatPercent(static_cast<double>(node.total) / parent)));
        }
    }
    return line;
}

int FlameView::rowHeight() const
{
    return fontMetrics().height() + 6;
}

QRectF FlameView::boxRect(const FlameBox& box) const
{
    const double height = rowHeight();
    return { box.x0, box.depth * height - verticalScrollBar()->value(), box.x1 - box.x0, height };
}

void FlameView::relayout()
{
    const std::uint32_t zoom = m_layout.zoomNode;
    m_layout = m_tree ? layoutFlame(m_tree->calls, m_tree->index, zoom, viewport()->width()) : FlameLayout {};
    const int height = static_cast<int>(m_layout.rowCount()) * rowHeight();
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setRange(0, std::max(0, height - viewport()->height()));
    viewport()->update();
}

void FlameView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    relayout();
}

bool FlameView::event(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        relayout();
    }
    return QAbstractScrollArea::event(event);
}

std::optional<std::size_t> FlameView::boxUnder(const QPointF& position) const
{
    const double y = position.y() + verticalScrollBar()->value();
    if (y < 0) {
        return std::nullopt;
    }
    return m_layout.boxAt(position.x(), static_cast<std::uint32_t>(y / rowHeight()));
}

QString FlameView::boxLabel(const FlameBox& box, int width) const
{
    if (box.mergedCount > 0) {
        return fontMetrics().elidedText(
            tr("%n small frame(s)", nullptr, static_cast<int>(box.mergedCount)), Qt::ElideRight, width);
    }
    // The value at the right edge, where there is room for the whole name as well.
    QString name = nodeName(box.node);
    QString both = name + u"  "_s + m_valueText(m_tree->calls.nodes[box.node].total);
    if (fontMetrics().horizontalAdvance(both) <= width) {
        return both;
    }
    // The last part of a qualified name is what tells frames apart.
    const QString label = fontMetrics().elidedText(name, Qt::ElideLeft, width);
    constexpr qsizetype kReadable = 5; // "…es" tells nothing
    return label.size() < std::min(kReadable, name.size()) ? QString() : label;
}

void FlameView::paintBox(QPainter& painter, const FlameBox& box) const
{
    const QRectF rect = boxRect(box).adjusted(0, 0, -kGap, -kGap);
    const bool searching = !m_search.isEmpty();
    const bool isHit =
        searching && box.mergedCount == 0 && m_matches.isMatch.size() > box.node && m_matches.isMatch[box.node] != 0;
    painter.setOpacity(m_isDimmed || (searching && !isHit) ? kDimmed : 1.0);
    const std::uint8_t slot = m_tree->categories.slotOfLabel[m_tree->calls.nodes[box.node].label];
    const bool isGrey = box.mergedCount > 0 || box.node == 0 || slot == FlameCategories::kRuntime;
    const QColor fill = isGrey ? m_colors.runtime : m_colors.packages[slot];
    painter.fillRect(rect, fill);
    if (box.mergedCount > 0) {
        painter.fillRect(rect, QBrush(m_colors.mutedText, Qt::BDiagPattern));
    }
    const int width = static_cast<int>(rect.width()) - 8;
    if (width > 12) {
        painter.setPen(readableOn(fill));
        painter.drawText(
            rect.adjusted(4, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, boxLabel(box, width));
    }
    painter.setOpacity(1.0);
    if (isHit) {
        painter.setPen(QPen(m_colors.matched, 1));
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    if (box.mergedCount == 0 && box.node == m_selected && m_selected != 0) {
        painter.setPen(QPen(m_colors.selection, hasFocus() ? 2 : 1));
        painter.drawRect(rect.adjusted(1, 1, -1, -1));
    }
}

void FlameView::paintEvent(QPaintEvent* event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_colors.background);
    if (!m_tree) {
        return;
    }
    const double height = rowHeight();
    const auto first =
        static_cast<std::uint32_t>(std::max(0.0, (event->rect().top() + verticalScrollBar()->value()) / height));
    const auto last =
        static_cast<std::uint32_t>(std::max(0.0, (event->rect().bottom() + verticalScrollBar()->value()) / height));
    for (std::uint32_t row = first; row <= last && row < m_layout.rowCount(); ++row) {
        for (std::uint32_t i = m_layout.rowStart[row]; i < m_layout.rowStart[row + 1]; ++i) {
            paintBox(painter, m_layout.boxes[i]);
        }
    }
    if (hasFocus()) {
        painter.setPen(QPen(m_colors.selection, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

void FlameView::openBlock(const FlameBox& box)
{
    zoomTo(m_tree->calls.nodes[box.node].parent == m_layout.zoomNode ? box.node : m_tree->calls.nodes[box.node].parent);
}

void FlameView::mousePressEvent(QMouseEvent* event)
{
    const auto box = boxUnder(event->position());
    if (box && event->button() == Qt::LeftButton && m_layout.boxes[*box].mergedCount == 0) {
        select(m_layout.boxes[*box].node);
    }
}

void FlameView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const auto index = boxUnder(event->position())) {
        const FlameBox box = m_layout.boxes[*index];
        if (box.mergedCount > 0) {
            openBlock(box);
        } else {
            zoomTo(box.node);
        }
    }
}

void FlameView::mouseMoveEvent(QMouseEvent* event)
{
    const auto box = boxUnder(event->position());
    viewport()->setCursor(box ? Qt::PointingHandCursor : Qt::ArrowCursor);
}

bool FlameView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip && m_tree) {
        const auto* const help = static_cast<QHelpEvent*>(event);
        if (const auto index = boxUnder(help->pos())) {
            // Below the row, so that it never covers the frame it speaks of.
            const QRectF rect = boxRect(m_layout.boxes[*index]);
            const QPoint at = viewport()->mapToGlobal(QPoint(help->pos().x(), static_cast<int>(rect.bottom()) + 2));
            QToolTip::showText(at, boxText(m_layout.boxes[*index]), viewport());
        } else {
            QToolTip::hideText();
        }
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void FlameView::ensureVisible(std::uint32_t node)
{
    if (const auto box = m_layout.boxOf(node)) {
        const int top = static_cast<int>(m_layout.boxes[*box].depth) * rowHeight();
        const int value = verticalScrollBar()->value();
        if (top < value) {
            verticalScrollBar()->setValue(top);
        } else if (top + rowHeight() > value + viewport()->height()) {
            verticalScrollBar()->setValue(top + rowHeight() - viewport()->height());
        }
    }
}

/// Up: caller, down: heaviest callee, left and right: neighbours in the row.
void FlameView::moveSelection(int key)
{
    const auto current = m_layout.boxOf(m_selected);
    if (!current) {
        select(m_layout.zoomNode);
        return;
    }
    const FlameBox& box = m_layout.boxes[*current];
    std::optional<std::uint32_t> target;
    if (key == Qt::Key_Up && box.node != 0) {
        target = m_tree->calls.nodes[box.node].parent;
    } else if (key == Qt::Key_Down) {
        const auto children = m_tree->index.of(box.node);
        if (!children.empty() && m_layout.boxOf(children.front())) {
            target = children.front();
        }
    } else if (key == Qt::Key_Left && *current > m_layout.rowStart[box.depth]) {
        target = m_layout.boxes[*current - 1].node;
    } else if (key == Qt::Key_Right && *current + 1 < m_layout.rowStart[box.depth + 1]) {
        target = m_layout.boxes[*current + 1].node;
    }
    if (target) {
        select(*target);
        ensureVisible(*target);
    }
}

void FlameView::keyPressEvent(QKeyEvent* event)
{
    if (!m_tree || (event->modifiers() & ~Qt::ShiftModifier & ~Qt::KeypadModifier) != 0) {
        QAbstractScrollArea::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Left:
    case Qt::Key_Right: moveSelection(event->key()); break;
    case Qt::Key_Return:
    case Qt::Key_Enter: zoomTo(m_selected); break;
    case Qt::Key_Backspace: zoomOut(); break;
    case Qt::Key_R: resetZoom(); break;
    case Qt::Key_N: selectNextMatch((event->modifiers() & Qt::ShiftModifier) != 0 ? -1 : 1); break;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void FlameView::contextMenuEvent(QContextMenuEvent* event)
{
    if (!m_tree) {
        return;
    }
    if (const auto box = boxUnder(event->pos()); box && m_layout.boxes[*box].mergedCount == 0) {
        select(m_layout.boxes[*box].node);
    }
    QMenu menu(this);
    menu.addAction(tr("Zoom here"), this, [this] { zoomTo(m_selected); });
    menu.addAction(tr("Zoom out"), this, &FlameView::zoomOut);
    menu.addAction(tr("Reset zoom"), this, &FlameView::resetZoom);
    menu.addSeparator();
    // As it is now: a new range may come, or none, while the menu is open.
    QStringList stack;
    for (const std::uint32_t node : pathTo(m_tree->calls, m_selected)) {
        stack.prepend(nodeName(node));
    }
    menu.addAction(tr("Copy name"), this, [this, name = nodeName(m_selected)] { copyText(name, this); });
    menu.addAction(tr("Copy stack"), this, [this, stack] { copyText(stack.join(u'\n'), this); });
    menu.exec(event->globalPos());
}

void FlameView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void FlameView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

} // namespace heaptoll::gui
