// SPDX-License-Identifier: Apache-2.0
// Damaged, cut and foreign input: what is whole is kept, what is not is said.
#include "plugins/heaptrack/event_scanner.h"
#include "plugins/heaptrack/suppressions.h"
#include "tests/support/check.h"
#include "tests/support/heaptrack_run.h"

#include <algorithm>
#include <memory>
#include <random>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/heaptrack/";
const std::string kEdge = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/edge/heaptrack/";

std::string leaky()
{
    return unzstd(readFile(kGolden + "orderd-leaky.zst").value_or("")).text;
}

/// A recording of about a thousand bytes with every record.
std::string small()
{
    std::string text =
        "v 10400 3\nX app one\nI 1000 100\nS leak:nothing\ns 8 /bin/app\ns 4 main\ns 3 a.c\ns 7 leaf fn\n"
        "i 1000 1 2 3 a\ni 1010 1 4 3 b 2 3 c\nt 1 0\nt 2 1\na 10 2\na 20 1\n";
    for (int i = 0; i < 80; ++i) {
        text += "+ 0\n+ 1\n";
        text += i % 3 == 0 ? "- 1\n" : "";
        text += i % 10 == 0 ? "c " + std::to_string(10 + i) + "\nR 1" + std::to_string(i % 10) + "\n" : "";
    }
    return text + "\n# strings: 4\n# ips: 2\n";
}

std::optional<std::string> edge(const std::string& name)
{
    const auto bytes = readFile(kEdge + name);
    if (!bytes) {
        SKIP("no shared data: " + kEdge + name);
    }
    return bytes;
}

sdk::ProbeResult probe(const std::string& text)
{
    const auto bytes = std::as_bytes(std::span(text));
    return HeaptrackParser().probe({ bytes, true, "x" });
}

} // namespace

TEST(block_borders_do_not_matter)
{
    const auto whole = importHeaptrack(leaky());
    for (const std::size_t blockBytes : { 1U, 2U, 7U, 16U, 33U, 4096U }) {
        MemorySourceOptions options;
        options.blockBytes = blockBytes;
        const auto run = importHeaptrack(leaky(), options);
        CHECK(run->result.ok());
        CHECK(run->sink.issues.all().empty());
        CHECK(run->profile->samples.values == whole->profile->samples.values);
        CHECK(run->profile->samples.stacks == whole->profile->samples.stacks);
        CHECK(run->profile->timeline->liveBytes() == whole->profile->timeline->liveBytes());
    }
}

TEST(cut_at_64_places_keeps_what_was_complete)
{
    const std::string text = leaky();
    std::int64_t lastAllocations = 0;
    for (std::size_t i = 1; i < 64; ++i) {
        const std::size_t cut = text.size() * i / 64;
        const auto run = importHeaptrack(text.substr(0, cut));
        CHECK(run->profile != nullptr);
        const bool atLineEnd = text[cut - 1] == '\n';
        CHECK_EQ(run->result.ok(), atLineEnd);
        CHECK(atLineEnd || run->result.error().code == ErrorCode::Truncated);
        CHECK(!run->sink.issues.hasDataLoss());
        CHECK(total(*run->profile, Metric::AllocObjects) >= lastAllocations);
        lastAllocations = total(*run->profile, Metric::AllocObjects);

        MemorySourceOptions options;
        options.failAt = cut;
        const auto failed = importHeaptrack(text, options);
        CHECK(!failed->result.ok());
        CHECK(failed->profile != nullptr);
        CHECK(failed->profile->samples.values == run->profile->samples.values);
    }
    CHECK(lastAllocations > 29'000);
}

TEST(flipped_bytes_never_crash_and_losses_are_reported)
{
    const std::string text = small();
    const auto whole = importHeaptrack(text);
    CHECK(whole->result.ok());
    CHECK(whole->sink.issues.all().empty());
    int reported = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const unsigned mask : { 0x01U, 0x10U, 0x80U, 0xffU }) {
            std::string damaged = text;
            damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ mask);
            const auto run = importHeaptrack(damaged);
            reported += !run->result.ok() || !run->sink.issues.all().empty() ? 1 : 0;
            CHECK(run->profile == nullptr || run->profile->valueTypes.size() == run->profile->samples.values.size());
        }
    }
    CHECK(reported > static_cast<int>(text.size())); // a quarter: digits that become digits cannot be seen
}

