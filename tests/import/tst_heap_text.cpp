// SPDX-License-Identifier: Apache-2.0
// Heap profiles as text: what each dialect means, and what becomes of damage.
#include "plugins/heap_text/memory_map.h"
#include "plugins/heap_text/thread_counts.h"
#include "tests/support/heap_text_run.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/heap_text/";
const std::string kEdge = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/edge/";

std::string golden(const std::string& name)
{
    const auto bytes = readFile(kGolden + name);
    CHECK(bytes.has_value());
    return bytes.value_or("");
}

std::string edge(const std::string& name)
{
    const auto bytes = readFile(kEdge + name);
    if (!bytes) {
        SKIP("no shared data: " + kEdge + name);
    }
    return *bytes;
}

std::int64_t total(const HeapTextRun& run, std::string_view type)
{
    return run.profile().total(columnOf(run.profile(), type)).value_or(-1);
}

std::string joined(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines) {
        text += line + '\n';
    }
    return text;
}

constexpr const char* kGoldens[] = { "gperftools.0002.heap", "gperftools.0008.heap", "gperftools.0014.heap",
    "jemalloc-exact.0014.f.heap", "jemalloc-sampled.0007.f.heap", "go-debug1.txt", "growth.heap", "threads.heap",
    "symbolised.heap", "java.heap" };

} // namespace

TEST(every_golden_is_recognised_without_its_name_and_read_whole)
{
    for (const char* const name : kGoldens) {
        const std::string text = golden(name);
        CHECK_EQ(probeHeapText(text).score, 100);
        const HeapTextRun run = importHeapText(text);
        CHECK(run.result.ok());
        CHECK(!run.isPartial());
        CHECK_EQ(run.profiles.size(), 1U);
        CHECK(run.profile().samples.size() > 0);
    }
}

TEST(gperftools_numbers_are_those_of_the_file)
{
    const HeapTextRun run = importHeapText(golden("gperftools.0014.heap"));
    CHECK_EQ(total(run, "inuse_objects"), 15001);
    CHECK_EQ(total(run, "inuse_space"), 3364096);
    CHECK_EQ(total(run, "alloc_objects"), 29781);
    CHECK_EQ(total(run, "alloc_space"), 15249528);
    CHECK_EQ(run.profile().samples.size(), 11U);
    CHECK(run.profile().valueTypes[run.profile().defaultValue].metric == Metric::LiveBytes);
    CHECK_EQ(run.profile().sampling.periodBytes, 0);
    CHECK_EQ(run.profile().formatVersion, std::string("heapprofile"));
    CHECK_EQ(run.profile().command, std::string("/opt/recording/data/build/orderd"));
    CHECK(!run.profile().time);
    CHECK(run.find("heap_text.time_missing") != nullptr);
}

TEST(addresses_become_offsets_in_their_files_one_byte_before_the_return)
{
    const HeapTextRun run = importHeapText(golden("threads.heap"));
    // 0x401010 - 1 - 0x400000 + 0x1000; the path keeps its space and loses "(deleted)".
    const std::string text = joined(sampleTexts(run.profile()));
    CHECK(text.find("/srv/app one+0x200f;/srv/app one+0x301f;/srv/app one+0x402f |") != std::string::npos);
    CHECK_EQ(run.profile().command, std::string("/srv/app one"));
}

TEST(addresses_outside_of_the_map_stay_as_they_are)
{
    const HeapTextRun run =
        importHeapText("heap profile: 1: 2 [1: 2] @ heapprofile\n1: 2 [1: 2] @ 0x410010 0x1 0x0\nMAPPED_LIBRARIES:\n"
                       "00400000-00410000 r-xp 0 0:0 1 /a\n00410000-00420000 rw-p 0 0:0 1 /a\n");
    CHECK(run.result.ok());
    CHECK_EQ(joined(sampleTexts(run.profile())), std::string("1 2 | 0x41000f;0x0;0x0 | \n"));
}

