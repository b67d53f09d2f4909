// SPDX-License-Identifier: Apache-2.0
// Compares Massif's files with what ms_print and msparser say about them.
#include "core/sdk/support/json_text.h"
#include "plugins/massif/massif_file.h"
#include "plugins/massif/massif_parser.h"
#include "tests/support/import_run.h"

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

using namespace heaptoll;
using namespace heaptoll::test;
namespace fs = std::filesystem;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/massif/";
const TaskContext kTask; // outlives every reader
const std::string kData = HEAPTOLL_SOURCE_DIR "/../shared/data/";

/// Bytes of every node of a tree, by its path: the lines of the nodes from the root on, '\n' behind each.
using Nodes = std::map<std::string, std::int64_t>;

struct Shown {
    std::vector<std::vector<std::int64_t>> rows; ///< n, time, total, heap, extra, stacks
    std::map<std::int64_t, Nodes> trees; ///< by n
    std::string command;
};

std::int64_t number(std::string text)
{
    std::erase(text, ',');
    return std::stoll(text);
}

/// One line of a tree of ms_print: "| ->79.26% (1,024,000B) 0x10997F: SessionTable::load() (orderd.cpp:53)".
void addNode(Nodes& nodes, std::vector<std::string>& path, const std::string& line, std::size_t percent)
{
    const std::size_t open = line.find('(', percent);
    const std::size_t close = line.find("B) ", open);
    const std::size_t arrow = line.rfind("->", percent);
    const std::size_t depth = arrow == std::string::npos ? 0 : arrow / 2 + 1;
    path.resize(depth);
    path.push_back(line.substr(close + 3) + '\n');
    std::string key;
    for (const std::string& part : path) {
        key += part;
    }
    nodes[key] += number(line.substr(open + 1, close - open - 1));
}

Shown readMsPrint(const std::string& text)
{
    Shown shown;
    std::istringstream in(text);
    std::vector<std::string> path;
    bool inTable = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("Command:")) {
            shown.command = line.substr(20);
        }
        inTable = inTable || line.starts_with("  n ");
        if (!inTable || line.empty()) {
            continue;
        }
        const std::size_t percent = line.find("% (");
        if (percent != std::string::npos) {
            addNode(shown.trees[shown.rows.back()[0]], path, line, percent);
            continue;
        }
        std::istringstream cells(line);
        std::vector<std::int64_t> row;
        for (std::string cell; cells >> cell && (std::isdigit(static_cast<unsigned char>(cell[0])) != 0);) {
            row.push_back(number(cell));
        }
        if (row.size() == 6) {
            shown.rows.push_back(std::move(row));
        }
    }
    return shown;
}

/// The tree of a snapshot as the file has it: every node, its bytes the sum of the rows below it.
Nodes nodesOf(const MassifFile& file, const MassifSnapshot& snapshot)
{
    Nodes nodes;
    for (std::size_t row = snapshot.firstRow; row < snapshot.lastRow; ++row) {
        std::string key;
        for (std::size_t i = row == 0 ? 0 : file.rows.ends[row - 1]; i < file.rows.ends[row]; ++i) {
            key += std::string(file.frames.texts()[file.rows.frames[i]]) + '\n';
            nodes[key] += file.rows.bytes[row];
        }
    }
    return nodes;
}

/// Without the root's line, which is no frame, and with our word for small places.
std::string ourPath(const std::string& theirs)
{
    const std::size_t rootEnd = theirs.find('\n') + 1;
    std::string path = theirs.substr(rootEnd);
    if (path.find("below massif's threshold") != std::string::npos) {
        const std::size_t last = path.rfind('\n', path.size() - 2);
        path =
            path.substr(0, last == std::string::npos ? 0 : last + 1) + std::string(MassifTree::kBelowThreshold) + '\n';
    }
    return path;
}

struct Compared {
    std::size_t files = 0;
    std::size_t rows = 0;
    std::size_t nodes = 0;
};

