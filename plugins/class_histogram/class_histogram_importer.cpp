// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/class_histogram/class_histogram_parser.h"

#include <QObject>

namespace heaptoll {

class ClassHistogramImporterPlugin final : public QObject, public sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<sdk::Importer> createImporter(std::string_view formatId) const override
    {
        return formatId == "class-histogram" ? std::make_unique<ClassHistogramParser>() : nullptr;
    }
};

} // namespace heaptoll

#include "class_histogram_importer.moc"
