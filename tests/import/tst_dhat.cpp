// SPDX-License-Identifier: Apache-2.0
// Compares DHAT's profiles with what DHAT printed, and every point with a second reading of the JSON.
#include "core/sdk/support/json_text.h"
#include "core/sdk/support/valgrind_frame.h"
#include "plugins/dhat/dhat_file.h"
#include "plugins/dhat/dhat_parser.h"
#include "tests/support/import_run.h"

#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/dhat/";
const std::string kData = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/";

using Members = std::vector<sdk::JsonValue>;

/// "==1== Total:     1,033 bytes in 46 blocks" -> {1033, 46}; {} when the line is missing.
std::vector<std::int64_t> printed(const std::string& text, const std::string& title)
{
    const std::size_t at = text.find("== " + title + ':');
    if (at == std::string::npos) {
        return {};
    }
    std::istringstream words(text.substr(at, text.find('\n', at) - at));
    std::vector<std::int64_t> numbers;
    words.ignore(256, ':');
    for (std::string word; words >> word;) {
        std::erase(word, ',');
        if (word.find_first_not_of("0123456789") == std::string::npos) {
            numbers.push_back(std::stoll(word));
        }
    }
    return numbers;
}

void comparePrinted(
    const Profile& profile, const std::string& text, const char* title, const char* bytes, const char* blocks)
{
    const std::vector<std::int64_t> numbers = printed(text, title);
    const std::vector<std::optional<std::int64_t>> ours { totalOf(profile, bytes), totalOf(profile, blocks) };
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(ours[i] == (i < numbers.size() ? std::optional(numbers[i]) : std::nullopt));
    }
}

std::string text(const Members& members, const std::string& key)
{
    const sdk::JsonValue* const value = sdk::findJson(members, key);
    return value == nullptr ? std::string() : value->text;
}

std::string place(std::string_view function, std::string_view file, std::uint32_t line, std::string_view module)
{
    return std::string(function) + '|' + std::string(file) + '|' + std::to_string(line) + '|' + std::string(module)
        + ';';
}

using Points = std::map<std::string, std::vector<std::int64_t>>; ///< stack, leaf first -> values of all its points

/// The points of a file by another JSON reader.
Points pointsOf(const std::string& json, const std::vector<std::string>& keys)
{
    const Members file = sdk::parseJsonObject(json).value_or(Members {});
    const Members names = sdk::parseJsonArray(text(file, "ftbl")).value_or(Members {});
    Points points;
    for (const sdk::JsonValue& value : sdk::parseJsonArray(text(file, "pps")).value_or(Members {})) {
        const Members point = sdk::parseJsonObject(value.text).value_or(Members {});
        std::string stack;
        for (const sdk::JsonValue& index : sdk::parseJsonArray(text(point, "fs")).value_or(Members {})) {
            const sdk::ValgrindFrame frame = sdk::parseValgrindFrame(names.at(std::stoul(index.text)).text);
            stack += std::to_string(frame.address) + ' ' + place(frame.function, frame.file, frame.line, frame.module);
        }
        auto& sums = points[stack];
        sums.resize(keys.size(), 0);
        for (std::size_t k = 0; k < keys.size(); ++k) {
            sums[k] += std::stoll(text(point, keys[k]));
        }
    }
    return points;
}

std::size_t columnOf(const Profile& profile, const std::string& metric)
{
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        if (metricName(profile.valueTypes[i]) == metric) {
            return i;
        }
    }
    fail(__FILE__, __LINE__, "no column " + metric);
    return 0;
}

Points pointsOf(const Profile& profile, const std::vector<std::string>& metrics)
{
    Points points;
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        std::string stack;
        for (NodeId node { profile.samples.stacks[row] }; !node.isNone(); node = profile.stacks.parent(node)) {
            const Frame& frame = profile.frameOf(node);
            stack += std::to_string(frame.address) + ' '
                + place(profile.strings.view(frame.function), profile.strings.view(frame.file), frame.line,
                    profile.strings.view(frame.module));
        }
        for (const std::string& metric : metrics) {
            points[stack].push_back(profile.samples.values[columnOf(profile, metric)][row]);
        }
    }
    return points;
}

