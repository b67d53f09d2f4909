// SPDX-License-Identifier: Apache-2.0
#include "core/export/report_json.h"

#include <algorithm>
#include <array>

namespace heaptoll {
namespace {

using Layout = JsonWriter::Layout;

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

struct RuleText {
    FindingKind kind;
    std::string_view title;
    std::string_view help;
};
/// One SARIF rule per kind of finding; ruleId is the kind's name.
constexpr std::array<RuleText, 8> kRules {
    RuleText { FindingKind::Leak, "Memory leak", "Live bytes of this place grow and are not given back." },
    RuleText { FindingKind::UnboundedCache, "Cache without a bound", "A cache grows without a limit on its size." },
    RuleText { FindingKind::Churn, "Allocation churn", "Much is allocated here and hardly anything is kept." },
    RuleText { FindingKind::Retained, "Retained at exit", "Still live when the recording ended." },
    RuleText { FindingKind::Overprovisioned, "Memory over-provisioned", "The request is far above what is used." },
    RuleText { FindingKind::Underprovisioned, "Memory under-provisioned", "Usage is close to or above the limit." },
    RuleText { FindingKind::CostAnomaly, "Cost anomaly", "The bill of a service does not fit its own past." },
    RuleText { FindingKind::UnattributedCost, "Unattributed cost", "Part of the bill belongs to no known service." },
};

/// A valid URI reference of a path as the profile has it: absolute paths become file URIs, the rest is percent-encoded.
std::string uriOf(std::string_view path)
{
    static constexpr std::string_view kPlain = "-._~/!$&'()*+,;=@";
    static constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string uri = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool isAlnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (isAlnum || kPlain.find(c) != std::string_view::npos) {
            uri += c;
        } else if (c == '\\') {
            uri += '/';
        } else {
            uri += '%';
            uri += kHex[byte >> 4U];
            uri += kHex[byte & 15U];
        }
    }
    return uri;
}

void writeLocation(JsonWriter& json, const Site& site, std::string_view message)
{
    json.beginObject();
    if (!site.file.empty()) {
        json.key("physicalLocation").beginObject();
        json.key("artifactLocation").beginObject(Layout::Line).field("uri", uriOf(site.file)).endObject();
        if (site.line > 0) {
            json.key("region").beginObject(Layout::Line).field("startLine", site.line).endObject();
        }
        json.endObject();
    }
    if (!site.function.empty()) {
        json.key("logicalLocations").beginArray().beginObject(Layout::Line);
        json.field("fullyQualifiedName", site.function).field("kind", "function").endObject().endArray();
    }
    if (!message.empty()) {
        json.key("message").beginObject(Layout::Line).field("text", message).endObject();
    }
    json.endObject();
}

std::string_view levelOf(const Finding& finding, const AnalysisReport& report)
{
    const bool breaksRule = std::ranges::any_of(report.rules, [&finding](const RuleOutcome& outcome) {
        return outcome.state == RuleOutcome::State::Fail
            && std::ranges::find(outcome.result.findings, finding.id) != outcome.result.findings.end();
    });
    if (breaksRule) {
        return "error";
    }
    return finding.confidence.level == ConfidenceLevel::Low ? "note" : "warning";
}

std::string messageOf(const Finding& finding)
{
    std::string text = finding.title;
    if (finding.costPerMonth) {
        text += ": " + costPerMonthWithKind(finding);
    }
    for (const Evidence& evidence : finding.why) {
        text += ". " + evidence.text;
    }
    return text;
}

void writeProperties(JsonWriter& json, const Finding& finding)
{
    json.key("properties").beginObject();
    json.field("id", finding.id).fieldOrNull("service", finding.service);
    json.field("growthBytesPerHour", finding.growthBytesPerHour).field("liveBytes", finding.liveBytes);
    const auto& cost = finding.costPerMonth;
    json.field("costPerMonth", cost ? std::optional(cost->amount) : std::nullopt);
    json.field("costLow", cost ? std::optional(cost->low) : std::nullopt);
    json.field("costHigh", cost ? std::optional(cost->high) : std::nullopt);
    json.fieldOrNull("currency", cost ? cost->currency : std::string());
    json.fieldOrNull("savingKind", cost ? name(cost->kind) : std::string_view {});
    json.field("confidence", name(finding.confidence.level)).field("partial", finding.isPartial);
    json.endObject();
}

void writeStackFrames(JsonWriter& json, const Finding& finding)
{
    json.key("stacks").beginArray().beginObject();
    json.key("message").beginObject(Layout::Line).field("text", "Allocated here, innermost frame first").endObject();
    json.key("frames").beginArray();
    for (const Site& site : finding.stack) {
        json.beginObject().key("location");
        writeLocation(json, site, site.function);
        json.endObject();
    }
    json.endArray().endObject().endArray();
}

void writeResult(JsonWriter& json, const Finding& finding, const AnalysisReport& report)
{
    json.beginObject();
    json.field("ruleId", name(finding.kind));
    const auto rule = std::ranges::find(kRules, finding.kind, &RuleText::kind);
    json.field("ruleIndex", std::int64_t { rule - kRules.begin() });
    json.field("level", levelOf(finding, report));
    json.key("message").beginObject(Layout::Line).field("text", messageOf(finding)).endObject();
    json.key("locations").beginArray();
    if (finding.blame) {
        writeLocation(json, *finding.blame, {});
    } else {
        json.beginObject().key("logicalLocations").beginArray().beginObject(Layout::Line);
        json.field("fullyQualifiedName", finding.service).field("kind", "module").endObject().endArray().endObject();
    }
    json.endArray();
    if (!finding.stack.empty()) {
        writeStackFrames(json, finding);
    }
    json.key("partialFingerprints").beginObject(Layout::Line);
    json.field("heaptollFinding/v1", finding.fingerprint).endObject();
    if (report.baseline) {
        json.field("baselineState", report.baseline->contains(finding.fingerprint) ? "unchanged" : "new");
    }
    writeProperties(json, finding);
    json.endObject();
}

void writeDriver(JsonWriter& json)
{
    json.key("tool").beginObject().key("driver").beginObject();
    json.field("name", "heaptoll").key("rules").beginArray();
    for (const RuleText& rule : kRules) {
        json.beginObject().field("id", name(rule.kind));
        json.key("shortDescription").beginObject(Layout::Line).field("text", rule.title).endObject();
        json.key("fullDescription").beginObject(Layout::Line).field("text", rule.help).endObject();
        json.endObject();
    }
    json.endArray().endObject().endObject();
}

void writeNotification(JsonWriter& json, std::string_view level, const std::string& text)
{
    json.beginObject().field("level", level);
    json.key("message").beginObject(Layout::Line).field("text", text).endObject().endObject();
}

void writeRuleNotification(JsonWriter& json, const RuleOutcome& outcome)
{
    const GateResult& result = outcome.result;
    if (!result.value) {
        writeNotification(json, "warning", "rule " + outcome.rule.text + " could not be checked: " + result.reason);
    } else if (outcome.state != RuleOutcome::State::Ok) {
        writeNotification(json, outcome.state == RuleOutcome::State::Fail ? "error" : "warning",
            "rule " + outcome.rule.text + " is true: " + result.valueText
                + (result.where.empty() ? "" : " in " + result.where));
    }
}

void writeInvocation(JsonWriter& json, const AnalysisReport& report, const ReportSources& sources)
{
    json.key("invocations").beginArray().beginObject();
    json.field("executionSuccessful", true).key("toolExecutionNotifications").beginArray();
    for (const RuleOutcome& outcome : report.rules) {
        writeRuleNotification(json, outcome); // a rule about the whole bill has no finding to show it at
    }
    for (const DocumentPtr& document : sources.documents) {
        for (const Issue& issue : document->issues.all()) {
            const bool isLoss = issue.severity == Severity::DataLoss || issue.severity == Severity::Error;
            const std::string place = placeInSource(issue.where);
            writeNotification(json, isLoss ? "warning" : "note",
                document->path + (place.empty() ? "" : ':' + place) + ": " + issue.message);
        }
    }
    for (const UnreadInput& input : sources.unread) {
        writeNotification(json, "error", input.path + ": " + input.error.message);
    }
    json.endArray().endObject().endArray();
}

} // namespace

std::string analyzeSarif(const AnalysisReport& report, const ReportSources& sources)
{
    JsonWriter json;
    json.beginObject().field("$schema", kSchema).field("version", "2.1.0");
    json.key("runs").beginArray().beginObject();
    writeDriver(json);
    writeInvocation(json, report, sources);
    json.key("results").beginArray();
    for (const Finding* finding : report.findings) {
        writeResult(json, *finding, report);
    }
    json.endArray().field("columnKind", "utf16CodeUnits");
    return json.endObject().endArray().endObject().take();
}

} // namespace heaptoll
