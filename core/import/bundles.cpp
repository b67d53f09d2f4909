// SPDX-License-Identifier: Apache-2.0
#include "core/import/bundles.h"

#include <filesystem>
#include <map>

namespace heaptoll {
namespace {

namespace fs = std::filesystem;

std::string key(const fs::path& path)
{
    std::error_code code;
    const fs::path canonical = fs::weakly_canonical(path, code);
    return (code ? path.lexically_normal() : canonical).string();
}

} // namespace

std::vector<CoveredInput> coveredInputs(const std::vector<std::string>& paths, const std::vector<FoundBundle>& bundles)
{
    // The manifest to import, per delivery key.
    std::map<std::string, const FoundBundle*> chosen;
    for (const FoundBundle& found : bundles) {
        const FoundBundle*& best = chosen[found.bundle.deliveryKey];
        const bool better = best == nullptr || (found.bundle.pointsToNewest && !best->bundle.pointsToNewest)
            || (found.bundle.pointsToNewest == best->bundle.pointsToNewest && paths[found.input] > paths[best->input]);
        if (better) {
            best = &found;
        }
    }
    std::map<std::string, CoveredInput> covered; // by canonical path
    for (const FoundBundle& found : bundles) {
        const FoundBundle& newest = *chosen[found.bundle.deliveryKey];
        const bool isOlder = found.bundle.deliveryId != newest.bundle.deliveryId;
        const std::string note = isOlder
            ? "older delivery " + found.bundle.deliveryId + ", replaced by " + newest.bundle.deliveryId
            : "part of " + paths[newest.input];
        const fs::path folder = fs::path(paths[found.input]).parent_path();
        for (const std::string& part : found.bundle.parts) {
            CoveredInput& slot = covered[key(folder / part)];
            if (slot.note.empty() || !isOlder) {
                slot = { 0, newest.input, !isOlder, note };
            }
        }
        if (&found != &newest) {
            covered[key(paths[found.input])] = { 0, newest.input, false,
                isOlder ? note : "same delivery as " + paths[newest.input] };
        }
    }
    std::vector<CoveredInput> result;
    for (std::size_t i = 0; i < paths.size(); ++i) {
        if (const auto it = covered.find(key(paths[i])); it != covered.end()) {
            result.push_back(it->second);
            result.back().input = i;
        }
    }
    return result;
}

} // namespace heaptoll
