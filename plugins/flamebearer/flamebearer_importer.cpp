// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/flamebearer/flamebearer_parser.h"

#include <QObject>

namespace heaptoll {

class FlamebearerImporterPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "flamebearer" ? std::make_unique<FlamebearerParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "flamebearer_importer.moc"