void compareTree(const std::string& name, std::int64_t n, const Nodes& theirs, const Nodes& ours, Compared& compared)
{
    for (const auto& [path, bytes] : theirs) {
        const std::string key = ourPath(path);
        if (key.empty() || key.find("ms_print's threshold") != std::string::npos) {
            continue; // the root, which is the snapshot's heap; ms_print's own sum of small nodes
        }
        const auto it = ours.find(key);
        const std::int64_t found = it == ours.end() ? 0 : it->second;
        if (found != bytes) {
            fail(__FILE__, __LINE__,
                name + ", snapshot " + std::to_string(n) + ": " + std::to_string(found) + " instead of "
                    + std::to_string(bytes) + " for " + key);
        }
        ++compared.nodes;
    }
}

/// The columns of the model against the rows of the file that they come from.
void compareModel(const std::string& name, const MassifFile& file, const Profile& profile)
{
    const auto sum = [&file](const MassifSnapshot& snapshot) {
        std::int64_t bytes = 0;
        for (std::size_t row = snapshot.firstRow; row < snapshot.lastRow; ++row) {
            bytes += file.rows.bytes[row];
        }
        return bytes;
    };
    CHECK_EQ(profile.timeline->liveBytes().size(), file.snapshots.size());
    std::size_t checkpoint = 0;
    for (std::size_t i = 0; i < file.snapshots.size(); ++i) {
        const MassifSnapshot& snapshot = file.snapshots[i];
        CHECK_EQ(profile.timeline->liveBytes()[i], snapshot.heapBytes);
        if (snapshot.isPeak) {
            CHECK_EQ(totalOf(profile, "peak_bytes").value_or(-1), snapshot.heapBytes);
            CHECK_EQ(totalOf(profile, "custom:peak_extra_bytes").value_or(0), snapshot.extraBytes);
            CHECK_EQ(totalOf(profile, "custom:peak_stack_bytes").value_or(0), snapshot.stackBytes);
        }
        if (!snapshot.hasTree) {
            continue;
        }
        CHECK_EQ(sum(snapshot), snapshot.heapBytes);
        const Span at = profile.timeline->checkpointTimes().at(checkpoint++);
        const bool isLastOfItsTime = i + 1 == file.snapshots.size() || file.snapshots[i + 1].time != snapshot.time;
        if (isLastOfItsTime) {
            std::int64_t live = 0;
            for (const std::int64_t bytes : profile.timeline->range({}, at).liveBytesAtEnd) {
                live += bytes;
            }
            CHECK_EQ(live, snapshot.heapBytes);
        }
    }
    CHECK_EQ(name + std::to_string(checkpoint), name + std::to_string(profile.timeline->checkpointTimes().size()));
}

void compareFile(const std::string& path, const std::string& oracle, Compared& compared)
{
    const std::string text = fileText(path).value_or("");
    const Shown shown = readMsPrint(fileText(oracle).value_or(""));
    CHECK_EQ(probeText<MassifParser>(text).score, 100);
    MemorySource source(text);
    TestSink sink;
    MassifReader reader(source, sink, kTask);
    CHECK(reader.run().ok());
    const MassifFile& file = reader.file();
    CHECK_EQ(file.command, shown.command);
    CHECK_EQ(file.snapshots.size(), shown.rows.size());
    for (std::size_t i = 0; i < std::min(file.snapshots.size(), shown.rows.size()); ++i) {
        const MassifSnapshot& ours = file.snapshots[i];
        const std::vector<std::int64_t> row { static_cast<std::int64_t>(ours.number), ours.time.whole,
            ours.totalBytes(), ours.heapBytes, ours.extraBytes, ours.stackBytes };
        CHECK(row == shown.rows[i]);
        CHECK_EQ(ours.hasTree, shown.trees.contains(row[0]));
        if (ours.hasTree) {
            compareTree(path, row[0], shown.trees.at(row[0]), nodesOf(file, ours), compared);
        }
        ++compared.rows;
    }
    const auto run = importText<MassifParser>(text);
    CHECK(run->result.ok());
    CHECK(!run->sink.issues.hasDataLoss());
    compareModel(path, file, *run->profile());
    ++compared.files;
}