TEST(jemalloc_exact_numbers_are_those_of_all_threads)
{
    const HeapTextRun run = importHeapText(golden("jemalloc-exact.0014.f.heap"));
    CHECK_EQ(total(run, "inuse_objects"), 15002);
    CHECK_EQ(total(run, "inuse_space"), 3446016);
    CHECK_EQ(total(run, "alloc_space"), 15427832);
    CHECK_EQ(run.profile().sampling.periodBytes, 0);
}

TEST(jemalloc_samples_become_estimates)
{
    const HeapTextRun run = importHeapText(golden("jemalloc-sampled.0007.f.heap"));
    CHECK_EQ(run.profile().sampling.periodBytes, 4096);
    CHECK(run.profile().sampling.alreadyUnsampled);
    // jeprof says 3563802: it cuts the fraction of the sum, we those of its four stacks.
    CHECK(std::abs(total(run, "space") - 3563802) <= 4);
    CHECK(run.profile().valueTypes.size() == 2); // prof_accum was off
}

TEST(threads_share_the_estimate_of_their_stack)
{
    const HeapTextRun run = importHeapText(golden("threads.heap"));
    const auto all = heap_text::unsample({ 5, 1536, 0, 0 }, 524288);
    CHECK(all.has_value());
    CHECK_EQ(total(run, "space"), all->bytes);
    CHECK_EQ(total(run, "objects"), all->objects);
    CHECK_EQ(run.profile().samples.size(), 2U);
    const std::string text = joined(sampleTexts(run.profile()));
    CHECK(text.find("thread=1\n") != std::string::npos);
    CHECK(text.find("thread=7 worker 7\n") != std::string::npos);
}

TEST(what_threads_do_not_account_for_has_no_thread)
{
    heap_text::ThreadCounts counts;
    counts.all = heap_text::Counts { 10, 1000, 20, 2000 };
    counts.threads = { { 1, { 3, 300, 4, 400 } }, { 2, { 2, 200, 1, 100 } } };
    const auto rows = counts.rows(1, { { 1, 0 }, { 2, 1 } });
    CHECK(rows && rows->size() == 3);
    CHECK((rows->at(0).counts == heap_text::Counts { 3, 300, 4, 400 }));
    CHECK((rows->at(2).counts == heap_text::Counts { 5, 500, 15, 1500 }));
    CHECK_EQ(rows->at(2).label, heap_text::StackTable::kNoLabel);
    // Threads that have more than all together (jemalloc distorts each number by itself) share what all have.
    counts.all = heap_text::Counts { 4, 400, 0, 0 };
    const auto scaled = counts.rows(1, { { 1, 0 }, { 2, 1 } });
    CHECK(scaled && scaled->size() == 2);
    CHECK((scaled->at(0).counts == heap_text::Counts { 2, 240, 0, 0 }));
    CHECK((scaled->at(1).counts == heap_text::Counts { 2, 160, 0, 0 }));
    counts.all.reset();
    CHECK(!counts.rows(1, {}));
}

TEST(go_text_has_functions_lines_time_and_memory_of_the_process)
{
    const HeapTextRun run = importHeapText(golden("go-debug1.txt"));
    const std::string text = joined(sampleTexts(run.profile()));
    CHECK(text.find("main.(*SessionStore).Touch /opt/recording/data/dev/src/go/orderd/main.go:40;main.main.func1 ")
        != std::string::npos);
    CHECK(text.find("runtime.goexit") == std::string::npos);
    CHECK_EQ(run.profile().sampling.periodBytes, 524288); // the file says twice as much
    CHECK(run.profile().time.has_value());
    CHECK(run.profile().peakRssBytes.value_or(0) > 1'000'000);
    CHECK(run.find("heap_text.mem_stats") != nullptr);
    CHECK(run.find("heap_text.comment_unread") == nullptr);
    CHECK(run.find("heap_text.no_memory_map") == nullptr);
}

