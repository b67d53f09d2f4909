// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/pytorch_memory/pytorch_memory_parser.h"

#include <QObject>

namespace heaptoll {

class PytorchMemoryImporterPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "pytorch-memory" ? std::make_unique<PytorchMemoryParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "pytorch_memory_importer.moc"
