// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/import/importer_registry.h"

namespace heaptoll {

/// A score below this is a guess by name only: not enough to import by.
inline constexpr int kMinImportScore = 50;

/// Asks every importer about the first 64 KiB of a file and ranks the answers by score, weight and id: an explainable
/// total order. Ambiguous when the best two tie in score and weight at kMinImportScore or above.
struct Detector {
    const ImporterRegistry& registry;

    struct Ranked {
        DetectionCandidate candidate;
        ImporterRegistry::Impl::Format format;
    };
    struct Answer {
        std::vector<Ranked> ranked; ///< best first, score > 0
        std::vector<std::string> containers; ///< compression, outermost first
        std::optional<Error> error;
    };
    [[nodiscard]] Answer detect(const std::string& path) const;
    [[nodiscard]] const ImporterRegistry::Impl& impl() const { return *registry.m_impl; }
};

} // namespace heaptoll
