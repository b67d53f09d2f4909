// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileDialog>

namespace heaptoll::gui {

/// Chooses what to import: files, or a folder. A folder that is typed and confirmed is the answer; the dialog of the
/// desktop would only step into it.
class ImportDialog : public QFileDialog {
    Q_OBJECT
public:
    explicit ImportDialog(QWidget* parent = nullptr);
    /// What was chosen, empty when it was cancelled.
    [[nodiscard]] static QStringList choose(QWidget* parent);
    [[nodiscard]] QStringList paths() const;
    void accept() override;

private:
    void acceptFolder(const QString& path);
    QString m_folder; ///< absolute path, empty = files were chosen
};

} // namespace heaptoll::gui
