// SPDX-License-Identifier: Apache-2.0
// Text heap profiles against the tools that belong to them: `go tool pprof -raw` (stored, and live where Go is
// installed), google-pprof and jeprof by function, and Go's own profile.proto of the same moment.
#include "plugins/pprof/pprof_parser.h"
#include "tests/support/heap_text_run.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/heap_text/";
const std::string kShared = HEAPTOLL_SOURCE_DIR "/../shared/data/";

using Values = std::vector<std::int64_t>;
/// Sums by "stack | label".
using Sums = std::map<std::string, Values>;

void add(Sums& sums, const std::string& key, const Values& values)
{
    Values& sum = sums[key];
    sum.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum[i] += values[i];
    }
}

std::string sharedData(const std::string& folder)
{
    if (!fs::exists(kShared + folder)) {
        SKIP("no shared data beside the checkout: " + folder);
    }
    return kShared + folder;
}

std::vector<std::string> filesBelow(const std::string& folder, const std::string& extension)
{
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && entry.path().string().ends_with(extension)) {
            files.push_back(entry.path().string());
        }
    }
    std::ranges::sort(files);
    return files;
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

/// What `go tool pprof -raw` prints.
struct RawReport {
    struct Sample {
        Values values;
        std::vector<std::size_t> locations; ///< leaf first
        std::string bytes;
        std::string thread;
    };
    std::vector<Sample> samples;
    std::map<std::size_t, std::string> locations; ///< "module+0xoffset", as frameText()
};

std::string between(const std::string& text, const std::string& start, const std::string& end)
{
    const std::size_t at = text.find(start);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t stop = text.find(end, at + start.size());
    return text.substr(at + start.size(), stop == std::string::npos ? stop : stop - at - start.size());
}

void readLocations(const std::string& text, RawReport& report)
{
    struct Range {
        std::uint64_t start = 0;
        std::uint64_t offset = 0;
        std::string file;
    };
    std::map<std::size_t, Range> ranges;
    std::istringstream mappings(between(text, "\nMappings\n", "\n\n"));
    for (std::string line; std::getline(mappings, line);) {
        std::size_t id = 0;
        unsigned long long start = 0;
        unsigned long long end = 0;
        unsigned long long offset = 0;
        char file[512] = "";
        if (std::sscanf(line.c_str(), "%zu: %llx/%llx/%llx %511s", &id, &start, &end, &offset, file) >= 4) {
            ranges[id] = { start, offset, file };
        }
    }
    std::istringstream locations(between(text, "\nLocations\n", "\nMappings\n"));
    for (std::string line; std::getline(locations, line);) {
        std::size_t id = 0;
        unsigned long long address = 0;
        std::size_t mapping = 0;
        const int got = std::sscanf(line.c_str(), " %zu: %llx M=%zu", &id, &address, &mapping);
        if (got < 2) {
            continue; // a further function inlined at the location before
        }
        const Range range = got == 3 ? ranges[mapping] : Range {};
        char function[256] = "";
        char file[256] = "";
        unsigned sourceLine = 0;
        if (std::sscanf(line.c_str(), " %*u: 0x0 %255s %255[^:]:%u", function, file, &sourceLine) == 3) {
            report.locations[id] = std::string(function) + ' ' + file + ':' + std::to_string(sourceLine);
            continue; // of Java, which knows no addresses
        }
        char place[32];
        std::snprintf(
            place, sizeof place, "0x%llx", range.file.empty() ? address : address - range.start + range.offset);
        report.locations[id] = range.file.empty() ? place : range.file + '+' + place;
    }
}

RawReport readRaw(const std::string& text)
{
    RawReport report;
    readLocations(text, report);
    std::istringstream samples(between(text, "\nSamples:\n", "\nLocations\n"));
    std::string line;
    std::getline(samples, line); // names of the columns
    while (std::getline(samples, line)) {
        if (const std::size_t at = line.find("bytes:["); at != std::string::npos) {
            report.samples.back().bytes = between(line, "bytes:[", "]");
            continue;
        }
        if (line.find("thread:[") != std::string::npos) {
            report.samples.back().thread = between(line, "thread:[", "]");
            continue;
        }
        const std::size_t colon = line.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        RawReport::Sample sample;
        std::istringstream values(line.substr(0, colon));
        for (std::int64_t value = 0; values >> value;) {
            sample.values.push_back(value);
        }
        std::istringstream locations(line.substr(colon + 1));
        for (std::size_t id = 0; locations >> id;) {
            sample.locations.push_back(id);
        }
        report.samples.push_back(std::move(sample));
    }
    return report;
}

