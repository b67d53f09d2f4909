// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/model/document.h"

#include <optional>

namespace heaptoll::gui {

/// Document::timeRange(), computed once per document: of a bill it looks at every row, which is no work for the GUI
/// thread (3.4 M rows: 80 ms, asked for by every cell that is painted). The worker that reads a file asks first.
/// Thread: any.
[[nodiscard]] std::optional<TimeRange> timeRangeOf(const DocumentPtr& document);

} // namespace heaptoll::gui
