// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/damage_reading.h"

#include "app/cli/command.h"
#include "core/analysis/workspace_analysis.h"
#include "core/export/heap_json.h"
#include "core/export/report_json.h"
#include "core/import/import.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>
#include <sstream>

namespace heaptoll::test {

namespace {

const ImporterRegistry& registry()
{
    static const std::shared_ptr<const ImporterRegistry> kRegistry = ImporterRegistry::scan();
    return *kRegistry;
}

/// A line, a byte, or a key of a manifest.
bool isPlaced(const Location& where)
{
    return where.line > 0 || where.offset.has_value() || !where.column.empty();
}

/// A refusal of the whole file needs no place in it.
bool isAboutTheWhole(ErrorCode code)
{
    return code == ErrorCode::NotRecognized || code == ErrorCode::Ambiguous || code == ErrorCode::Unsupported;
}

std::string wrongError(const Error& error)
{
    if (error.message.empty() || error.code == ErrorCode::Internal || error.code == ErrorCode::Plugin) {
        return "not a message about the input: " + format(error);
    }
    return isPlaced(error.where) || isAboutTheWhole(error.code) ? std::string() : "no place: " + format(error);
}

std::string wrongPartial(const Document& document)
{
    for (const Issue& issue : document.issues.all()) {
        // "recording." issues are conclusions from the sums of a whole recording: no event is to blame.
        const bool hasPlace = isPlaced(issue.where) || issue.code.starts_with("recording.");
        if (issue.severity == Severity::DataLoss && hasPlace) {
            return {};
        }
    }
    std::string text = "partial without a place:";
    for (const Issue& issue : document.issues.all()) {
        text += ' ' + issue.code + " (" + issue.message + ')';
    }
    return text;
}

/// Shapes that every consumer relies on.
std::string wrongDocument(const Document& document)
{
    if (const auto profile = document.profile()) {
        bool isSound = profile->valueTypes.size() == profile->samples.values.size();
        for (const auto& column : profile->samples.values) {
            isSound = isSound && column.size() == profile->samples.size();
        }
        return isSound ? "" : "a profile of uneven columns";
    }
    if (const auto costs = document.costs()) {
        bool isSound = costs->chargeStart.size() == costs->rowCount && costs->chargeEnd.size() == costs->rowCount;
        for (const NamedDecimalColumn& column : costs->decimals) {
            isSound = isSound && column.values.size() == costs->rowCount;
        }
        return isSound ? "" : "a bill of uneven columns";
    }
    for (const UsageSeries& series : document.usage()->series) {
        for (std::size_t i = 0; i < series.times.size(); ++i) {
            if (!std::isfinite(series.values[i]) || (i > 0 && !(series.times[i - 1] < series.times[i]))) {
                return "a usage series out of order";
            }
        }
    }
    return {};
}

/// The analysis over damaged documents: it must run, and say partial when they are.
std::string wrongAnalysis(const std::vector<DocumentPtr>& documents, bool isWhole)
{
    const auto analysis = analyzeWorkspace(documents, {}, {});
    if (!analysis.ok()) {
        return "the analysis failed: " + format(analysis.error());
    }
    AnalysisReport report;
    report.analysis = analysis.value().get();
    ReportSources sources;
    sources.documents = analysis.value()->documents;
    report.isPartial = isPartial(sources);
    const std::string json = analyzeJson(report, sources);
    if (QJsonDocument::fromJson(QByteArray::fromStdString(json)).isNull()) {
        return "analyze makes no JSON";
    }
    const bool saysPartial =
        json.find("\"complete\": false") != std::string::npos && json.find("\"partial\": true") != std::string::npos;
    return saysPartial == !isWhole ? "" : "analyze does not say what is partial";
}

} // namespace

Reading read(const Stage& stage, const Subject& subject)
{
    Reading reading;
    const auto files = importPaths(registry(), { stage.input(subject) }, {}, {});
    std::vector<DocumentPtr> documents;
    bool isWhole = true;
    for (const ImportedFile& file : files) {
        // As in the program: a file of a folder that is nothing we know is left alone.
        const bool isSkipped = file.error && file.error->code == ErrorCode::NotRecognized && subject.files.size() > 1;
        if (file.error && !isSkipped) {
            reading.why = wrongError(*file.error);
            isWhole = false;
        }
        for (const DocumentPtr& document : file.documents) {
            documents.push_back(document);
            reading.text += describe(*document);
            if (isPartial(*document)) {
                isWhole = false;
                reading.why = wrongPartial(*document);
            }
            const std::string shape = wrongDocument(*document);
            reading.why = shape.empty() ? reading.why : shape;
        }
    }
    reading.outcome = documents.empty() ? Outcome::Error : isWhole ? Outcome::Changed : Outcome::Partial;
    if (documents.empty() && isWhole && subject.files.size() == 1) {
        reading.why = "neither a document nor an error";
    }
    if (reading.why.empty() && !documents.empty()) {
        const bool documentsAreWhole =
            std::ranges::none_of(documents, [](const DocumentPtr& d) { return isPartial(*d); });
        reading.why = wrongAnalysis(documents, documentsAreWhole);
    }
    return reading;
}

std::string wrongProgram(const Stage& stage, const Subject& subject, Outcome outcome)
{
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    cli::Streams io { in, out, err, {}, false };
    const int code = cli::runCli({ "analyze", stage.input(subject), "--format", "json" }, io, {});
    const int expected = outcome == Outcome::Error ? cli::kExitNothingRead : cli::kExitOk;
    if (code != expected) {
        return "analyze ended with " + std::to_string(code) + ": " + err.str();
    }
    if (outcome == Outcome::Error) {
        const bool isSaid = err.str().find("error: ") != std::string::npos;
        return out.str().empty() && isSaid ? "" : "no error on stderr: " + err.str();
    }
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(out.str())).object();
    const bool saysPartial = json.value(QStringLiteral("totals")).toObject().value(QStringLiteral("partial")).toBool()
        || json.value(QStringLiteral("partial")).toBool();
    return saysPartial == (outcome == Outcome::Partial) ? "" : "the label is wrong: " + out.str().substr(0, 600);
}

} // namespace heaptoll::test