using JsonMembers = std::vector<sdk::JsonValue>;

std::string member(const JsonMembers& object, const std::string& key)
{
    const sdk::JsonValue* const value = sdk::findJson(object, key);
    return value == nullptr ? std::string() : value->text;
}

/// msparser's tree: {"nbytes", "details": {"function", "file", "line", "address"} or null, "children": [...]}.
void addJsonNodes(Nodes& nodes, const std::string& text, const std::string& path)
{
    const JsonMembers node = sdk::parseJsonObject(text).value_or(JsonMembers {});
    for (const sdk::JsonValue& child : sdk::parseJsonArray(member(node, "children")).value_or(JsonMembers {})) {
        const JsonMembers members = sdk::parseJsonObject(child.text).value_or(JsonMembers {});
        std::string line(MassifTree::kBelowThreshold);
        if (const auto details = sdk::parseJsonObject(member(members, "details"))) {
            const std::string file = member(*details, "file");
            const std::string number = member(*details, "line");
            line = member(*details, "address") + ": " + member(*details, "function")
                + (number.empty() || number == "null" ? "" : " (" + file + ':' + number + ')');
        }
        nodes[path + line + '\n'] += std::stoll(member(members, "nbytes"));
        addJsonNodes(nodes, child.text, path + line + '\n');
    }
}

/// The same words as msparser's: it knows no modules.
Nodes withoutModules(const Nodes& nodes)
{
    Nodes out;
    for (const auto& [path, bytes] : nodes) {
        std::string words;
        std::istringstream in(path);
        for (std::string line; std::getline(in, line);) {
            const std::size_t module = line.rfind(" (in ");
            words += (module == std::string::npos ? line : line.substr(0, module)) + '\n';
        }
        out[words] += bytes;
    }
    return out;
}

void compareJson(const std::string& path, Compared& compared)
{
    MemorySource source(fileText(path).value_or(""));
    TestSink sink;
    MassifReader reader(source, sink, kTask);
    CHECK(reader.run().ok());
    const MassifFile& file = reader.file();
    const JsonMembers oracle = sdk::parseJsonObject(fileText(path + ".json").value_or("")).value_or(JsonMembers {});
    const JsonMembers snapshots = sdk::parseJsonArray(member(oracle, "snapshots")).value_or(JsonMembers {});
    CHECK_EQ(snapshots.size(), file.snapshots.size());
    CHECK_EQ(member(oracle, "time_unit"), file.timeUnit);
    for (std::size_t i = 0; i < std::min(snapshots.size(), file.snapshots.size()); ++i) {
        const JsonMembers theirs = sdk::parseJsonObject(snapshots[i].text).value_or(JsonMembers {});
        const MassifSnapshot& ours = file.snapshots[i];
        CHECK_EQ(std::to_string(ours.heapBytes), member(theirs, "mem_heap"));
        CHECK_EQ(std::to_string(ours.extraBytes), member(theirs, "mem_heap_extra"));
        CHECK_EQ(std::to_string(ours.stackBytes), member(theirs, "mem_stack"));
        CHECK_EQ(std::to_string(ours.time.whole), member(theirs, "time"));
        Nodes nodes;
        addJsonNodes(nodes, member(theirs, "heap_tree"), {});
        CHECK_EQ(nodes.empty(), !ours.hasTree);
        const Nodes all = withoutModules(nodesOf(file, ours));
        for (const auto& [key, bytes] : nodes) {
            const auto it = all.find(key);
            if (bytes != (it == all.end() ? 0 : it->second)) {
                fail(__FILE__, __LINE__, path + ": " + std::to_string(bytes) + " for " + key);
            }
        }
        compared.nodes += nodes.size();
        ++compared.rows;
    }
    ++compared.files;
}

