// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/memray_csv/memray_csv_parser.h"

#include <QObject>

namespace heaptoll {

class MemrayCsvImporterPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "memray-csv" ? std::make_unique<MemrayCsvParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "memray_csv_importer.moc"
