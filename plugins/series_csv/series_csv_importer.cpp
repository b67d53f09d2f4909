// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/series_csv/series_csv_parser.h"

#include <QObject>

namespace heaptoll {

class SeriesCsvImporter final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "series-csv" ? std::make_unique<SeriesCsvParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "series_csv_importer.moc"
