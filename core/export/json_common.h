// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/site.h"
#include "core/base/error.h"
#include "core/export/json_writer.h"
#include "core/model/document.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// An input that gave no document.
struct UnreadInput {
    std::string path;
    Error error;
};

/// What a result rests on: the head of every machine-readable document.
struct ReportSources {
    std::vector<DocumentPtr> documents;
    std::vector<std::string> services; ///< of documents, in step; shorter or "" = unknown
    std::vector<UnreadInput> unread;
};

/// True when something of the input was not read: totals that rest on it are partial.
[[nodiscard]] bool isPartial(const Document& document);
/// True when a result of these sources is partial: a partial document, or an input that could not be read.
[[nodiscard]] bool isPartial(const ReportSources& sources);

/// "wall" for times of the calendar, "relative" for recordings that only know their own start, "none" without time.
[[nodiscard]] std::string_view clockName(const Document& document);
/// "12:BilledCost", "12", "0x1f40" or "": where in the source, without its name.
[[nodiscard]] std::string placeInSource(const Location& where);

/// Opens the document and writes "schema", "sources" and "issues". Names: schema without prefix and version ("top").
void beginReport(JsonWriter& json, std::string_view schema, const ReportSources& sources);
/// {"function","file","line","module"}, unknown parts null.
void writeSite(JsonWriter& json, const Site& site);
/// The members of a site without braces.
void writeSiteFields(JsonWriter& json, const Site& site);
void writeStack(JsonWriter& json, std::string_view key, const SiteStack& stack);

} // namespace heaptoll
