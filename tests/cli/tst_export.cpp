// SPDX-License-Identifier: Apache-2.0
#include "core/export/csv.h"
#include "core/export/flame.h"
#include "core/export/json_writer.h"
#include "core/export/report_json.h"
#include "tests/support/check.h"

#include <array>
#include <limits>

using namespace heaptoll;

TEST(json_keepsOrderAndEveryDigit)
{
    JsonWriter json;
    json.beginObject()
        .field("z", std::numeric_limits<std::int64_t>::max())
        .field("a", Decimal::parse("20.52022672899")->value);
    json.key("list").beginArray(JsonWriter::Layout::Line).integer(-1).number(0.1).null().boolean(true).endArray();
    CHECK_EQ(json.endObject().take(),
        "{\n  \"z\": 9223372036854775807,\n  \"a\": \"20.52022672899\",\n  \"list\": [-1, 0.1, null, true]\n}\n");
}

TEST(json_escapesControlsAndRepairsBadUtf8)
{
    JsonWriter json;
    json.string("a\"\\\n\x1b[31m\xff\xc3\xa9");
    CHECK_EQ(json.take(), "\"a\\\"\\\\\\n\\u001b[31m\uFFFDé\"\n");
}

TEST(json_hasNoNanAndNoMinusZero)
{
    CHECK_EQ(JsonWriter().number(std::numeric_limits<double>::quiet_NaN()).take(), "null\n");
    CHECK_EQ(plainNumber(-0.0), "0");
    CHECK_EQ(plainNumber(1e6), "1000000");
    CHECK_EQ(plainNumber(1.5e-9), "1.5e-09");
}

TEST(json_emptyContainersStayOnOneLine)
{
    JsonWriter json;
    json.beginObject().key("a").beginArray().endArray().key("b").beginObject().endObject();
    CHECK_EQ(json.endObject().take(), "{\n  \"a\": [],\n  \"b\": {}\n}\n");
}

TEST(csv_quotesOnlyWhereNeededAndLeavesUnknownEmpty)
{
    CsvWriter csv { "name", "value" };
    csv.cell("a,\"b\"").cell(std::optional<double> {}).endRow().cell("plain").cell(2.5).endRow();
    CHECK_EQ(csv.take(), "name,value\r\n\"a,\"\"b\"\"\",\r\nplain,2.5\r\n");
}

namespace {

FlameReport smallFlame()
{
    FlameReport report;
    report.type = { Metric::LiveBytes, "inuse_space", "bytes" };
    report.title = "x<y>.pb.gz";
    report.tree.labels.resize(3);
    report.tree.labels[1].site = { "std::vector<int>::grow", "a.cpp", 7, {} };
    report.tree.labels[2].site = { "leaf", {}, 0, {} };
    report.tree.nodes = { { 0, 0, 0, 100 }, { 0, 1, 40, 100 }, { 1, 2, 60, 60 } };
    return report;
}

Finding hostileFinding()
{
    Finding finding;
    finding.id = "L-01";
    finding.fingerprint = "0123456789abcdef";
    finding.title = "Buffers | leak in <script>x</script>";
    finding.service = "check`out";
    finding.blame = Site { "open<T>|x", "src/my file.cpp", 14, {} };
    finding.stack = { { "malloc", {}, 0, {} }, *finding.blame, { "main", "main.cpp", 3, {} } };
    finding.growthBytesPerHour = 1024.0;
    finding.costPerMonth = CostPerMonth { Decimal::fromUnits(399), Decimal::fromUnits(340), Decimal::fromUnits(455),
        "USD", SavingKind::AvoidsGrowth };
    return finding;
}

} // namespace

TEST(flameSvg_escapesNamesAndDrawsEveryFrame)
{
    const std::string svg = flameSvg(smallFlame());
    CHECK(svg.find("std::vector&lt;int&gt;::grow") != std::string::npos);
    CHECK(svg.find("<int>") == std::string::npos);
    CHECK(svg.find("leaf (60 B, 60 % of all)") != std::string::npos);
    CHECK(svg.find("<script") == std::string::npos);
}

TEST(speedscope_weightsAddUpToTheTotal)
{
    const std::string text = flameSpeedscope(smallFlame());
    CHECK(text.find("\"weights\": [40, 60]") != std::string::npos);
    CHECK(text.find("\"endValue\": 100") != std::string::npos);
    CHECK(text.find("[1, 2]") != std::string::npos);
}

