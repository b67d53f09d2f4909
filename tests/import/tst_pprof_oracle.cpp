// SPDX-License-Identifier: Apache-2.0
// Every row of `go tool pprof -top`, for stored oracles and, where Go is installed, for other people's profiles.

#include "tests/import/pprof_support.h"
#include "tests/support/check.h"

#include <cstdio>
#include <filesystem>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const Profile> load(const std::string& path)
{
    auto bytes = readGunzipped(path);
    if (!bytes) {
        return nullptr;
    }
    Import import = importPprof(std::move(*bytes));
    return import.result.ok() && !import.profiles.empty() ? import.profiles.front() : nullptr;
}

void checkOracle(const std::string& profilePath, const std::string& report, GroupBy by = GroupBy::Function)
{
    const auto profile = load(profilePath);
    CHECK(profile != nullptr);
    const TopOracle oracle = readTopOracle(report);
    CHECK(!oracle.rows.empty());
    if (profile) {
        const std::string differences = compareTop(*profile, oracle, by);
        if (!differences.empty()) {
            fail(__FILE__, __LINE__, profilePath + " " + oracle.type + ": " + differences);
        }
    }
}

std::string sharedGo()
{
    const std::string folder = kSharedData + "generated/go/";
    if (!fs::exists(folder)) {
        SKIP("no shared data beside the checkout");
    }
    return folder;
}

/// Output of a command; nullopt when it failed.
std::optional<std::string> outputOf(const std::string& command)
{
    std::FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return std::nullopt;
    }
    std::string out;
    std::array<char, 4096> block {};
    for (std::size_t got = 0; (got = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
        out.append(block.data(), got);
    }
    return pclose(pipe) == 0 ? std::optional(out) : std::nullopt;
}

} // namespace

TEST(goldensMatchGoToolPprofInEveryRowOfAllSampleTypes)
{
    for (const char* const type : { "alloc_objects", "alloc_space", "inuse_objects", "inuse_space" }) {
        const auto report = readFile(kGoldens + "go-orderd.top." + type + ".txt");
        CHECK(report.has_value());
        const TopOracle oracle = readTopOracle(*report);
        CHECK_EQ(oracle.dropped, 0U);
        CHECK(oracle.rows.size() > 20);
        checkOracle(kGoldens + "go-orderd.pb.gz", *report);
    }
}

TEST(goldenLinesMatchGoToolPprof)
{
    checkOracle(kGoldens + "go-orderd.pb.gz", *readFile(kGoldens + "go-orderd.lines.inuse_space.txt"), GroupBy::Site);
}

TEST(inlinedFunctionsAreMarkedAsGoToolPprofMarksThem)
{
    const auto profile = load(kGoldens + "go-orderd.pb.gz");
    CHECK(profile != nullptr);
    const TopOracle oracle = readTopOracle(*readFile(kGoldens + "go-orderd.top.alloc_space.txt"));
    std::size_t inlined = 0;
    for (const TopRow& row : topTable(*profile, *valueIndexOf(*profile, "alloc_space"), GroupBy::Function).rows) {
        const auto it = oracle.rows.find(row.name);
        CHECK(it != oracle.rows.end());
        // pprof looks at the calls with a value, we at every frame: never marked by us alone.
        CHECK(!row.isInlined || it->second.isInline);
        inlined += row.isInlined ? 1U : 0U;
    }
    CHECK(inlined > 0);
}

TEST(storedReportsOfTheLastProfileMatch)
{
    const std::string folder = sharedGo();
    std::size_t reports = 0;
    for (const char* const run : { "orderd-leaky", "orderd-fixed", "orderd-leaky-rate512k" }) {
        for (const char* const name :
            { "top.alloc_space", "top.alloc_objects", "top.inuse_objects", "cum.inuse_space" }) {
            const auto report = readFile(folder + run + "/oracle.last." + name + ".txt");
            if (report) {
                checkOracle(folder + run + "/heap.T11.pb.gz", *report);
                ++reports;
            }
        }
        if (const auto report = readFile(folder + run + "/oracle.last.goroutine.top.txt")) {
            checkOracle(folder + run + "/goroutine.T11.pb.gz", *report);
            ++reports;
        }
        if (const auto report = readFile(folder + run + "/oracle.last.lines.inuse_space.txt")) {
            checkOracle(folder + run + "/heap.T11.pb.gz", *report, GroupBy::Site);
            ++reports;
        }
    }
    std::cout << reports << " stored reports\n";
    CHECK(reports >= 15);
}

TEST(storedSeriesReportsMatch)
{
    const std::string folder = sharedGo();
    std::size_t reports = 0;
    for (const char* const run : { "orderd-leaky", "orderd-fixed", "orderd-leaky-rate512k" }) {
        const auto text = readFile(folder + run + "/oracle.top.inuse_space.txt");
        CHECK(text.has_value());
        for (std::size_t at = text->find("== "); at != std::string::npos;) {
            const std::size_t next = text->find("\n== ", at);
            const std::string part = text->substr(at, next == std::string::npos ? next : next - at);
            const std::string file = part.substr(3, part.find('\n') - 3);
            checkOracle(folder + run + "/" + file, part.substr(part.find('\n') + 1));
            ++reports;
            at = next == std::string::npos ? next : next + 1;
        }
    }
    std::cout << reports << " stored reports\n";
    CHECK(reports >= 30);
}

TEST(otherPeoplesProfilesMatchTheToolItself)
{
    const std::string folder = kSharedData + "thirdparty/";
    if (!fs::exists(folder)) {
        SKIP("no third-party profiles beside the checkout");
    }
    if (!outputOf("go version 2>/dev/null")) {
        SKIP("Go is not installed");
    }
    std::size_t compared = 0;
    std::size_t files = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string path = entry.path().string();
        const bool isPprof = path.ends_with(".pb.gz") || path.ends_with(".pprof") || path.ends_with(".pb");
        if (!isPprof || !entry.is_regular_file()) {
            continue;
        }
        const auto profile = load(path);
        if (!profile) {
            std::cout << "not read: " << path << '\n';
            continue;
        }
        ++files;
        for (const ValueType& type : profile->valueTypes) {
            const std::string unit = type.unit == "nanoseconds" ? "ns" : "B";
            const auto report = outputOf("go tool pprof -symbolize=none -top -nodecount=1000000 -nodefraction=0"
                                         " -edgefraction=0 -unit="
                + unit + " -sample_index=" + type.type + " '" + path + "' 2>/dev/null");
            if (report) {
                checkOracle(path, *report);
                ++compared;
            }
        }
    }
    std::cout << compared << " tables of " << files << " files\n";
    CHECK(compared > 0);
}

HEAPTOLL_TEST_MAIN
