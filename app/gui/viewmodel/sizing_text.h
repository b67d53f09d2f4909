// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/analysis/rightsizing.h"

#include <QString>

namespace heaptoll::gui {

/// A patch of the workload that sets the recommended request and limit. Empty without a recommendation. Where it is not
/// known what made the pods, a comment leaves the kind to the reader.
[[nodiscard]] QString yamlPatch(const SizingAdvice& advice);
/// The same for a shell. Where it is not known what made the pods: "<kind>/name", which no shell takes for a command.
[[nodiscard]] QString kubectlCommand(const SizingAdvice& advice);

} // namespace heaptoll::gui