std::string stackOf(const RawReport& report, const RawReport::Sample& sample)
{
    std::string text;
    for (const std::size_t id : sample.locations) {
        text += (text.empty() ? "" : ";") + report.locations.at(id);
    }
    return text;
}

Values valuesOf(const Profile& profile, std::size_t sample)
{
    Values values;
    for (const auto& column : profile.samples.values) {
        values.push_back(column[sample]);
    }
    return values;
}

/// Both sides by stack, and by block size where the profile has them. What differs, "" when nothing does.
std::string compareRaw(const Profile& profile, const RawReport& report, std::size_t& rows)
{
    Sums ours;
    bool hasSizes = false;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        const std::string label = labelText(profile, profile.samples.labels[i]);
        hasSizes = hasSizes || !label.empty();
        add(ours, stackText(profile, profile.samples.stacks[i]) + " | " + label, valuesOf(profile, i));
    }
    Sums theirs;
    for (const RawReport::Sample& sample : report.samples) {
        const bool hasSize = hasSizes && sample.bytes != "0";
        add(theirs, stackOf(report, sample) + " | " + (hasSize ? "bytes=" + sample.bytes : ""), sample.values);
    }
    rows += theirs.size();
    std::string differences = ours.size() == theirs.size()
        ? ""
        : std::to_string(ours.size()) + " rows instead of " + std::to_string(theirs.size()) + "; ";
    for (const auto& [key, values] : theirs) {
        const auto it = ours.find(key);
        if (it == ours.end()) {
            differences += "no " + key.substr(0, 200) + "; ";
        } else if (it->second != values) {
            differences += "other numbers of " + key.substr(0, 200) + "; ";
        }
    }
    return differences.substr(0, 1000);
}

void checkRaw(const std::string& file, const std::string& report, std::size_t& rows)
{
    const HeapTextRun run = importHeapText(readFile(file).value_or(""));
    CHECK_EQ(run.profiles.size(), 1U);
    const std::string differences =
        run.profiles.empty() ? "not read" : compareRaw(run.profile(), readRaw(report), rows);
    if (!differences.empty()) {
        fail(__FILE__, __LINE__, file + ": " + differences);
    }
}

/// "OrderCache::remember(long)" -> "OrderCache::remember", as google-pprof and jeprof shorten names.
std::string shortName(const std::string& name)
{
    std::string plain;
    int depth = 0;
    for (const char c : name.substr(0, name.find('('))) {
        depth += c == '<' ? 1 : 0;
        plain += depth == 0 ? std::string(1, c) : "";
        depth -= c == '>' ? 1 : 0;
    }
    const std::size_t space = plain.rfind(' ');
    return space == std::string::npos ? plain : plain.substr(space + 1);
}

/// Functions of the profiled program by the address where each begins. Errors: empty without nm.
std::map<std::uint64_t, std::string> functionsOf(const std::string& binary)
{
    std::map<std::uint64_t, std::string> functions;
    std::istringstream lines(outputOf("nm -C '" + binary + "' 2>/dev/null").value_or(""));
    for (std::string line; std::getline(lines, line);) {
        if (line.size() > 19 && line.front() != ' ' && std::string("tTwW").find(line[17]) != std::string::npos) {
            functions[std::stoull(line.substr(0, 16), nullptr, 16)] = shortName(line.substr(19));
        }
    }
    return functions;
}

/// Bytes in use below every function of the program; its code has the same offsets in file and memory.
std::map<std::string, std::int64_t> cumulated(
    const Profile& profile, const std::map<std::uint64_t, std::string>& functions, std::string_view type)
{
    std::map<std::string, std::int64_t> sums;
    const auto& values = profile.samples.values[columnOf(profile, type)];
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::set<std::string> seen;
        for (NodeId at { std::size_t { profile.samples.stacks[i] } }; !at.isNone(); at = profile.stacks.parent(at)) {
            const Frame& frame = profile.frameOf(at);
            const auto after = functions.upper_bound(frame.address);
            if (profile.strings.view(frame.module).ends_with("/orderd") && after != functions.begin()
                && seen.insert(std::prev(after)->second).second) {
                sums[std::prev(after)->second] += values[i];
            }
        }
    }
    return sums;
}

struct TextCheck {
    std::size_t files = 0;
    std::size_t rows = 0;
};

