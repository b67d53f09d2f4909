// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/v8_heapprofile/v8_heapprofile_parser.h"

#include <QObject>

namespace heaptoll {

class V8HeapProfileImporterPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "v8-heapprofile" ? std::make_unique<V8HeapProfileParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "v8_heapprofile_importer.moc"
