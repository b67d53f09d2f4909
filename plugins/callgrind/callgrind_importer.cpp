// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/callgrind/callgrind_parser.h"

#include <QObject>

namespace heaptoll {

class CallgrindPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "callgrind" ? std::make_unique<CallgrindParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "callgrind_importer.moc"