TEST(go_functions_without_code_of_their_own_are_inlined)
{
    const HeapTextRun run =
        importHeapText("heap profile: 2: 64 [2: 64] @ heap/2\n2: 64 [2: 64] @ 0x631e73 0x631e5a 0x63722a 0x46b1c1\n"
                       "#\t0x631e72\tnet/textproto.(*Reader).ReadLine+0x92\t/go/reader.go:40\n"
                       "#\t0x631e59\tnet/http.readRequest+0x79\t\t/go/request.go:1036\n"
                       "#\t0x637229\tnet/http.(*conn).readRequest+0x249\t/go/server.go:994\n\n");
    CHECK_EQ(joined(sampleTexts(run.profile())),
        std::string("2 64 | net/textproto.(*Reader).ReadLine /go/reader.go:40~;net/http.readRequest "
                    "/go/request.go:1036;net/http.(*conn).readRequest /go/server.go:994 | bytes=32\n"));
}

TEST(growth_is_no_live_metric)
{
    const HeapTextRun run = importHeapText(golden("growth.heap"));
    CHECK_EQ(total(run, "space"), 6291456);
    CHECK(!run.profile().valueIndex(Metric::LiveBytes));
    CHECK(run.find("heap_text.not_live") != nullptr);
    CHECK_EQ(run.profile().command, std::string("/opt/build/server"));
}

TEST(symbols_in_front_name_frames_outermost_first)
{
    // Names and total as jeprof 5.3 prints them for this file.
    const HeapTextRun run = importHeapText(golden("symbolised.heap"));
    CHECK_EQ(joined(sampleTexts(run.profile())),
        std::string("3 3638089 | allocate;std::vector<int>::push_back~;handle(int);main;/srv/app+0x403f | thread=0\n"));
    CHECK_EQ(run.profile().command, std::string("/srv/app"));
}

TEST(symbolised_profiles_that_are_none_of_the_heap_are_refused_by_name)
{
    const std::string symbols = "--- symbol\nbinary=/a\n0x0000000000401010 f\n---\n";
    const struct {
        std::string text;
        std::string says;
    } cases[] = {
        { symbols + "--- profile\n" + std::string("\0\0\0\0\3\0\0\0", 8), "CPU profile" },
        { symbols + "--- heap\n" + std::string("\0\0\0\0\3\0\0\0\n\0", 10), "CPU profile in binary form" },
        { symbols + "--- heap\n" + std::string("\0\0\0\0\3\0\0\0", 8), "CPU profile in binary form" },
        { symbols + "--- contention\ncycles/second = 1\n", "contended locks" },
    };
    for (const auto& one : cases) {
        CHECK(probeHeapText(one.text).score >= 50);
        const HeapTextRun run = importHeapText(one.text);
        CHECK(!run.result.ok() && run.result.error().code == ErrorCode::Unsupported);
        CHECK(!run.result.ok() && run.result.error().message.find(one.says) != std::string::npos);
        CHECK(run.profiles.empty());
    }
}

TEST(java_frames_have_the_names_at_the_end)
{
    const HeapTextRun run = importHeapText(golden("java.heap"));
    CHECK_EQ(joined(sampleTexts(run.profile())),
        std::string(
            "1285 5263386 | Native.copy libnative.so:0;com.example.Shop.main Shop.java:12 | bytes=4096\n"
            "74 527819 | com.example.Shop.load Shop.java:103;com.example.Shop.main Shop.java:12 | bytes=7048\n"));
    const std::string text = golden("java.heap");
    const HeapTextRun cut = importHeapText(text.substr(0, text.find(" 0x00000004 com")));
    CHECK(cut.result.ok() && cut.isPartial() && cut.find("heap_text.names_missing") != nullptr);
    CHECK(importHeapText("--- heapz 1 ---\nresolution = milliseconds\n").result.error().code == ErrorCode::Unsupported);
    CHECK(importHeapText("--- heapz 1 ---\nformat = java\n").result.error().code == ErrorCode::Truncated);
    CHECK(importHeapText("--- heapz 1 ---\n 1 0 @ 0x1\n").result.error().code == ErrorCode::Malformed);
    CHECK(importHeapText("--- heapz 1 ---\n 1 @ 0x1\n").result.error().where.line == 2);
}