/// Returns the number of stacks compared.
std::size_t compareFile(const std::string& base)
{
    const std::string json = fileText(base + ".dhat.json").value_or("");
    const std::string print = fileText(base + ".stderr.txt").value_or("");
    CHECK_EQ(probeText<DhatParser>(json).score, 100);
    const auto run = importText<DhatParser>(json);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    const Profile& profile = *run->profile();
    if (json.find("\"mode\":\"copy\"") != std::string::npos) {
        comparePrinted(profile, print, "Total", "custom:copied_bytes", "custom:copied_blocks");
        CHECK(pointsOf(profile, { "custom:copied_bytes", "custom:copied_blocks" }) == pointsOf(json, { "tb", "tbk" }));
        return profile.samples.size();
    }
    comparePrinted(profile, print, "Total", "alloc_bytes", "alloc_objects");
    comparePrinted(profile, print, "At t-gmax", "peak_bytes", "custom:peak_objects");
    comparePrinted(profile, print, "At t-end", "leaked_bytes", "custom:leaked_objects");
    CHECK(totalOf(profile, "custom:read_bytes") == printed(print, "Reads").at(0));
    CHECK(totalOf(profile, "custom:write_bytes") == printed(print, "Writes").at(0));
    const Points ours = pointsOf(profile,
        { "alloc_bytes", "alloc_objects", "peak_bytes", "custom:peak_objects", "leaked_bytes", "custom:leaked_objects",
            "custom:read_bytes", "custom:write_bytes", "custom:lifetimes" });
    CHECK(ours == pointsOf(json, { "tb", "tbk", "gb", "gbk", "eb", "ebk", "rb", "wb", "tl" }));
    return ours.size();
}

std::string golden(const char* name)
{
    return fileText(kGolden + name).value_or("");
}

DhatPoint point(std::int64_t bytes, std::int64_t blocks, std::int64_t read, std::int64_t written)
{
    DhatPoint point;
    const auto put = [&point](DhatField field, std::int64_t value) {
        point.values.at(static_cast<std::size_t>(field)) = value;
    };
    put(DhatField::TotalBytes, bytes);
    put(DhatField::TotalBlocks, blocks);
    put(DhatField::ReadBytes, read);
    put(DhatField::WriteBytes, written);
    return point;
}

} // namespace

TEST(golden_files_agree_with_what_dhat_printed)
{
    CHECK_EQ(compareFile(kGolden + "orderd-leaky"), std::size_t { 12 });
    CHECK_EQ(compareFile(kGolden + "orderd-copy"), std::size_t { 9 });
}

TEST(every_file_of_the_shared_data_agrees_with_what_dhat_printed)
{
    std::size_t files = 0;
    std::size_t stacks = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(kData + "native/dhat", error)) {
        const std::string path = entry.path().string();
        if (path.ends_with(".dhat.json")) {
            stacks += compareFile(path.substr(0, path.size() - 10));
            ++files;
        }
    }
    if (files == 0) {
        SKIP("no shared data");
    }
    std::cout << files << " files, " << stacks << " stacks\n";
}