const std::string kSmall = "desc: (none)\ncmd: ./a b=c\ntime_unit: ms\n"
                           "#-----------\nsnapshot=0\n#-----------\ntime=0\nmem_heap_B=0\nmem_heap_extra_B=0\n"
                           "mem_stacks_B=0\nheap_tree=empty\n"
                           "#-----------\nsnapshot=1\n#-----------\ntime=5\nmem_heap_B=100\nmem_heap_extra_B=8\n"
                           "mem_stacks_B=16\nheap_tree=peak\n"
                           "n2: 100 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.\n"
                           " n1: 90 0x10: grow (a.cpp:3)\n"
                           "  n0: 90 0x20: main (in /tmp/a (deleted))\n"
                           " n0: 10 in 4 places, all below massif's threshold (1.00%)\n";

} // namespace

TEST(golden_files_agree_with_ms_print)
{
    Compared compared;
    for (const char* const name : { "orderd-fixed", "orderd-leaky-ms-stacks" }) {
        compareFile(kGolden + name + ".massif.out", kGolden + name + ".ms_print.txt", compared);
    }
    CHECK_EQ(compared.rows, std::size_t { 188 });
}

TEST(every_file_of_the_shared_data_agrees_with_ms_print)
{
    Compared compared;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(kData + "generated/native/massif", error)) {
        const std::string path = entry.path().string();
        if (path.ends_with(".massif.out")) {
            compareFile(path, path.substr(0, path.size() - 11) + ".ms_print.txt", compared);
        }
    }
    const std::string thirdparty = kData + "thirdparty/MathieuTurcotte+msparser/test_data/massif.out.";
    for (const char* const name : { "0", "1", "2", "3" }) {
        if (fs::exists(thirdparty + name)) {
            compareFile(thirdparty + name, thirdparty + name + ".oracle-ms_print.txt", compared);
        }
    }
    if (compared.files == 0) {
        SKIP("no shared data");
    }
    std::cout << compared.files << " files, " << compared.rows << " snapshots, " << compared.nodes << " nodes\n";
}

TEST(msparsers_files_agree_with_its_json)
{
    Compared compared;
    const std::string thirdparty = kData + "thirdparty/MathieuTurcotte+msparser/test_data/massif.out.";
    for (const char* const name : { "0", "1", "2", "3" }) {
        if (fs::exists(thirdparty + name + ".json")) {
            compareJson(thirdparty + name, compared);
        }
    }
    if (compared.files == 0) {
        SKIP("no shared data");
    }
    std::cout << compared.files << " files, " << compared.rows << " snapshots, " << compared.nodes << " nodes\n";
}

TEST(a_tree_becomes_stacks_with_places)
{
    const auto run = importText<MassifParser>(kSmall);
    CHECK(run->result.ok());
    CHECK(run->sink.issues.all().empty());
    const Profile& profile = *run->profile();
    CHECK_EQ(profile.command, "./a b=c");
    CHECK_EQ(profile.duration.ns, std::int64_t { 5'000'000 });
    CHECK_EQ(totalOf(profile, "peak_bytes").value_or(-1), 100);
    CHECK_EQ(totalOf(profile, "live_bytes").value_or(-1), 100);
    CHECK_EQ(totalOf(profile, "custom:peak_extra_bytes").value_or(-1), 8);
    CHECK_EQ(totalOf(profile, "custom:peak_stack_bytes").value_or(-1), 16);
    const std::string words = inWords(profile);
    CHECK(words.find("grow|a.cpp:3;main|:0; 90 90 0 0\n") != std::string::npos);
    CHECK(words.find("(below massif's threshold)|:0; 10 10 0 0\n") != std::string::npos);
    const auto module = [&profile](NodeId node) { return profile.strings.view(profile.frameOf(node).module); };
    CHECK_EQ(module(NodeId { 1 }), "/tmp/a (deleted)");
    CHECK(profile.timeline->clock() == sdk::RecordingClock::Time);
    CHECK_EQ(profile.timeline->times().size(), std::size_t { 2 });
}

