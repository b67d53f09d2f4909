// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/row_model.h"
#include "core/analysis/cost_keys.h"
#include "core/import/import.h"

namespace heaptoll::gui {

/// The folder that all paths lie in, with "/" at its end; "" = none.
[[nodiscard]] QString commonFolder(const QStringList& paths);

/// A source: what became of it, what it is, its service, time and content. Key: its path, shown from `folder` on.
/// A missing one is red throughout.
[[nodiscard]] Row sourceRow(
    const ImportedFile& file, const QString& folder, const WorkspaceAnalysis* analysis, bool isMissing);

/// A key of the bill with the service it went to, what it costs and why. Key: its index.
[[nodiscard]] Row keyRow(const CostKey& key, std::size_t index, const WorkspaceTotals& totals);

} // namespace heaptoll::gui
