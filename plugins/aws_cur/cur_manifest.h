// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/byte_source.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// What a manifest says: which report, which delivery of it, and the storage keys of its parts.
struct CurManifest {
    std::string assemblyId;
    std::string account;
    std::string reportName;
    std::string periodStart;
    std::string periodEnd;
    std::vector<std::string> keys; ///< each once, in order
    std::vector<std::string> repeatedKeys;
};

/// True for a text that starts like a manifest, as far as it is there.
[[nodiscard]] bool looksLikeCurManifest(std::string_view prefix);
/// Errors: NotRecognized (no manifest), Malformed (keys that leave the folder).
[[nodiscard]] Result<CurManifest> parseCurManifest(std::string_view text, const std::string& source);
/// The file beside or below the manifest that a storage key stands for: the longest end of the key that
/// exists. Errors: nullopt when none does.
[[nodiscard]] std::optional<std::string> findCurPart(const sdk::ByteSource& manifest, std::string_view key);

} // namespace heaptoll