TEST(malformed_lines_are_counted_with_the_first_place)
{
    std::string text = small();
    text.insert(text.find("+ 0"), "+ zz\n- 99\nbogus\n");
    const auto run = importHeaptrack(text);
    CHECK(run->result.ok());
    const Issue* issue = run->sink.findIssue("heaptrack.malformed_line");
    CHECK(issue != nullptr);
    CHECK_EQ(issue->count, 3U);
    CHECK_EQ(issue->where.line, 15U);
    CHECK(issue->severity == Severity::DataLoss);
    CHECK(run->profile->samples.values == importHeaptrack(small())->profile->samples.values);
}

TEST(a_recording_without_one_readable_event_is_no_zero)
{
    const auto run = importHeaptrack("v 10000\nX a\nI 1000 1\na 64 0\nc 0\n+ 0\n- 0\n+ 0\n"); // events of version 1
    CHECK(!run->result.ok());
    if (!run->result.ok()) {
        CHECK(run->result.error().code == ErrorCode::Malformed);
        CHECK_EQ(run->result.error().where.line, 6U);
        CHECK(run->result.error().message.starts_with("none of its 3 allocations and frees"));
    }
    CHECK(importHeaptrack("v 10400 3\nX a\nI 1000 1\nc 0\n")->result.ok()); // a program that allocated nothing
}

TEST(damaged_definitions_keep_their_number)
{
    std::string text = small();
    text.replace(text.find("s 3 a.c"), 7, "s q a.c");
    text.replace(text.find("i 1000 1 2 3 a"), 14, "i 1000 1 2 99 a");
    const auto run = importHeaptrack(text);
    CHECK_EQ(run->sink.findIssue("heaptrack.malformed_line")->count, 2U);
    CHECK(run->profile->samples.values == importHeaptrack(small())->profile->samples.values);
}

TEST(time_that_goes_back_is_noticed_and_left_out)
{
    std::string text = small();
    text.insert(text.rfind("\n# strings"), "c 5\n+ 0\n");
    const auto run = importHeaptrack(text);
    CHECK_EQ(run->sink.findIssue("heaptrack.time_goes_back")->count, 1U);
    CHECK_EQ(total(*run->profile, Metric::AllocObjects),
        total(*importHeaptrack(small())->profile, Metric::AllocObjects) + 1);
}

TEST(freeing_more_than_allocated_is_data_loss)
{
    std::string text = small();
    text.insert(text.find("+ 0"), "- 1\n- 1\n");
    for (int i = 0; i < 80; ++i) {
        text.insert(text.rfind("\n# strings"), "- 1\n");
    }
    CHECK(importHeaptrack(text)->sink.findIssue("recording.freed_more_than_allocated") != nullptr);
}

TEST(a_second_recording_in_the_file_is_refused)
{
    const auto run = importHeaptrack(small() + small());
    CHECK(run->result.error().code == ErrorCode::Malformed);
    CHECK(importHeaptrack("v 10400 3\nX a\nI 1000 1\nX b\n")->result.error().code == ErrorCode::Malformed);
}

TEST(raw_and_future_files_are_refused_with_a_way_out)
{
    const auto raw = importHeaptrack("v 10400 3\nx 5 /bin/a\nX a\n");
    CHECK(raw->result.error().code == ErrorCode::Unsupported);
    CHECK(raw->result.error().hint.find("heaptrack_interpret") != std::string::npos);
    const auto future = importHeaptrack("v 20000 63\nX a\n");
    CHECK(future->result.error().code == ErrorCode::Unsupported);
    CHECK(future->result.error().message.find("99") != std::string::npos);
    CHECK(future->result.error().message.find('3') != std::string::npos);
    CHECK(importHeaptrack("")->result.error().code == ErrorCode::NotRecognized);
    CHECK(importHeaptrack("hello\n")->result.error().code == ErrorCode::NotRecognized);
}

