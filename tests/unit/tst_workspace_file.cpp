// SPDX-License-Identifier: Apache-2.0
#include "core/session/workspace_file.h"
#include "tests/support/check.h"

#include <QTemporaryDir>

#include <filesystem>
#include <fstream>

using namespace heaptoll;

namespace {

std::string write(const QTemporaryDir& folder, const char* name, const std::string& bytes)
{
    const std::string path = folder.filePath(QString::fromLatin1(name)).toStdString();
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

} // namespace

TEST(saveAndLoad_keepEverythingAndMoveWithTheirFolder)
{
    const QTemporaryDir folder;
    const std::string data = write(folder, "a/data/heap.pb.gz", "12345");
    Workspace workspace;
    workspace.sources = { { data, 5, std::nullopt, false, false }, { "/elsewhere/x.csv", 7, "focus", false, false } };
    workspace.options.rules = { { "tag:app", "check*", "checkout", false } };
    workspace.options.serviceOfPath[data] = "checkout";
    workspace.options.placementOfPath[data] = { TimePlacement::Clock::Relative, parseInstant("2026-11-05T04:00:00Z") };
    workspace.options.rateCardPerGibHour = 0.0043;
    workspace.options.sizing.policy = SizingPolicy::P99;
    workspace.findingStates["f1"] = { FindingState::State::Muted, "known", parseInstant("2026-12-01") };
    workspace.viewJson = R"({"page":"timeline"})";
    const std::string path = folder.filePath(QStringLiteral("a/shop.toll")).toStdString();
    CHECK(saveWorkspace(workspace, path).ok());

    std::filesystem::rename(
        folder.filePath(QStringLiteral("a")).toStdString(), folder.filePath(QStringLiteral("moved")).toStdString());
    const auto loaded = loadWorkspace(folder.filePath(QStringLiteral("moved/shop.toll")).toStdString());
    CHECK(loaded.ok());
    const Workspace& back = loaded.value();
    const std::string moved = folder.filePath(QStringLiteral("moved/data/heap.pb.gz")).toStdString();
    CHECK_EQ(back.sources[0].path, moved);
    CHECK(!back.sources[0].isMissing && !back.sources[0].isChanged);
    CHECK(back.sources[1].isMissing);
    CHECK_EQ(back.sources[1].format.value_or(""), "focus");
    CHECK_EQ(back.options.rules.at(0).pattern, "check*");
    CHECK_EQ(back.options.serviceOfPath.at(moved), "checkout");
    CHECK_EQ(toIso8601(*back.options.placementOfPath.at(moved).start), "2026-11-05T04:00:00Z");
    CHECK_EQ(*back.options.rateCardPerGibHour, 0.0043);
    CHECK(back.options.sizing.policy == SizingPolicy::P99);
    CHECK_EQ(back.findingStates.at("f1").reason, "known");
    CHECK_EQ(back.viewJson, R"({"page":"timeline"})");
}

TEST(load_saysWhatIsWrong)
{
    const QTemporaryDir folder;
    CHECK(loadWorkspace(write(folder, "a.toll", "{\"x\":")).error().code == ErrorCode::Malformed);
    CHECK(loadWorkspace(write(folder, "b.toll", "{\"schema\":\"other/1\"}")).error().code == ErrorCode::Malformed);
    CHECK(loadWorkspace(write(folder, "c.toll", "{\"schema\":\"heaptoll.workspace/9\"}")).error().code
        == ErrorCode::Unsupported);
    CHECK(loadWorkspace("/nowhere/d.toll").error().code == ErrorCode::Io);
    CHECK(!saveWorkspace({}, "/nowhere/d.toll").ok());
}

TEST(parse_refusesWhatNothingCanBeComputedWith)
{
    const auto refused = [](const std::string& body) {
        const auto parsed = parseWorkspace("{\"schema\":\"heaptoll.workspace/1\"," + body + "}", "/w/a.toll");
        return parsed.ok() ? "accepted" : parsed.error().where.source + ": " + parsed.error().message;
    };
    CHECK_EQ(refused(R"("options":{"hoursPerMonth":0})"),
        "/w/a.toll: options.hoursPerMonth is 0.000000, which is out of range");
    CHECK(refused(R"("options":{"cpuToMemoryRatio":-9})").find("cpuToMemoryRatio") != std::string::npos);
    CHECK(refused(R"("options":{"rateCardPerGibHour":-1})").find("rateCardPerGibHour") != std::string::npos);
    CHECK(refused(R"("options":{"sizingHeadroom":-0.1})").find("sizingHeadroom") != std::string::npos);
    CHECK_EQ(refused(R"("sources":[{"path":"a"},{"sizeBytes":"1"}])"), "/w/a.toll: sources[1] has no path");
    CHECK_EQ(refused(R"("options":{"rateCardPerGibHour":0,"sizingHeadroom":0})"), "accepted");
    CHECK(parseWorkspace("{\"schema\":\"heaptoll.workspace/x\"}", "/w/a.toll").error().code == ErrorCode::Malformed);
    // a path that Qt would look for inside the program
    const auto resource = parseWorkspace(
        "{\"schema\":\"heaptoll.workspace/1\",\"sources\":[{\"path\":\":/icons/ok.svg\"}]}", "/w/a.toll");
    CHECK_EQ(resource.value().sources.at(0).path, "/w/:/icons/ok.svg");
    CHECK(resource.value().sources.at(0).isMissing);
}

TEST(load_noticesChangedFiles)
{
    const QTemporaryDir folder;
    const std::string data = write(folder, "heap", "12345");
    Workspace workspace;
    workspace.sources = { { data, 4, std::nullopt, false, false } };
    const std::string path = folder.filePath(QStringLiteral("w.toll")).toStdString();
    CHECK(saveWorkspace(workspace, path).ok());
    CHECK(loadWorkspace(path).value().sources[0].isChanged);
}

HEAPTOLL_TEST_MAIN
