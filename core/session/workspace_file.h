// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"
#include "core/base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// One input of a workspace. The size tells whether the file is still the one that was saved.
struct WorkspaceSource {
    std::string path; ///< absolute in memory; relative to the workspace in the file where it can be
    std::uint64_t sizeBytes = 0;
    std::optional<std::string> format; ///< forced by the user
    bool isMissing = false; ///< after load: not there any more
    bool isChanged = false; ///< after load: another size than saved
};

/// What the user decided about a finding, by its fingerprint.
struct FindingState {
    enum class State : std::uint8_t { Open, Done, Muted };
    State state = State::Open;
    std::string reason; ///< of a mute
    std::optional<Instant> until; ///< a mute ends then
};

/// A workspace as it is on disk (*.toll): everything but the data. `view` is the GUI's own (lens, layout) and is carried
/// along untouched by whoever does not know it.
struct Workspace {
    std::vector<WorkspaceSource> sources;
    AnalysisOptions options;
    std::map<std::string, FindingState> findingStates;
    std::string viewJson = "{}"; ///< a JSON object
};

/// A workspace from the bytes of its file; path: where it lies, for what is stored relative to it.
/// Errors: Malformed (what and where; also numbers that nothing can be computed with), Unsupported.
[[nodiscard]] Result<Workspace> parseWorkspace(std::string_view bytes, const std::string& path);
/// The bytes of the file that saveWorkspace() writes.
[[nodiscard]] std::string workspaceText(const Workspace& workspace, const std::string& path);
/// Errors: Io, Malformed (file, what and where), Unsupported (written by a newer Heaptoll).
[[nodiscard]] Result<Workspace> loadWorkspace(const std::string& path);
/// Writes beside and renames, so that a crash never leaves half a file. Errors: Io.
[[nodiscard]] Result<void> saveWorkspace(const Workspace& workspace, const std::string& path);

} // namespace heaptoll