TEST(estimates_divide_by_the_chance_of_being_sampled)
{
    const auto one = heap_text::unsample({ 1, 1024, 1, 1024 }, 524288);
    const double factor = 1 / (1 - std::exp(-1024.0 / 524288));
    CHECK(one && one->bytes == static_cast<std::int64_t>(1024 * factor));
    CHECK(one && one->objects == static_cast<std::int64_t>(factor));
    CHECK((heap_text::unsample({ 1, 1024, 0, 0 }, 1) == heap_text::Counts { 1, 1024, 0, 0 }));
    CHECK(!heap_text::unsample({ 0, 1024, 0, 0 }, 100)); // bytes of no object
    CHECK(!heap_text::unsample({ 1, -1024, 0, 0 }, 100));
    CHECK(!heap_text::unsample({ INT64_MAX, 1, 0, 0 }, INT64_MAX));
    CHECK((heap_text::unsample({ -2, -2000, 0, 0 }, 1000)->bytes < -2000));
}

TEST(memory_maps_are_read_in_every_form)
{
    const struct {
        std::string line;
        std::string file;
        std::uint64_t offset;
    } cases[] = {
        { "00400000-00500000 r-xp 00001000 fe:01 1234   /bin/a b", "/bin/a b", 0x1000 },
        { "00400000-00500000 r-xp 00001000 fe:01 1234   /bin/a (deleted)", "/bin/a", 0x1000 },
        { "  00400000-00500000: cppbench_server_main", "cppbench_server_main", 0 },
        { "0x400000-0x500000 /bin/a (@ff00) abc123456", "/bin/a", 0xff00 },
        { "I0101 00:00:00.000000 12 a.cc:34] 00400000-00500000 r-xp 00000010 00:00 0 /bin/a", "/bin/a", 0x10 },
        { "00400000-00500000 r-xp 00000000 00:00 0", "", 0 },
    };
    for (const auto& one : cases) {
        heap_text::MemoryMap map;
        CHECK(map.addLine(one.line));
        map.finish();
        const heap_text::Mapping* const mapping = map.find(0x400000);
        CHECK(mapping != nullptr && mapping->file == one.file && mapping->fileOffset == one.offset);
        CHECK(map.find(0x4fffff) == mapping && map.find(0x500000) == nullptr && map.find(0x3fffff) == nullptr);
    }
    heap_text::MemoryMap map;
    for (const char* const line : { "", "hello", "00400000", "00500000-00400000 r-xp 0 0:0 0 /a", "zz-yy", "-" }) {
        CHECK(!map.addLine(line));
    }
    CHECK(map.addLine("00400000-00500000 rw-p 00000000 00:00 0 /data"));
    CHECK(map.find(0x400000) == nullptr); // no code lies there
}

TEST(edge_files_are_read_as_expected)
{
    const HeapTextRun negative = importHeapText(edge("tcmalloc/negative.heap"));
    CHECK(negative.result.ok());
    CHECK_EQ(total(negative, "space"), -512);
    const HeapTextRun noMaps = importHeapText(edge("tcmalloc/no-maps.heap"));
    CHECK(noMaps.result.ok() && !noMaps.isPartial());
    CHECK_EQ(total(noMaps, "inuse_space"), 2048);
    CHECK_EQ(total(noMaps, "alloc_space"), 4096);
    const HeapTextRun sampled = importHeapText(edge("tcmalloc/sampled.heap"));
    CHECK_EQ(total(sampled, "space"), heap_text::unsample({ 1, 1024, 0, 0 }, 524288)->bytes);
    const HeapTextRun jemalloc = importHeapText(edge("jemalloc/minimal.heap"));
    CHECK(jemalloc.result.ok() && !jemalloc.isPartial());
    CHECK_EQ(total(jemalloc, "space"), heap_text::unsample({ 1, 1024, 0, 0 }, 524288)->bytes);
}

