// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/import/import.h"
#include "core/import/importer_manifest.h"
#include "core/sdk/importer.h"

#include <QPluginLoader>

#include <memory>
#include <mutex>
#include <vector>

namespace heaptoll {

/// The loaded state behind ImporterRegistry. Metadata is read at once, code on first use.
struct ImporterRegistry::Impl {
    struct Plugin {
        ImporterManifest manifest;
        std::unique_ptr<QPluginLoader> loader;
    };
    std::vector<PluginInfo> infos;
    std::vector<Plugin> plugins; ///< those that may be loaded
    mutable std::mutex loading;

    void addFolder(const QString& folder);
    void addFile(const QString& path);

    struct Format {
        const FormatInfo* info = nullptr;
        std::size_t plugin = 0;
    };
    [[nodiscard]] std::vector<Format> formats() const;
    /// A fresh importer. Errors: Plugin, when the library does not load or does not know its own format.
    [[nodiscard]] Result<std::unique_ptr<sdk::Importer>> create(const Format& format) const;
};

} // namespace heaptoll
