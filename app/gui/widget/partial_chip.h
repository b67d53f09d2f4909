// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace heaptoll {
struct WorkspaceAnalysis;
}

namespace heaptoll::gui {

/// The striped chip over every number that rests on a file which was not read to its end: "partial: ht_a.zst". The
/// tooltip says what is missing of each file. Hidden when all files are whole.
class PartialChip : public QWidget {
    Q_OBJECT
public:
    explicit PartialChip(QWidget* parent = nullptr);
    /// service "" = all files.
    void setAnalysis(const WorkspaceAnalysis* analysis, const std::string& service);
    [[nodiscard]] const QString& text() const { return m_text; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_text;
};

} // namespace heaptoll::gui
