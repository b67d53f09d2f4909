// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/model/document.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// One plugin file as it was found: loaded, shadowed by another of the same id, or broken. Failures are data.
struct PluginInfo {
    enum class State : std::uint8_t { Ok, Shadowed, Failed };
    std::string path;
    std::string id;
    std::string name;
    std::string version;
    State state = State::Ok;
    std::string message; ///< why it failed
    std::vector<std::string> formats; ///< format ids
};

/// A guess at what a file is.
struct DetectionCandidate {
    std::string format;
    int score = 0;
    std::string reason;
    std::string formatVersion;
};

/// Finds importers by their metadata and makes them on demand. Folders: HEAPTOLL_PLUGIN_PATH, beside the executable
/// (../lib/heaptoll/importers), the install folder.
class ImporterRegistry {
public:
    /// Never fails: broken plugins are rows of plugins().
    [[nodiscard]] static std::shared_ptr<const ImporterRegistry> scan(
        const std::vector<std::string>& extraFolders = {});
    ImporterRegistry(const ImporterRegistry&) = delete;
    ImporterRegistry& operator=(const ImporterRegistry&) = delete;
    ImporterRegistry(ImporterRegistry&&) = delete;
    ImporterRegistry& operator=(ImporterRegistry&&) = delete;
    ~ImporterRegistry();

    [[nodiscard]] const std::vector<PluginInfo>& plugins() const;

    struct Impl; ///< importer_registry.h: for the rooms of core/import only

private:
    ImporterRegistry();
    friend struct Detector;
    std::unique_ptr<Impl> m_impl;
};

/// Why a file is not read: another one of the import has what it says.
struct Cover {
    std::string by; ///< path of the other one
    bool isPart = false; ///< it belongs to the other one, a manifest; else it would be read if the other were not there
};

/// What became of one input file.
struct ImportedFile {
    std::string path; ///< as the user gave it, or found below the folder the user gave
    std::vector<DocumentPtr> documents; ///< several for concatenated profiles; empty on error
    std::vector<DetectionCandidate> candidates; ///< best first, score > 0
    std::optional<Error> error; ///< why there is no document; NotRecognized is no failure inside a folder
    std::string note; ///< "part of X-Manifest.json", "older delivery, replaced by ..."
    std::optional<Cover> cover; ///< set when it was not read for the sake of another; `note` says it in words
};

struct ImportOptions {
    std::optional<std::string> format; ///< force
    std::map<std::string, std::string> formatOfPath; ///< force for single files, by their path; goes before `format`
    /// What was imported before and stays: seen together with the new files, so that nothing counts twice because it came
    /// in two steps. Not read again; among the results only where a new file has changed what it is.
    std::vector<ImportedFile> present;
    bool keepCancelled = false; ///< what was read of a file before the task was cancelled is a partial document
    std::uint64_t maxDecodedBytes = std::uint64_t { 64 } << 30U;
};

/// What a file is, without importing it.
struct Detection {
    std::vector<DetectionCandidate> candidates; ///< best first
    std::optional<Error> error; ///< Io, NotRecognized, Ambiguous
};
[[nodiscard]] Detection detectFile(const ImporterRegistry& registry, const std::string& path);

/// One step of a running import, for a list of files with state and progress.
struct ImportProgress {
    std::string path;
    std::uint64_t doneBytes = 0; ///< compressed bytes
    std::uint64_t totalBytes = 0;
    std::size_t fileIndex = 0;
    std::size_t fileCount = 0;
};

/// Who wants to know how an import goes on. Each may be empty. Called from worker threads, one call at a time.
struct ImportObserver {
    std::function<void(const ImportProgress&)> progress;
    std::function<void(const ImportedFile&)> fileDetected; ///< candidates and error are known, documents are not
    std::function<void(const ImportedFile&)> fileDone; ///< again for a file that the others have changed
};

/// Imports files and folders (recursively; every recognised file; hidden files skipped). Files import in parallel.
/// One bad file never stops the others. Order: `present` first, then by path as given, then by name. Cancelled files have that error.
[[nodiscard]] std::vector<ImportedFile> importPaths(const ImporterRegistry& registry,
    const std::vector<std::string>& paths, const ImportOptions& options, const TaskContext& task,
    const ImportObserver& observer = {});

} // namespace heaptoll
