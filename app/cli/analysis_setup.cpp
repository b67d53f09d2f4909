// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_setup.h"

#include "core/analysis/gate_rule.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <cmath>

namespace heaptoll::cli {
namespace {

constexpr qint64 kSmallFile = qint64 { 64 } << 20;
constexpr std::array<std::string_view, 5> kRuleFields { "resource", "sku", "path", "pod", "namespace" };

bool isRuleField(std::string_view field)
{
    return field == "service" || std::ranges::find(kRuleFields, field) != kRuleFields.end()
        || (field.starts_with("tag:") && field.size() > 4) || (field.starts_with("label:") && field.size() > 6);
}

/// NAME=GLOB or NAME=FIELD=GLOB.
Result<ServiceRule> ruleOfOption(const std::string& text)
{
    const std::size_t first = text.find('=');
    if (first == 0 || first == std::string::npos || first + 1 == text.size()) {
        return usageError("--service '" + text + "': expected NAME=GLOB, e.g. checkout=profiles/checkout/*");
    }
    const std::string service = text.substr(0, first);
    const std::string rest = text.substr(first + 1);
    const std::size_t second = rest.find('=');
    if (second != std::string::npos && isRuleField(rest.substr(0, second))) {
        return ServiceRule { rest.substr(0, second), rest.substr(second + 1), service, false };
    }
    return ServiceRule { "path", rest, service, false };
}

Error badFile(const std::string& path, std::string message)
{
    return { ErrorCode::Usage, path + ": " + std::move(message), {}, {} };
}

Result<QJsonObject> readObject(std::string_view what, const std::string& path)
{
    HEAPTOLL_TRY_ASSIGN(const std::string text, readSmallFile(what, path));
    QJsonParseError error {};
    const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(text), &error);
    if (!document.isObject()) {
        const std::string why = error.error == QJsonParseError::NoError
            ? "expected a JSON object"
            : error.errorString().toStdString() + " at byte " + std::to_string(error.offset);
        return badFile(path, why);
    }
    return document.object();
}

Result<std::vector<ServiceRule>> rulesOfMap(const std::string& path)
{
    HEAPTOLL_TRY_ASSIGN(const QJsonObject object, readObject("--map", path));
    const QJsonValue rules = object.value(QStringLiteral("rules"));
    if (!rules.isArray()) {
        return badFile(path, "expected {\"rules\": [{\"field\", \"pattern\", \"service\"}]}");
    }
    std::vector<ServiceRule> all;
    for (const auto& value : rules.toArray()) {
        const QJsonObject rule = value.toObject();
        const auto text = [&rule](const QString& key) { return rule.value(key).toString().toStdString(); };
        ServiceRule parsed { text(QStringLiteral("field")), text(QStringLiteral("pattern")),
            text(QStringLiteral("service")), rule.value(QStringLiteral("ignore")).toBool() };
        const std::string place = "rule " + std::to_string(all.size() + 1) + ": ";
        if (!isRuleField(parsed.field)) {
            return badFile(path,
                place + "unknown field '" + parsed.field
                    + "' (one of tag:KEY label:KEY resource sku path pod namespace service)");
        }
        if (parsed.pattern.empty() || (parsed.service.empty() && !parsed.ignore)) {
            return badFile(path, place + "needs a pattern, and a service or \"ignore\": true");
        }
        all.push_back(std::move(parsed));
    }
    return all;
}

Result<void> readRateCard(const std::string& path, AnalysisOptions& options)
{
    HEAPTOLL_TRY_ASSIGN(const QJsonObject object, readObject("--rate-card", path));
    const QJsonValue price = object.value(QStringLiteral("perGibHour"));
    const double perGibHour = price.isString() ? price.toString().toDouble() : price.toDouble(-1);
    if (!(perGibHour > 0) || !std::isfinite(perGibHour)) {
        return badFile(path, "perGibHour must be a number above 0");
    }
    options.rateCardPerGibHour = perGibHour;
    const QString currency = object.value(QStringLiteral("currency")).toString(QStringLiteral("USD"));
    if (currency.size() != 3 || currency != currency.toUpper()) {
        return badFile(path, "currency '" + currency.toStdString() + "' is not an ISO 4217 code");
    }
    options.rateCardCurrency = currency.toStdString();
    return {};
}

Result<void> readSizing(const Arguments& arguments, SizingOptions& sizing)
{
    static constexpr std::array<std::string_view, 7> kPolicies { "p95", "p99", "max", "vpa", "krr", "kubecost",
        "heaptoll" };
    if (const auto word = arguments.value("policy")) {
        const std::optional<SizingPolicy> policy = parseSizingPolicy(*word);
        if (!policy) {
            return unknownWord("policy", *word, kPolicies);
        }
        sizing.policy = *policy;
    }
    if (const auto text = arguments.value("headroom")) {
        const std::string digits = text->ends_with('%') ? text->substr(0, text->size() - 1) : *text;
        bool isNumber = false;
        const double percent = QString::fromStdString(digits).toDouble(&isNumber);
        if (!isNumber || percent < 0 || percent > 1000) {
            return usageError("--headroom '" + *text + "': expected percent, e.g. 15%");
        }
        sizing.headroom = percent / 100;
    }
    return {};
}

} // namespace

