// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import/import_dialog.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QLineEdit>
#include <QPushButton>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

ImportDialog::ImportDialog(QWidget* parent)
    : QFileDialog(parent, tr("Import files or a folder"))
{
    setOption(DontUseNativeDialog);
    setFileMode(ExistingFiles);
    if (auto* buttons = findChild<QDialogButtonBox*>()) {
        auto* whole = buttons->addButton(tr("Import whole folder"), QDialogButtonBox::ActionRole);
        whole->setObjectName(u"importDialog.folder"_s);
        whole->setToolTip(tr("Every file of the folder that is shown, and of the folders in it"));
        whole->setAutoDefault(false);
        connect(whole, &QPushButton::clicked, this, [this] { acceptFolder(directory().absolutePath()); });
    }
}

void ImportDialog::accept()
{
    const auto* const name = findChild<QLineEdit*>(u"fileNameEdit"_s);
    const QString typed = name != nullptr ? name->text().trimmed() : QString();
    const QFileInfo info(directory(), typed);
    if (!typed.isEmpty() && info.isDir()) {
        acceptFolder(info.absoluteFilePath());
    } else {
        QFileDialog::accept();
    }
}

void ImportDialog::acceptFolder(const QString& path)
{
    m_folder = QDir::cleanPath(path);
    QFileDialog::done(Accepted);
}

QStringList ImportDialog::paths() const
{
    return m_folder.isEmpty() ? selectedFiles() : QStringList { m_folder };
}

QStringList ImportDialog::choose(QWidget* parent)
{
    ImportDialog dialog(parent);
    return dialog.exec() == Accepted ? dialog.paths() : QStringList {};
}

} // namespace heaptoll::gui