/// "== file", "Total: N B" and rows "flat flat% sum% cum cum% name" of google-pprof and jeprof. tolerance: bytes that
/// cutting the fraction of every stack may cost.
void checkTextReport(const std::string& folder, const std::string& report,
    const std::map<std::uint64_t, std::string>& functions, TextCheck& check)
{
    std::istringstream lines(report);
    std::optional<HeapTextRun> run;
    std::map<std::string, std::int64_t> sums;
    std::int64_t tolerance = 0;
    std::string file;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("== ")) {
            file = line.substr(3);
            run.emplace(importHeapText(readFile(folder + file).value_or("")));
            CHECK_EQ(run->profiles.size(), 1U);
            tolerance =
                run->profile().sampling.periodBytes > 0 ? static_cast<std::int64_t>(run->profile().samples.size()) : 0;
            sums = cumulated(run->profile(), functions, run->profile().valueTypes.back().type);
            ++check.files;
            continue;
        }
        if (!run) {
            continue;
        }
        std::int64_t theirs = 0;
        std::int64_t ours = 0;
        char name[256] = "";
        if (std::sscanf(line.c_str(), "Total: %ld B", &theirs) == 1) {
            ours = run->profile().total(run->profile().defaultValue).value_or(-1);
        } else if (std::sscanf(line.c_str(), "%*d %*f%% %*f%% %ld %*f%% %255[^\n]", &theirs, name) == 2
            && sums.contains(name)) {
            ours = sums.at(name);
        } else {
            continue; // functions of libraries, and inlined ones: nm knows neither
        }
        ++check.rows;
        if (ours > theirs || theirs - ours > tolerance) {
            fail(__FILE__, __LINE__,
                folder + file + ' ' + name + ": " + std::to_string(ours) + " is not " + std::to_string(theirs));
        }
    }
}

/// Sums by the stack from its first frame that is not the runtime's, as "function file:line;...", and by block size.
/// Left out: what writing the profiles itself allocates between them, and records that are zero by now.
Sums goSums(const Profile& profile)
{
    Sums sums;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string stack = stackText(profile, profile.samples.stacks[i]);
        const bool isOfWriting = stack.find("main.dump ") != std::string::npos;
        const Values values = valuesOf(profile, i);
        if (isOfWriting || std::ranges::all_of(values, [](std::int64_t value) { return value == 0; })) {
            continue;
        }
        while (stack.starts_with("runtime.") && stack.find(';') != std::string::npos) {
            stack.erase(0, stack.find(';') + 1);
        }
        add(sums, stack + " | " + labelText(profile, profile.samples.labels[i]), values);
    }
    return sums;
}

} // namespace

TEST(the_golden_has_every_row_of_go_tool_pprof)
{
    std::size_t rows = 0;
    checkRaw(
        kGolden + "gperftools.0014.heap", readFile(kGolden + "gperftools.0014.gopprof_raw.txt").value_or(""), rows);
    CHECK_EQ(rows, 11U);
}

TEST(stored_raw_reports_match_in_every_row)
{
    const std::string folder = sharedData("generated/native/tcmalloc");
    std::size_t rows = 0;
    for (const char* const set :
        { "orderd-leaky/orderd-leaky.0014", "orderd-fixed/orderd-fixed.0014", "sqlite3/sqlite3.0006" }) {
        const std::string file = folder + '/' + set + ".heap";
        const std::string report = fs::path(file).parent_path().string() + "/oracle.last.gopprof_raw.txt";
        checkRaw(file, readFile(report).value_or(""), rows);
    }
    std::cout << rows << " rows\n";
    CHECK(rows > 400);
}

TEST(other_peoples_stored_reports_match_in_every_row)
{
    const std::string folder = sharedData("thirdparty/google+pprof/profile/testdata") + '/';
    std::size_t rows = 0;
    for (const char* const file : { "cppbench.heap", "cppbench.growth", "gobench.heap", "java.heap" }) {
        checkRaw(folder + file, readFile(folder + file + ".string").value_or(""), rows);
    }
    std::cout << rows << " rows\n";
    CHECK(rows > 40);
}

TEST(every_gperftools_file_matches_go_tool_pprof_itself)
{
    const std::string folder = sharedData("generated/native/tcmalloc");
    if (!outputOf("go version 2>/dev/null")) {
        SKIP("Go is not installed");
    }
    std::size_t rows = 0;
    const auto files = filesBelow(folder, ".heap");
    for (const std::string& file : files) {
        const auto report = outputOf("go tool pprof -raw -symbolize=none '" + file + "' 2>/dev/null");
        CHECK(report.has_value());
        checkRaw(file, report.value_or(""), rows);
    }
    std::cout << rows << " rows of " << files.size() << " files\n";
    CHECK(files.size() >= 34);
}