TEST(functions_of_one_address_are_inlined)
{
    const auto run = importText<MassifParser>(fileText(kGolden + "orderd-fixed.massif.out").value_or(""));
    const std::string words = inWords(*run->profile());
    CHECK(words.find("allocate|new_allocator.h:137i;allocate|alloc_traits.h:464i;_M_allocate|stl_vector.h:378i;"
                     "std::vector<char*, std::allocator<char*> >::reserve(unsigned long)|vector.tcc:79;")
        != std::string::npos);
}

TEST(clocks_that_count_no_time_give_no_duration)
{
    for (const char* const unit : { "i", "B" }) {
        const auto run = importText<MassifParser>(replaced(kSmall, "time_unit: ms", std::string("time_unit: ") + unit));
        CHECK(run->result.ok());
        CHECK_EQ(run->profile()->duration.ns, 0);
        CHECK_EQ(run->profile()->timeline->times().back().ns, 5);
        CHECK(run->profile()->timeline->clock() != sdk::RecordingClock::Time);
        CHECK(run->sink.findIssue("massif.no_time") != nullptr);
    }
    const auto unknown = importText<MassifParser>(replaced(kSmall, "time_unit: ms", "time_unit: fortnights"));
    CHECK(unknown->profile()->timeline == nullptr);
    const Issue* const unit = unknown->sink.findIssue("massif.unknown_time_unit");
    CHECK(unit != nullptr && unit->where.line == 3);
}

TEST(heaptracks_dialect_has_its_header_last)
{
    const std::string text = fileText(kGolden + "git-log.heaptrack.massif").value_or("");
    CHECK_EQ(probeText<MassifParser>(text).score, 100);
    const auto run = importText<MassifParser>(text);
    CHECK(run->result.ok());
    CHECK(!run->sink.issues.hasDataLoss());
    CHECK(run->sink.findIssue("massif.unlisted_bytes") != nullptr);
    CHECK_EQ(run->profile()->timeline->times().front().ns, 338'000'000);
    CHECK_EQ(run->profile()->timeline->liveBytes().front(), 1'162'981);
    const std::size_t header = text.find("desc:");
    CHECK(importText<MassifParser>(text.substr(0, header))->result.error().code == ErrorCode::Truncated);
}

TEST(every_recording_of_the_shared_data_reads_as_heaptrack_prints_it)
{
    std::size_t files = 0;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(kData + "generated/native/heaptrack", error)) {
        if (!entry.path().string().ends_with(".massif.xz")) {
            continue;
        }
        FILE* const pipe = popen(("xz -dc '" + entry.path().string() + "'").c_str(), "r");
        std::string text;
        for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
            text += static_cast<char>(c);
        }
        pclose(pipe);
        const auto run = importText<MassifParser>(text);
        CHECK(run->result.ok());
        std::vector<std::int64_t> totals;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) {
            if (line.starts_with("mem_heap_B=")) {
                totals.push_back(std::stoll(line.substr(11)));
            }
        }
        CHECK(run->profile()->timeline->liveBytes() == totals);
        CHECK_EQ(totalOf(*run->profile(), "peak_bytes").value_or(-1), *std::ranges::max_element(totals));
        ++files;
    }
    if (files == 0) {
        SKIP("no shared data");
    }
}

