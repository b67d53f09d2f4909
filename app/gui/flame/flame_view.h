// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/flame/flame_tree.h"

#include <QAbstractScrollArea>

#include <functional>
#include <memory>

namespace heaptoll::gui {

/// A flame graph, root on top (icicle), painted as one widget. Click selects, double-click or Enter zooms, Backspace
/// zooms out, arrows walk, wheel scrolls. Screen readers see the drawn frames as children.
class FlameView final : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit FlameView(QWidget* parent = nullptr);
    ~FlameView() override;

    /// Formats a value for people, e.g. bytes or money; both texts for one frame.
    using ValueText = std::function<QString(std::int64_t)>;
    /// moreText: lines that the tooltip of a frame adds about its total, e.g. what these bytes cost; may be empty.
    void setTree(
        std::shared_ptr<const FlameTree> tree, ValueText valueText, const QString& metricName, ValueText moreText = {});
    void setColors(const FlameColors& colors);
    /// Old content stays, paler, until the new tree comes.
    void setDimmed(bool isDimmed);

    /// Highlights frames whose function, file or package contains the text (or matches it as /regex/); "" = none.
    void setSearch(const QString& search);
    void selectNextMatch(int step);
    /// "3 hits, 399 MiB of 560 MiB (71 %)"; "" without a search.
    [[nodiscard]] QString searchSummary() const;
    [[nodiscard]] bool hasMatches() const { return !m_matches.nodes.empty(); }

    void zoomTo(std::uint32_t node);
    void zoomOut();
    void resetZoom();
    void select(std::uint32_t node);
    /// Selects a frame and brings it into view, zooming where it is too small to be drawn.
    void reveal(std::uint32_t node);
    [[nodiscard]] std::uint32_t zoomNode() const { return m_layout.zoomNode; }
    [[nodiscard]] std::uint32_t selectedNode() const { return m_selected; }

    [[nodiscard]] const CallTree* tree() const { return m_tree ? &m_tree->calls : nullptr; }
    [[nodiscard]] const QString& search() const { return m_search; }
    [[nodiscard]] const FlameLayout& layoutBoxes() const { return m_layout; }
    [[nodiscard]] const FlameCategories& categories() const;
    [[nodiscard]] const FlameColors& colors() const { return m_colors; }
    /// One sentence about a box: "openSession session.go:26, 5.66 GiB, 92 % of all".
    [[nodiscard]] QString boxText(const FlameBox& box) const;
    /// In viewport coordinates.
    [[nodiscard]] QRectF boxRect(const FlameBox& box) const;
    [[nodiscard]] QString nodeName(std::uint32_t node) const;

Q_SIGNALS:
    void selected(std::uint32_t node);
    void zoomed(std::uint32_t node);
    void searchChanged(const QString& summary);

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void relayout();
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] std::optional<std::size_t> boxUnder(const QPointF& position) const;
    void paintBox(QPainter& painter, const FlameBox& box) const;
    [[nodiscard]] QString boxLabel(const FlameBox& box, int width) const;
    void moveSelection(int key);
    void ensureVisible(std::uint32_t node);
    void openBlock(const FlameBox& box);

    std::shared_ptr<const FlameTree> m_tree;
    FlameLayout m_layout;
    FlameColors m_colors;
    FlameMatches m_matches;
    ValueText m_valueText;
    ValueText m_moreText;
    QString m_metricName;
    QString m_search;
    std::uint32_t m_selected = 0;
    bool m_isDimmed = false;
};

/// Lets assistive technology see flame views; call once at start.
void installFlameAccessibility();

} // namespace heaptoll::gui