TEST(bytes_that_nothing_touches_are_counted)
{
    CHECK(unaccessedBytes(point(96, 1, 0, 1), { 1, -95, 0 }) == 95);
    CHECK(unaccessedBytes(point(200, 2, 0, 3), { 2, 1, -98, 0 }) == 197); // the second byte in one block of two
    CHECK(unaccessedBytes(point(200, 2, 9, 0), { -100, 2 }) == 0);
    CHECK(unaccessedBytes(point(140'000, 70'000, 9, 0), { 65'535, 0 }) == 70'000); // the count stops at 65,535
    CHECK(unaccessedBytes(point(8'388'608, 1, 0, 838'860), {}) == 7'549'748); // at least
    CHECK(unaccessedBytes(point(100, 1, 500, 500), {}) == 0);
    CHECK(unaccessedBytes(point(100, 1, INT64_MAX, INT64_MAX), {}) == 0);
    CHECK(!unaccessedBytes(point(96, 1, 0, 0), { -95, 0 }));
    CHECK(!unaccessedBytes(point(96, 1, 0, 0), { 0, -95 }));
    CHECK(!unaccessedBytes(point(96, 1, 0, 0), { INT64_MIN, 0 }));
    CHECK(!unaccessedBytes(point(1, 1, 0, 0), { -1, -1 }));
    const auto run = importText<DhatParser>(golden("orderd-leaky.dhat.json"));
    const std::string words = inWords(*run->profile());
    CHECK(words.find("AuditLog::append(long)|orderd.cpp:31;") != std::string::npos);
    CHECK(words.find(" 285000\n") != std::string::npos); // 3000 blocks of 96 bytes, of which one is written
}

TEST(dhat_rs_has_no_accesses_and_true_time)
{
    const std::string json = golden("dhat-rs.json");
    CHECK_EQ(probeText<DhatParser>(json).score, 100);
    const auto run = importText<DhatParser>(json);
    CHECK(run->result.ok());
    const Profile& profile = *run->profile();
    CHECK_EQ(profile.duration.ns, 2'500'000);
    CHECK_EQ(totalOf(profile, "peak_bytes").value_or(-1), 2048);
    CHECK_EQ(totalOf(profile, "leaked_bytes").value_or(-1), 1024);
    CHECK_EQ(totalOf(profile, "alloc_bytes").value_or(-1), 4160);
    CHECK(!totalOf(profile, "custom:read_bytes"));
    CHECK(!totalOf(profile, "custom:unaccessed_bytes"));
    CHECK(inWords(profile).find("shop::cart::add|src/cart.rs:21;shop::main|src/main.rs:7;") != std::string::npos);
}

TEST(version_1_is_converted)
{
    const auto run = importText<DhatParser>(golden("version1.json"));
    CHECK(run->result.ok());
    const Profile& profile = *run->profile();
    CHECK_EQ(profile.formatVersion, "1");
    CHECK_EQ(totalOf(profile, "leaked_bytes").value_or(-1), 100);
    CHECK_EQ(totalOf(profile, "custom:lifetimes").value_or(-1), 120);
    CHECK_EQ(totalOf(profile, "custom:unaccessed_bytes").value_or(-1), 270);
}

TEST(ad_hoc_units_are_no_bytes)
{
    const auto run = importText<DhatParser>(R"({"dhatFileVersion":2,"mode":"rust-ad-hoc","verb":"Did","bklt":false,)"
                                            R"("bkacc":false,"bu":"unit","bsu":"units","bksu":"events","tu":"us",)"
                                            R"("te":1,"pps":[{"tb":7,"tbk":2,"fs":[]}],"ftbl":["[root]"]})");
    CHECK(run->result.ok());
    CHECK_EQ(totalOf(*run->profile(), "custom:did_units").value_or(-1), 7);
    CHECK_EQ(totalOf(*run->profile(), "custom:did_events").value_or(-1), 2);
    CHECK(!isBytes(run->profile()->valueTypes[0]));
}

TEST(damage_is_located)
{
    const std::string json = golden("version1.json");
    const auto issueOf = [](const std::string& text, const char* code) {
        const auto run = importText<DhatParser>(text);
        const Issue* const issue = run->sink.findIssue(code);
        CHECK(run->result.ok());
        CHECK(issue != nullptr && issue->severity == Severity::DataLoss && issue->where.line > 0);
    };
    issueOf(replaced(json, "\"gb\":200", "\"gb\":900"), "dhat.inconsistent");
    issueOf(replaced(json, "\"gb\":200", "\"xb\":200"), "dhat.point_lost");
    issueOf(replaced(json, "\"tb\":300", "\"tb\":-300"), "dhat.point_lost");
    issueOf(replaced(json, "-90,0", "-80,0"), "dhat.access_counts");
    issueOf(replaced(json, "[1,2]", "[1,99]"), "dhat.frame_missing");
    issueOf(replaced(json, "[1,2]", "[1,-1]"), "dhat.frame_missing");
    const auto codeOf = [](const std::string& text) { return importText<DhatParser>(text)->result.error().code; };
    CHECK(codeOf(replaced(json, "\"tb\":300", "\"tb\":3e2")) == ErrorCode::Malformed);
    CHECK(codeOf(replaced(json, "\"ftbl\"", "\"ftbx\"")) == ErrorCode::Malformed);
    CHECK(codeOf(replaced(json, "Version\":1", "Version\":3")) == ErrorCode::Unsupported);
    CHECK(codeOf("{}") == ErrorCode::NotRecognized);
    CHECK(codeOf("[]") != ErrorCode::Internal);
}

TEST(cut_files_keep_whole_points)
{
    const std::string json = golden("orderd-leaky.dhat.json");
    checkCuts<DhatParser>(json, 500, [&](std::size_t size) { return size + 1 >= json.size(); });
    const auto run = importText<DhatParser>(json.substr(0, json.find("\"ftbl\"")));
    CHECK(run->result.error().code == ErrorCode::Truncated);
    CHECK_EQ(run->profile()->samples.size(), std::size_t { 12 });
    CHECK_EQ(totalOf(*run->profile(), "peak_bytes").value_or(-1), 11'327'064);
}

TEST(boundary_inputs_end_as_expected)
{
    const std::string edge = kData + "edge/dhat/";
    if (!fs::exists(edge)) {
        SKIP("no shared data");
    }
    const auto minimal = importText<DhatParser>(fileText(edge + "minimal.json").value_or(""));
    CHECK(minimal->result.ok());
    CHECK_EQ(totalOf(*minimal->profile(), "alloc_bytes").value_or(-1), 100);
    CHECK_EQ(totalOf(*minimal->profile(), "peak_bytes").value_or(-1), 80);
    CHECK_EQ(totalOf(*minimal->profile(), "leaked_bytes").value_or(-1), 20);
    const auto wrong = importText<DhatParser>(fileText(edge + "wrong-version.json").value_or(""));
    CHECK(wrong->result.error().code == ErrorCode::Unsupported);
    CHECK(wrong->profiles.empty());
}

HEAPTOLL_TEST_MAIN
