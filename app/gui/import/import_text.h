// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/import_model.h"

#include <QByteArray>
#include <QString>

namespace heaptoll::gui {

/// What is wrong with a file, where, and what that means for the import; "" = nothing.
[[nodiscard]] QString problemText(const ImportItem& item);
/// Everything that is known of a file, for a bug report. Never its raw bytes: at most 32 of them, as hex.
[[nodiscard]] QString detailsText(const ImportItem& item, const QByteArray& firstBytes);
/// One line on what was read: largest functions of a profile, rows and period of a bill. "" = nothing was read.
/// Complexity: that of topTable; runs in a job.
[[nodiscard]] QString previewText(const std::vector<DocumentPtr>& documents);
/// "00000000  7b 22 69 64 …  {"id…": 16 bytes a line.
[[nodiscard]] QString hexText(const QByteArray& bytes);

} // namespace heaptoll::gui
