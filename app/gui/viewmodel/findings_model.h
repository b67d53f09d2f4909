// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/finding.h"
#include "core/session/workspace_file.h"

#include <QAbstractListModel>
#include <QColor>

#include <functional>
#include <map>
#include <memory>
#include <vector>

namespace heaptoll {
struct WorkspaceAnalysis;
}

namespace heaptoll::gui {

/// Which findings the list shows.
enum class FindingFilter : std::uint8_t { Open, Done, Muted, All };

/// The ranked findings. SortRole is the money per month, BarRole its share of the largest, KeyRole the id.
class FindingsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum FindingRole : int {
        MoneyRole = Qt::UserRole + 40, ///< "$399", or bytes/h without money
        UnitRole, ///< "/mo"
        SubtitleRole,
        ConfidenceRole, ///< "High"
        SeverityRole, ///< "high severity" in words, for screen readers
    };
    using QAbstractListModel::QAbstractListModel;
    using StateOf = std::function<FindingState::State(const Finding&)>;

    struct Filter {
        FindingFilter states = FindingFilter::Open;
        std::optional<FindingKind> kind;
        std::string service; ///< "" = all
        bool hasWeak = false; ///< show weak signals, too
    };
    void setFindings(std::shared_ptr<const WorkspaceAnalysis> analysis, const Filter& filter, const StateOf& stateOf);
    [[nodiscard]] const Finding* finding(int row) const;
    [[nodiscard]] int rowOf(const std::string& id) const; ///< -1 when it is not shown
    [[nodiscard]] int weakHidden() const { return m_weakHidden; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    [[nodiscard]] double barOf(const Finding& finding) const;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::vector<const Finding*> m_rows;
    std::map<std::string, double> m_mostMoney; ///< by currency, of the rows
    double m_mostGrowth = 0;
    int m_weakHidden = 0;
};

[[nodiscard]] QString confidenceText(ConfidenceLevel level);
[[nodiscard]] QString findingKindText(FindingKind kind);
[[nodiscard]] QString severityIcon(const Finding& finding);
[[nodiscard]] QColor severityColor(const Finding& finding);
[[nodiscard]] QString severityText(const Finding& finding);
/// "checkout · ▲ 9.40 MiB/h · 20 d".
[[nodiscard]] QString findingSubtitle(const Finding& finding);
/// The finding as Markdown, for issues and chats.
[[nodiscard]] QString findingMarkdown(const Finding& finding);

} // namespace heaptoll::gui
