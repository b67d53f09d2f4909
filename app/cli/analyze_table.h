// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/table_format.h"
#include "core/export/report_json.h"

#include <string>

namespace heaptoll::cli {

/// Findings with their blame lines, totals, coverage, reconciliation, and the rules that warn or fail.
[[nodiscard]] std::string analyzeTable(const AnalysisReport& report, std::size_t limit, const TextStyle& style);

} // namespace heaptoll::cli