TEST(damage_costs_one_tree_or_one_snapshot)
{
    const auto lost = [](const std::string& text, const char* code) {
        const auto run = importText<MassifParser>(text);
        const Issue* const issue = run->sink.findIssue(code);
        CHECK(issue != nullptr && issue->severity == Severity::DataLoss && issue->where.line > 0);
        CHECK(run->profile() != nullptr);
    };
    lost(replaced(kSmall, "n0: 90", "n0: 89"), "massif.unlisted_bytes");
    lost(replaced(kSmall, "n1: 90", "n1: 91"), "massif.tree_lost");
    lost(replaced(kSmall, "n0: 90", "n0: 91"), "massif.tree_lost");
    lost(replaced(kSmall, "n2: 100", "n2: 101"), "massif.tree_lost");
    lost(replaced(kSmall, "n2: 100", "n1: 100"), "massif.unlisted_bytes"); // the second child is none any more
    lost(replaced(kSmall, "  n0: 90", "    n0: 90"), "massif.tree_lost");
    lost(replaced(kSmall, "time=5", "time=-5"), "massif.snapshot_lost");
    lost(replaced(kSmall, "mem_heap_B=100", "mem_heap_B=9223372036854775807"), "massif.snapshot_lost");
    lost(replaced(kSmall, "snapshot=1", "snapshot=3"), "massif.snapshot_missing");
    const auto none = importText<MassifParser>("desc: x\ncmd: y\ntime_unit: i\nsnapshot=0\ntime=x\n");
    CHECK(none->result.error().code == ErrorCode::Malformed);
    CHECK(importText<MassifParser>("hello\n")->result.error().code == ErrorCode::NotRecognized);
    CHECK(importText<MassifParser>("")->result.error().code == ErrorCode::NotRecognized);
}

TEST(depth_costs_no_stack_and_has_a_limit)
{
    std::string text = kSmall.substr(0, kSmall.find("n2: 100"));
    for (std::size_t depth = 0; depth < 5000; ++depth) {
        text += std::string(depth, ' ') + "n1: 100 0x1: f\n";
    }
    const auto run = importText<MassifParser>(text);
    CHECK(run->sink.findIssue("massif.tree_lost") != nullptr);
    CHECK_EQ(totalOf(*run->profile(), "peak_bytes").value_or(-1), 100);
}

TEST(cut_files_keep_whole_snapshots)
{
    const std::string text = fileText(kGolden + "orderd-leaky-ms-stacks.massif.out").value_or("");
    const std::size_t header = text.find("#---");
    checkCuts<MassifParser>(text, 500, [&](std::size_t size) {
        const std::string rest = text.substr(size);
        return size >= header && (rest.starts_with("#-----------\nsnapshot=") || rest.starts_with("snapshot="));
    });
    const auto whole = importText<MassifParser>(text);
    const auto half = importText<MassifParser>(text.substr(0, text.size() / 2));
    CHECK(half->result.error().code == ErrorCode::Truncated);
    CHECK(half->result.error().where.line > 0);
    CHECK(half->profile()->timeline->times().size() < whole->profile()->timeline->times().size());
}

TEST(boundary_inputs_end_as_expected)
{
    const std::string edge = kData + "generated/edge/massif/";
    if (!fs::exists(edge)) {
        SKIP("no shared data");
    }
    const auto tiny = importText<MassifParser>(fileText(edge + "empty-tree.out").value_or(""));
    CHECK(tiny->result.ok());
    const Profile& profile = *tiny->profile();
    CHECK_EQ(*totalOf(profile, "peak_bytes") + *totalOf(profile, "custom:peak_extra_bytes")
            + *totalOf(profile, "custom:peak_stack_bytes"),
        1032);
    const auto none = importText<MassifParser>(fileText(edge + "no-snapshots.out").value_or(""));
    CHECK(none->result.ok());
    CHECK(none->sink.findIssue("massif.no_snapshots") != nullptr);
    const auto cut = importText<MassifParser>(fileText(edge + "truncated-tree.out").value_or(""));
    CHECK(cut->result.error().code == ErrorCode::Truncated);
    CHECK_EQ(totalOf(*cut->profile(), "peak_bytes").value_or(-1), 10);
}

HEAPTOLL_TEST_MAIN
