// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/export/heap_json.h"

#include <string>

namespace heaptoll {

/// A still flame graph, root at the bottom: one file, no script, no network; hovering shows name, value and share.
/// Frames narrower than half a pixel are drawn as one grey bar per gap, so nothing vanishes without a trace.
[[nodiscard]] std::string flameSvg(const FlameReport& report);

/// Source: speedscope file-format-schema.json, "sampled" profile; one sample per call path, root first.
[[nodiscard]] std::string flameSpeedscope(const FlameReport& report);

} // namespace heaptoll
