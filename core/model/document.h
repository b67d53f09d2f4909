// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/model/cost_table.h"
#include "core/model/issue.h"
#include "core/model/profile.h"
#include "core/model/usage_table.h"

#include <memory>
#include <string>
#include <variant>

namespace heaptoll {

/// What a document is about; the names are those of the JSON `kind`.
enum class DocumentKind : std::uint8_t { HeapProfile, Cost, Usage };
[[nodiscard]] std::string_view name(DocumentKind kind); ///< "heap_profile", "cost", "usage"

/// What one input turned into. Immutable; shared between threads.
struct Document {
    std::string path; ///< as the user gave it
    std::string format; ///< format id: "pprof", "heaptrack", "focus", "aws-cur", "prometheus"
    std::string formatVersion;
    int score = 0; ///< of the detection
    std::string reason; ///< of the detection
    std::uint64_t bytesRead = 0; ///< of the file (compressed)
    bool isComplete = true; ///< false = partial: every total that rests on it says so
    IssueList issues;
    std::variant<std::shared_ptr<const Profile>, std::shared_ptr<const CostTable>, std::shared_ptr<const UsageTable>>
        content;

    /// Cut short, or something in it was lost: what rests on it is partial.
    [[nodiscard]] bool isPartial() const { return !isComplete || issues.hasDataLoss(); }
    [[nodiscard]] DocumentKind kind() const { return static_cast<DocumentKind>(content.index()); }
    /// Null when the document is of another kind.
    [[nodiscard]] std::shared_ptr<const Profile> profile() const;
    [[nodiscard]] std::shared_ptr<const CostTable> costs() const;
    [[nodiscard]] std::shared_ptr<const UsageTable> usage() const;
    /// First and last time the content speaks of, on the wall clock. Errors: nullopt for relative recordings.
    [[nodiscard]] std::optional<TimeRange> timeRange() const;
};

using DocumentPtr = std::shared_ptr<const Document>;

} // namespace heaptoll
