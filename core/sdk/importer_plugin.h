// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/importer.h"

#include <QtPlugin>

#include <memory>

namespace heaptoll::sdk {

/// The one class a plugin exports. Its importer.json (embedded by Q_PLUGIN_METADATA) describes the formats; the host
/// reads it without running any code of the plugin. See plugins/README.md.
class ImporterPlugin {
public:
    ImporterPlugin() = default;
    ImporterPlugin(const ImporterPlugin&) = delete;
    ImporterPlugin& operator=(const ImporterPlugin&) = delete;
    ImporterPlugin(ImporterPlugin&&) = delete;
    ImporterPlugin& operator=(ImporterPlugin&&) = delete;
    virtual ~ImporterPlugin() = default;

    /// A fresh importer for a format id of the metadata; nullptr when the id is not one of them.
    [[nodiscard]] virtual std::unique_ptr<Importer> createImporter(std::string_view formatId) const = 0;
};

} // namespace heaptoll::sdk

#define HEAPTOLL_IMPORTER_IID "org.heaptoll.ImporterPlugin/1"
Q_DECLARE_INTERFACE(heaptoll::sdk::ImporterPlugin, HEAPTOLL_IMPORTER_IID)
