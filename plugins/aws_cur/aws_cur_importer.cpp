// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/importer_plugin.h"
#include "plugins/aws_cur/aws_cur_parser.h"

#include <QObject>

class AwsCurPlugin final : public QObject, public heaptoll::sdk::ImporterPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HEAPTOLL_IMPORTER_IID FILE "importer.json")
    Q_INTERFACES(heaptoll::sdk::ImporterPlugin)

public:
    [[nodiscard]] std::unique_ptr<heaptoll::sdk::Importer> createImporter(
        std::string_view formatId) const override
    {
        return formatId == "aws-cur" ? std::make_unique<heaptoll::AwsCurParser>() : nullptr;
    }
};

#include "aws_cur_importer.moc"
