// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <set>
#include <string>
#include <string_view>

namespace heaptoll::cli {

/// Fingerprints of the findings of an earlier "analyze --format json"; path is for messages.
/// Errors: Usage, when the text is not such a document or a finding in it has no fingerprint.
[[nodiscard]] Result<std::set<std::string>> parseBaseline(std::string_view path, const std::string& text);

} // namespace heaptoll::cli
