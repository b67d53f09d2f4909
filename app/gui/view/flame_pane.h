// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/view/page.h"
#include "app/gui/widget/empty_state.h"

#include <optional>

class QCheckBox;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QStackedWidget;

namespace heaptoll::gui {

class FlameView;
struct FlameTree;
class PartialChip;

/// The flame graph of a range with its controls: metric, direction, folding, search, path, legend, and a line about the
/// selected frame.
class FlamePane final : public RangePane {
    Q_OBJECT
public:
    FlamePane(const PageContext& context, QWidget* parent);

    void setRange(std::shared_ptr<const WorkspaceAnalysis> analysis, std::shared_ptr<const RangeView> rangeView,
        const Lens& lens) override;
    void setStale(bool isStale) override;
    [[nodiscard]] FlameView* view() const { return m_flame; }

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildControls();
    void addKeys();
    void reload();
    void showTree(std::shared_ptr<const FlameTree> tree);
    void showEmpty(EmptyState::Content content);
    void showHits(const QString& summary);
    void updatePath();
    void updateDetail();
    void updateLegend();
    void applyColors();
    void chooseMetric(LensMetric metric);
    [[nodiscard]] QString valueText(std::int64_t value) const;
    [[nodiscard]] QString moreText(std::int64_t value) const;
    void selectFrameOfLens();

    PageContext m_context;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::shared_ptr<const RangeView> m_range;
    Lens m_lens;
    LensMetric m_shownMetric = LensMetric::LiveBytes; ///< of the tree on screen
    LatestJob m_job; ///< makes the tree
    std::optional<QStringList> m_words; ///< of the names in the tree on screen, once somebody mistyped one

    QComboBox* m_metric;
    QComboBox* m_order;
    QCheckBox* m_fold;
    QCheckBox* m_merge;
    QLineEdit* m_search;
    QLabel* m_hits;
    QHBoxLayout* m_path;
    QLabel* m_detail;
    QLabel* m_legend;
    QStackedWidget* m_stack;
    FlameView* m_flame;
    EmptyState* m_empty;
    PartialChip* m_partial;
};

} // namespace heaptoll::gui
