// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/export/json_writer.h"

#include <QtGlobal>

namespace heaptoll::cli {

Result<CommandOutput> runVersion(Context& /*context*/)
{
    CommandOutput output;
    output.render = [](OutputFormat format, const TextStyle&) {
        if (format == OutputFormat::Json) {
            JsonWriter json;
            json.beginObject().field("schema", "heaptoll.version/1").field("version", HEAPTOLL_VERSION);
            json.field("qt", qVersion()).key("sources").beginArray().endArray().key("issues").beginArray().endArray();
            return json.endObject().take();
        }
        return std::string("heaptoll " HEAPTOLL_VERSION "\n");
    };
    return output;
}

} // namespace heaptoll::cli