TEST(functions_hold_what_google_pprof_and_jeprof_print)
{
    const std::string folder = sharedData("generated/native");
    const auto functions = functionsOf(folder + "/bin/orderd");
    if (functions.empty()) {
        SKIP("nm is not installed");
    }
    TextCheck check;
    for (const char* const set : { "tcmalloc/orderd-leaky", "tcmalloc/orderd-fixed", "tcmalloc/sqlite3",
             "jemalloc/orderd-leaky-exact", "jemalloc/orderd-leaky-sampled", "jemalloc/python3" }) {
        const std::string path = folder + '/' + set + '/';
        const std::string name =
            std::string(set).starts_with("jemalloc") ? "oracle.jeprof.txt" : "oracle.inuse_space.txt";
        const auto report = readFile(path + name);
        CHECK(report.has_value());
        checkTextReport(path, report.value_or(""), functions, check);
    }
    std::cout << check.rows << " rows of " << check.files << " files\n";
    CHECK(check.files >= 58 && check.rows > 250);
}

TEST(threads_of_other_peoples_jemalloc_match_where_their_blocks_are_alike)
{
    const std::string folder = sharedData("thirdparty/felixge+pprofutils/internal/legacy/test-fixtures") + '/';
    const RawReport report = readRaw(readFile(folder + "jemalloc.heap.string").value_or(""));
    const HeapTextRun run = importHeapText(readFile(folder + "jemalloc.heap").value_or(""));
    CHECK_EQ(run.profiles.size(), 1U);
    // They scale every thread by the average of its own blocks and leave out the line for all; we scale that line, as
    // jeprof does, and share it out. Both agree where all threads of a stack have blocks of one size.
    std::map<std::string, std::set<std::string>> sizes;
    Sums theirs;
    for (const RawReport::Sample& sample : report.samples) {
        sizes[stackOf(report, sample)].insert(sample.bytes);
        add(theirs, stackOf(report, sample) + " | thread=" + sample.thread, sample.values);
    }
    Sums ours;
    for (std::size_t i = 0; i < run.profile().samples.size(); ++i) {
        add(ours,
            stackText(run.profile(), run.profile().samples.stacks[i]) + " | "
                + labelText(run.profile(), run.profile().samples.labels[i]),
            valuesOf(run.profile(), i));
    }
    std::size_t compared = 0;
    std::size_t alike = 0;
    for (const auto& [key, values] : theirs) {
        if (sizes.at(key.substr(0, key.find(" | "))).size() > 1) {
            continue;
        }
        ++compared;
        const auto it = ours.find(key);
        alike += it != ours.end() && std::abs(it->second[1] - values[1]) <= 1 + values[1] / 1000 ? 1U : 0U;
    }
    std::cout << alike << " of " << compared << " rows, " << theirs.size() << " in all\n";
    CHECK(compared > 300);
    CHECK_EQ(alike, compared);
}

TEST(go_text_says_what_go_proto_of_the_same_moment_says)
{
    const std::string folder = sharedData("generated/go") + '/';
    std::size_t rows = 0;
    for (const char* const run : { "orderd-leaky", "orderd-fixed", "orderd-leaky-rate512k" }) {
        const HeapTextRun text = importHeapText(readFile(folder + run + "/heap.T11.debug1.txt").value_or(""));
        CHECK(text.result.ok() && !text.isPartial());
        MemorySource source(readGunzipped(folder + run + "/heap.T11.pb.gz").value_or(""));
        TestSink sink;
        CHECK(pprof::PprofParser().run(source, sink, {}).ok());
        const auto proto = sink.takeProfiles();
        CHECK_EQ(proto.size(), 1U);
        const Sums ours = goSums(text.profile());
        const Sums theirs = goSums(*proto.at(0));
        for (const auto& [key, values] : theirs) {
            const auto it = ours.find(key);
            if (it == ours.end() || it->second != values) {
                fail(__FILE__, __LINE__, std::string(run) + ": not the same: " + key.substr(0, 300));
            }
        }
        CHECK_EQ(ours.size(), theirs.size());
        rows += theirs.size();
    }
    std::cout << rows << " rows\n";
    CHECK(rows > 700);
}

HEAPTOLL_TEST_MAIN
