// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/import/import.h"

#include <string>
#include <vector>

namespace heaptoll::cli {

/// One promise of an importer, and whether it was kept.
struct PluginCheck {
    std::string name;
    bool passed = false;
    std::string detail;
};

/// Loads every plugin of a folder, and tries it on samples: the same answer twice, and with the input cut at every
/// sixteenth an end that says "partial" or "malformed" rather than a hang or a clean result.
/// Errors: Cancelled; Io when no temporary folder can be made.
[[nodiscard]] Result<std::vector<PluginCheck>> checkPlugin(const ImporterRegistry& registry,
    const std::vector<PluginInfo>& plugins, const std::vector<std::string>& samples, const TaskContext& task);

} // namespace heaptoll::cli