TEST(hostile_files_are_errors_with_a_line)
{
    const std::string lines = "heap profile: 1: 2 [1: 2] @ heapprofile\n";
    const std::string threads = "heap_v2/524288\n  t*: 1: 2 [0: 0]\n";
    const struct {
        std::string text;
        ErrorCode code;
        std::uint64_t line;
    } cases[] = {
        { "", ErrorCode::NotRecognized, 0 },
        { "heap profile: x\n", ErrorCode::Malformed, 1 },
        { "heap profile: 1: 2 [1: 2] @ heapprofile/x\n", ErrorCode::Malformed, 1 },
        { "heap profile: 1: 2 [1: 2] @ heapsort\n", ErrorCode::Unsupported, 1 },
        { "heap profile: 99999999999999999999: 2 [1: 2] @ heap\n", ErrorCode::Malformed, 1 },
        { "heap_v2/0\n", ErrorCode::Malformed, 1 },
        { "heap_v2/5x\n", ErrorCode::Malformed, 1 },
        { "heap_v2/5\n", ErrorCode::Truncated, 1 },
        { lines, ErrorCode::Truncated, 1 },
        { lines + "1: 2 [1: 2] @ 0x12 zz\n", ErrorCode::Malformed, 2 },
        { lines + "1: 2 [1: 2] @ 0x12345678901234567\n", ErrorCode::Malformed, 2 },
        { lines + "1: 2 [1: 2 @ 0x12\n", ErrorCode::Malformed, 2 },
        { lines + "garbage\n", ErrorCode::Malformed, 2 },
        { threads + "@ 0x1\n@ 0x2\n", ErrorCode::Malformed, 3 },
        { threads + "@ 0x1\n t*: 1: 2 [0: 0]\n t*: 1: 2 [0: 0]\n", ErrorCode::Malformed, 5 },
        { threads + "@ 0x1\n t*: -1: 2 [0: 0]\n", ErrorCode::Malformed, 4 },
        { threads + "@ 0x1\n t*: 0: 2 [0: 0]\nMAPPED_LIBRARIES:\n", ErrorCode::Malformed, 3 },
        { threads
                + "@ 0x1\n t*: 1: 2 [0: 0]\n t0: 9223372036854775807: 2 [0: 0]\n t1: 9: 2 [0: 0]\nMAPPED_LIBRARIES:\n",
            ErrorCode::Malformed, 3 },
        { "--- symbol\n", ErrorCode::Truncated, 1 },
        { "--- symbol\n0x1 a\n---\n--- what\n", ErrorCode::Malformed, 4 },
        { "--- other\n", ErrorCode::NotRecognized, 1 },
    };
    for (const auto& one : cases) {
        const HeapTextRun run = importHeapText(one.text);
        CHECK(!run.result.ok());
        if (!run.result.ok()) {
            CHECK_EQ(name(run.result.error().code), name(one.code));
            CHECK_EQ(run.result.error().where.line, one.line);
            CHECK(!run.result.error().message.empty());
        }
        CHECK(run.profiles.empty());
    }
}

TEST(what_would_waste_memory_or_run_over_is_said)
{
    std::string names = "f";
    for (int i = 0; i < 64; ++i) {
        names += "--g";
    }
    const HeapTextRun run = importHeapText(
        "--- symbol\n0x11 " + names + "\n---\n--- heap\nheap profile: 1: 2 [1: 2] @ heapprofile\n1: 2 [1: 2] @ 0x12\n");
    CHECK(run.result.ok() && run.find("heap_text.symbol_unread") != nullptr);
    CHECK_EQ(joined(sampleTexts(run.profile())), std::string("1 2 | 0x11 | \n"));
    const std::string huge = "1: 9223372036854775807 [1: 9223372036854775807] @ 0x1";
    const HeapTextRun sums =
        importHeapText("heap profile: 2: 0 [2: 0] @ heapprofile\n" + huge + "1\n" + huge + "2\n\nMAPPED_LIBRARIES:\n");
    CHECK(sums.find("heap_text.total_overflow") != nullptr);
    CHECK(!sums.profile().total(1).has_value());
}