TEST(markdown_cannotBeBrokenByNames)
{
    const Finding finding = hostileFinding();
    WorkspaceAnalysis analysis;
    AnalysisReport report;
    report.analysis = &analysis;
    report.findings = { &finding };
    const std::string text = analyzeMarkdown(report, {});
    CHECK(text.find("<script>") == std::string::npos);
    CHECK(text.find("Buffers \\| leak") != std::string::npos);
    CHECK(text.find("open&lt;T&gt;&#124;x &lt; main") != std::string::npos);
    CHECK(text.find("<details>") != std::string::npos);
}

TEST(sarif_hasLocationFingerprintAndMoney)
{
    const Finding finding = hostileFinding();
    WorkspaceAnalysis analysis;
    AnalysisReport report;
    report.analysis = &analysis;
    report.findings = { &finding };
    report.baseline = std::set<std::string> {};
    const std::string text = analyzeSarif(report, {});
    CHECK(text.find("\"uri\": \"src/my%20file.cpp\"") != std::string::npos);
    CHECK(text.find("\"startLine\": 14") != std::string::npos);
    CHECK(text.find("\"heaptollFinding/v1\": \"0123456789abcdef\"") != std::string::npos);
    CHECK(text.find("\"costPerMonth\": \"399\"") != std::string::npos);
    CHECK(text.find("\"baselineState\": \"new\"") != std::string::npos);
}

TEST(sarif_showsEveryFindingThatFailsARuleAsAnError)
{
    std::array<Finding, 3> findings { hostileFinding(), hostileFinding(), hostileFinding() };
    WorkspaceAnalysis analysis;
    AnalysisReport report;
    report.analysis = &analysis;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        findings[i].id = "L-0" + std::to_string(i + 1);
        findings[i].confidence.level = ConfidenceLevel::High;
        report.findings.push_back(&findings[i]);
    }
    RuleOutcome money;
    money.rule.text = "recoverable>$1/mo";
    money.state = RuleOutcome::State::Fail;
    money.result.value = 8;
    money.result.valueText = "$8/mo";
    money.result.findings = { "L-01", "L-03" };
    RuleOutcome unknown;
    unknown.rule.text = "leak(typo)>0B/h";
    unknown.state = RuleOutcome::State::Warn;
    unknown.result.reason = "no such thing";
    report.rules = { money, unknown };
    const std::string text = analyzeSarif(report, {});
    std::vector<std::string> levels;
    for (std::size_t at = text.find("\"ruleIndex\""); at != std::string::npos;
         at = text.find("\"ruleIndex\"", at + 1)) {
        const std::size_t start = text.find("\"level\": \"", at) + 10;
        levels.push_back(text.substr(start, text.find('"', start) - start));
    }
    CHECK_EQ(levels, (std::vector<std::string> { "error", "warning", "error" }));
    CHECK(text.find("rule recoverable>$1/mo is true: $8/mo") != std::string::npos);
    CHECK(text.find("rule leak(typo)>0B/h could not be checked: no such thing") != std::string::npos);
    const std::string json = analyzeJson(report, {});
    CHECK(json.find("\"findings\": [\"L-01\", \"L-03\"]") != std::string::npos);
}

TEST(json_hasAllFingerprintsWhateverIsShown)
{
    WorkspaceAnalysis analysis;
    analysis.findings = { hostileFinding(), hostileFinding(), hostileFinding() };
    analysis.findings[1].fingerprint = "1111111111111111";
    analysis.findings[2].fingerprint = "2222222222222222";
    analysis.findings[2].isWeak = true;
    AnalysisReport report;
    report.analysis = &analysis;
    report.findings = { analysis.findings.data() };
    const std::string json = analyzeJson(report, {});
    const std::size_t list = json.find("\"fingerprints\"");
    CHECK(list != std::string::npos);
    CHECK(json.find("0123456789abcdef", list) != std::string::npos);
    CHECK(json.find("1111111111111111", list) != std::string::npos);
    CHECK(json.find("2222222222222222") == std::string::npos);
}

TEST(blameLine_namesCallersTowardsTheRoot)
{
    const Finding finding = hostileFinding();
    CHECK_EQ(blameLine(finding, 3), "src/my file.cpp:14 open<T>|x < main");
    CHECK_EQ(costWithRange(finding), "$399 ($340–$455)");
}

HEAPTOLL_TEST_MAIN