TEST(detection_wants_the_version_line_and_a_record)
{
    CHECK_EQ(probe(small()).score, 100);
    CHECK_EQ(probe(small()).formatVersion, "3");
    CHECK_EQ(probe("v 10200\nX a\n").formatVersion, "1");
    CHECK_EQ(probe("v 10400 3\n").score, 75);
    CHECK_EQ(probe("v 1.0 2.0 3.0\nv 0 1 2\n").score, 0); // Wavefront OBJ
    CHECK_EQ(probe("v 10400 3\nhello\n").score, 0);
    CHECK_EQ(probe("").score, 0);
    CHECK(probe("v 10400 3\nx 5 /bin/a\nX a\n").reason.find("raw") != std::string::npos);
}

TEST(the_edge_files_end_as_expected)
{
    const auto reference = importHeaptrack(leaky());
    CHECK(importHeaptrack(unzstd(*edge("two-frames.zst")).text)->profile->samples.values
        == reference->profile->samples.values);
    const auto plain = importHeaptrack(*edge("plain.txt"));
    CHECK(plain->result.error().code == ErrorCode::Truncated);
    CHECK(plain->profile != nullptr && plain->profile->samples.size() > 5);
    CHECK(importHeaptrack(unzstd(*edge("future-version.zst")).text)->result.error().code == ErrorCode::Unsupported);
    CHECK(importHeaptrack(unzstd(*edge("empty.zst")).text)->result.error().code == ErrorCode::NotRecognized);
    const auto parent = importHeaptrack(unzstd(*edge("bad-trace-parent.zst")).text);
    CHECK(parent->profile != nullptr && parent->sink.issues.hasDataLoss());
    const auto header = importHeaptrack(unzstd(*edge("header-only.zst")).text);
    CHECK(header->result.ok());
    CHECK_EQ(total(*header->profile, Metric::AllocObjects), 0);
    CHECK(!header->sink.issues.hasDataLoss());
}

TEST(the_scanner_reads_exactly_the_lines_that_are_events)
{
    std::mt19937 random(5);
    const std::string alphabet = "0123456789abcdefg`:/@GA \n+-";
    for (int round = 0; round < 20'000; ++round) {
        std::string line = random() % 2 == 0 ? "+ " : "- ";
        const auto digits = random() % 10;
        for (unsigned i = 0; i < digits; ++i) {
            line += alphabet[random() % (random() % 8 == 0 ? alphabet.size() : 16)];
        }
        const std::string text = line + "\n# padding padding padding";
        const std::size_t end = text.find('\n');
        const std::string token = text.substr(2, end - 2);
        const bool isHex =
            !token.empty() && token.size() <= 7 && token.find_first_not_of("0123456789abcdef") == std::string::npos;
        std::uint32_t out[1] {};
        const EventScan scan = scanEvents(text, 0x0fffffff, out);
        CHECK_EQ(scan.events, isHex ? 1U : 0U);
        if (isHex && scan.events == 1) {
            CHECK_EQ(scan.bytes, end + 1);
            CHECK_EQ(
                out[0], static_cast<std::uint32_t>(std::stoul(token, nullptr, 16) << 1U) | (line[0] == '-' ? 1U : 0U));
        }
    }
}

/// What scanEvents is to do, line by line and character by character.
EventScan scanSimply(std::string_view text, std::uint32_t classCount, std::span<std::uint32_t> out)
{
    constexpr std::size_t kLeftToTheReader = 16; // bytes at the end
    EventScan scan;
    while (scan.bytes + kLeftToTheReader <= text.size() && scan.events < out.size()) {
        const std::string line(text.substr(scan.bytes, text.find('\n', scan.bytes) - scan.bytes));
        if (line.size() < 3 || line.size() > 9 || (!line.starts_with("+ ") && !line.starts_with("- "))
            || line.find_first_not_of("0123456789abcdef", 2) != std::string::npos) {
            break;
        }
        const auto index = static_cast<std::uint32_t>(std::stoul(line.substr(2), nullptr, 16));
        if (index >= classCount) {
            break;
        }
        out[scan.events++] = index << 1U | (line[0] == '-' ? 1U : 0U);
        scan.bytes += line.size() + 1;
    }
    return scan;
}