TEST(sums_that_differ_are_data_loss)
{
    const HeapTextRun run =
        importHeapText("heap profile: 3: 6 [3: 6] @ heapprofile\n1: 2 [1: 2] @ 0x12\n\nMAPPED_LIBRARIES:\n");
    CHECK(run.result.ok());
    CHECK(run.find("heap_text.totals_differ") != nullptr && run.isPartial());
    CHECK(!importHeapText("heap profile: 0: 0 [0: 0] @ heapprofile\n").isPartial()); // an empty heap
}

TEST(cut_at_64_places_is_never_taken_for_whole)
{
    for (const char* const file :
        { "gperftools.0014.heap", "jemalloc-exact.0014.f.heap", "jemalloc-sampled.0007.f.heap", "go-debug1.txt" }) {
        const std::string text = golden(file);
        const std::size_t mapStart = std::min(text.find("MAPPED_LIBRARIES"), text.find("# runtime.MemStats"));
        for (std::size_t i = 0; i < 64; ++i) {
            for (const bool atLineEnd : { false, true }) {
                std::size_t cut = text.size() * i / 64;
                cut = atLineEnd && cut > 0 ? text.rfind('\n', cut) + 1 : cut;
                const HeapTextRun run = importHeapText(text.substr(0, cut));
                const bool isBehindSamples = cut + 2 >= mapStart && text[cut - 1] == '\n';
                CHECK(run.isPartial() || isBehindSamples);
                if (!run.result.ok() && cut > 0) {
                    CHECK_EQ(name(run.result.error().code), name(ErrorCode::Truncated));
                }
            }
        }
    }
}

TEST(a_source_that_breaks_keeps_what_was_whole)
{
    for (const ErrorCode code : { ErrorCode::Truncated, ErrorCode::Cancelled }) {
        MemorySourceOptions options;
        options.failAt = 1000;
        options.failWith = code;
        const HeapTextRun run = importHeapText(golden("gperftools.0014.heap"), options);
        CHECK(!run.result.ok() && run.result.error().code == code);
        CHECK_EQ(run.profiles.size(), 1U);
        CHECK_EQ(run.profile().samples.size(), 6U); // whole lines of the first 1000 bytes
    }
}

TEST(block_borders_and_line_ends_do_not_matter)
{
    for (const char* const name : kGoldens) {
        const std::string text = golden(name);
        const auto whole = sampleTexts(importHeapText(text).profile());
        for (const std::size_t blockBytes : { 1U, 7U, 61U, 4096U }) {
            MemorySourceOptions options;
            options.blockBytes = blockBytes;
            CHECK(sampleTexts(importHeapText(text, options).profile()) == whole);
        }
        std::string crlf;
        for (const char c : text) {
            crlf += c == '\n' ? "\r\n" : std::string(1, c);
        }
        CHECK(sampleTexts(importHeapText(crlf).profile()) == whole);
    }
}

TEST(flipped_bytes_never_crash_and_never_lose_their_place)
{
    std::mt19937 random(7);
    for (const char* const name : { "gperftools.0002.heap", "jemalloc-exact.0014.f.heap", "symbolised.heap" }) {
        const std::string text = golden(name);
        for (int i = 0; i < 1000; ++i) {
            std::string hurt = text;
            char& byte = hurt[random() % hurt.size()];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (random() % 8U)));
            const HeapTextRun run = importHeapText(hurt);
            if (!run.result.ok() && run.result.error().code != ErrorCode::NotRecognized) {
                CHECK(run.result.error().where.line > 0);
            }
        }
    }
}

HEAPTOLL_TEST_MAIN