Result<std::string> readSmallFile(std::string_view what, const std::string& path)
{
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly)) {
        return usageError(std::string(what) + ' ' + path + ": " + file.errorString().toStdString());
    }
    const QByteArray bytes = file.read(kSmallFile + 1);
    if (bytes.size() > kSmallFile) {
        return usageError(std::string(what) + ' ' + path + ": larger than 64 MiB");
    }
    return bytes.toStdString();
}

Result<CostBasis> costBasis(const Context& context, CostBasis fallback)
{
    static constexpr std::array<std::string_view, 5> kBases { "billed", "effective", "list", "contracted", "net" };
    const std::optional<std::string> word = context.arguments.value("basis");
    if (!word) {
        return fallback;
    }
    const std::optional<CostBasis> basis = parseCostBasis(*word);
    return basis ? Result<CostBasis>(*basis) : Result<CostBasis>(unknownWord("basis", *word, kBases));
}

Result<AnalysisOptions> analysisOptions(const Context& context)
{
    AnalysisOptions options;
    for (const std::string& text : context.arguments.values("service")) {
        HEAPTOLL_TRY_ASSIGN(ServiceRule rule, ruleOfOption(text));
        options.rules.push_back(std::move(rule));
    }
    if (const auto path = context.arguments.value("map")) {
        HEAPTOLL_TRY_ASSIGN(const std::vector<ServiceRule> rules, rulesOfMap(*path));
        options.rules.insert(options.rules.end(), rules.begin(), rules.end());
    }
    if (const auto path = context.arguments.value("rate-card")) {
        HEAPTOLL_TRY(readRateCard(*path, options));
    }
    HEAPTOLL_TRY_ASSIGN(options.basis, costBasis(context, options.basis));
    HEAPTOLL_TRY(readSizing(context.arguments, options.sizing));
    return options;
}

Result<std::shared_ptr<const WorkspaceAnalysis>> analyzeInputs(
    const Context& context, Inputs& inputs, const AnalysisOptions& options)
{
    HEAPTOLL_TRY_ASSIGN(const std::shared_ptr<const WorkspaceAnalysis> analysis,
        analyzeWorkspace(inputs.sources.documents, options, context.task));
    inputs.sources.documents = analysis->documents;
    inputs.sources.services.assign(analysis->documents.size(), {});
    for (const ServiceView& service : analysis->services) {
        for (const std::size_t document : service.profileDocuments) {
            inputs.sources.services[document] = service.name;
        }
    }
    for (const std::string& note : analysis->notes) {
        context.note(note);
    }
    return analysis;
}

} // namespace heaptoll::cli