TEST(the_scanner_stops_at_the_very_line_that_is_no_event)
{
    constexpr std::string_view kHex = "0123456789abcdef";
    constexpr std::string_view kDamage("\n +-gG/:`@A\r\0\xb0\xff", 15);
    std::mt19937 random(11);
    for (int round = 0; round < 20'000; ++round) {
        const auto maxDigits = 1 + random() % 7;
        std::string text;
        for (auto lines = random() % 80; lines > 0; --lines) {
            text += random() % 2 == 0 ? "+ " : "- ";
            for (auto digits = 1 + random() % maxDigits; digits > 0; --digits) {
                text += kHex[random() % kHex.size()];
            }
            text += '\n';
        }
        for (auto damages = random() % 3; damages > 0 && !text.empty(); --damages) {
            const std::size_t at = random() % text.size();
            switch (random() % 3) {
            case 0: text[at] = kDamage[random() % kDamage.size()]; break;
            case 1: text.erase(at, 1 + random() % 4); break;
            default: text.insert(at, random() % 9, kDamage[random() % kDamage.size()]); break;
            }
        }
        text += random() % 2 == 0
            ? "\n"
            : "\n# padding that is no event and longer than any window that may be read at once\n";
        const std::uint32_t classCount = random() % 4 == 0 ? 0xfff : 0x10000000;
        std::vector<std::uint32_t> expected(random() % 4 == 0 ? random() % 40 : 100);
        std::vector<std::uint32_t> out(expected.size());
        const EventScan reference = scanSimply(text, classCount, expected);
        const std::unique_ptr<char[]> exact(new char[text.size()]); // so that a sanitizer sees a read behind the end
        std::ranges::copy(text, exact.get());
        const EventScan scan = scanEvents({ exact.get(), text.size() }, classCount, out);
        CHECK_EQ(scan.bytes, reference.bytes);
        CHECK_EQ(scan.events, reference.events);
        out.resize(reference.events);
        expected.resize(reference.events);
        CHECK(out == expected);
    }
}

TEST(line_numbers_hold_wherever_the_damage_is)
{
    const std::string whole = small();
    const std::size_t begin = whole.find("+ 0");
    const auto linesAbove =
        static_cast<std::uint64_t>(std::count(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
    for (std::uint64_t events = 0; events < 60; ++events) {
        std::string lines;
        for (std::uint64_t i = 0; i < 60; ++i) {
            lines += i == events ? "+ 0x\n" : i % 2 == 0 ? "+ 0\n" : "- 1\n";
        }
        std::string text = whole;
        text.insert(begin, lines);
        const auto run = importHeaptrack(text);
        const auto* const issue = run->sink.findIssue("heaptrack.malformed_line");
        CHECK(issue != nullptr);
        CHECK_EQ(issue->count, 1U);
        CHECK_EQ(issue->where.line, linesAbove + events + 1);
    }
}

TEST(suppression_patterns_follow_lsan)
{
    CHECK(matchesPattern("foo", "a foo b"));
    CHECK(!matchesPattern("foo", "fo o"));
    CHECK(matchesPattern("^foo", "foobar"));
    CHECK(!matchesPattern("^foo", "a foo"));
    CHECK(matchesPattern("foo$", "a foo"));
    CHECK(!matchesPattern("foo$", "foo b"));
    CHECK(matchesPattern("^a*c$", "abbc"));
    CHECK(!matchesPattern("^a*c$", "abcd"));
    CHECK(matchesPattern("a*b*c", "xxa1b2cyy"));
    CHECK(!matchesPattern("a*b*c", "c b a"));
    CHECK(matchesPattern("a*", "ba"));
    CHECK(!matchesPattern("^foo$", "foofoo"));
    CHECK(matchesPattern("^foo*foo$", "foofoo"));
    CHECK(!matchesPattern("^foo*foo$", "foo"));
    SuppressionList list;
    CHECK(list.matches("tzset_internal"));
    CHECK(!list.matches("mine"));
    CHECK(list.addRule("leak:mi*e"));
    CHECK(list.addRule("# comment"));
    CHECK(!list.addRule("leek:x"));
    CHECK(list.matches("mine"));
}

HEAPTOLL_TEST_MAIN
