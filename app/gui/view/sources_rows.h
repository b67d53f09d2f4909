// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/row_model.h"
#include "core/analysis/cost_keys.h"
#include "core/analysis/workspace_analysis.h"
#include "core/import/import.h"

namespace heaptoll::gui {

/// State, file, format, service, time and content of one source; its key is the path. analysis may be null.
[[nodiscard]] Row sourceRow(const ImportedFile& file, const WorkspaceAnalysis* analysis);
/// Resource, service, cost, evidence and rows of one key of the bill; its key is the index.
[[nodiscard]] Row keyRow(const CostKey& key, std::size_t index, const std::string& currency);

} // namespace heaptoll::gui
