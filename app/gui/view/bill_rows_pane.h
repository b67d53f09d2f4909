// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/latest_job.h"
#include "app/gui/view/page.h"
#include "core/analysis/bill_rows.h"

#include <memory>
#include <optional>
#include <string>

class QLabel;

namespace heaptoll::gui {

class DataTable;
class RowModel;

/// The rows of the bill behind the cost of one service in a range, as they are written there; the largest kMost of them.
class BillRowsPane final : public QWidget {
    Q_OBJECT
public:
    static constexpr std::size_t kMost = 500;
    explicit BillRowsPane(const PageContext& context, QWidget* parent = nullptr);

    /// service "" = none: nothing is shown.
    void show(std::shared_ptr<const WorkspaceAnalysis> analysis, const std::string& service,
        const std::optional<TimeRange>& range);
    [[nodiscard]] QString tableText() const;

private:
    void showRows(const BillRows& rows);
    void showMessage(const QString& message);

    LatestJob m_job;
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
    std::string m_service;
    std::optional<TimeRange> m_range;
    QLabel* m_heading;
    DataTable* m_table;
    RowModel* m_model;
};

} // namespace heaptoll::gui
