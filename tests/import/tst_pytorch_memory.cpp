// SPDX-License-Identifier: Apache-2.0
// Memory snapshots of PyTorch: what the blocks add up to, refusals, damage. See golden/pytorch_memory/README.md on what
// these inputs are not.
#include "core/analysis/call_tree.h"
#include "plugins/pytorch_memory/pytorch_memory_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/test_sink.h"

#include <map>

using namespace heaptoll;
using namespace heaptoll::test;
namespace p = heaptoll::test::pickle;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/pytorch_memory/";
constexpr std::int64_t kGiB = std::int64_t { 1 } << 30U;
constexpr std::int64_t kMiB = std::int64_t { 1 } << 20U;

struct Import {
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    IssueList issues;
    [[nodiscard]] std::uint64_t count(std::string_view code) const
    {
        const auto it = std::ranges::find(issues.all(), code, &Issue::code);
        return it == issues.all().end() ? 0 : it->count;
    }
};

Import import(const std::string& bytes, MemorySourceOptions options = {})
{
    MemorySource source(bytes, std::move(options));
    TestSink sink;
    Result<void> result = PytorchMemoryParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

std::map<std::string, std::int64_t> selfBySite(const Profile& profile, std::size_t column)
{
    std::map<std::string, std::int64_t> rows;
    for (const TopRow& row : topTable(profile, column, GroupBy::Site).rows) {
        if (row.self != 0) {
            rows[row.name] = row.self;
        }
    }
    return rows;
}

std::string block(std::int64_t size, const std::string& state, const std::string& rest = {})
{
    return "}(" + p::text("size") + p::integer(size) + p::text("state") + p::text(state) + rest + "u";
}
std::string segments(const std::string& blocks, std::int64_t total)
{
    return p::proto(2)
        + p::dict({ p::text("segments"),
            p::list({ p::dict({ p::text("total_size"), p::integer(total), p::text("blocks"), blocks }) }),
            p::text("device_traces"), p::list({}) })
        + ".";
}

} // namespace

TEST(snapshots_addUpTheirBlocks)
{
    for (const char* const name : { "snapshot", "snapshot-protocol2" }) {
        const Import got = import(*readFile(kGolden + name + ".pickle"));
        CHECK(got.result.ok() && got.profiles.size() == 1);
        const Profile& profile = *got.profiles.at(0);
        std::vector<std::string> metrics;
        std::vector<std::int64_t> totals;
        for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
            metrics.push_back(metricName(profile.valueTypes[i]));
            totals.push_back(*profile.total(i));
        }
        CHECK(metrics
            == (std::vector<std::string> { "live_bytes", "live_objects", "custom:requested_bytes",
                "custom:cached_bytes", "custom:traced_bytes", "custom:traced_allocations" }));
        CHECK(totals
            == (std::vector<std::int64_t> { kMiB + 512 + 6 * kGiB + 2048, 4, 1'000'000 + 400 + 6 * kGiB + 2000,
                kMiB - 512, kMiB + 512 + 6 * kGiB, 3 }));
        CHECK(selfBySite(profile, 0)
            == (std::map<std::string, std::int64_t> { { "c10::cuda::alloc", kMiB + 512 },
                { "put cache.py:17", 6 * kGiB }, { "(no stack recorded)", 2048 } }));
        CHECK(selfBySite(profile, 3)
            == (std::map<std::string, std::int64_t> { { "(cached by the allocator)", kMiB - 512 } }));
        CHECK_EQ(profile.time->ns, 1'760'000'000'000'400'000);
        CHECK_EQ(got.count("pytorch_memory.no_stack"), 1U);
        CHECK_EQ(got.count("pytorch_memory.out_of_memory"), 1U);
        CHECK_EQ(got.count("pytorch_memory.segment_sum"), 0U);
        const TopTable total = topTable(profile, 0, GroupBy::Function);
        const auto main = std::ranges::find(total.rows, "main", &TopRow::name);
        CHECK(main != total.rows.end() && main->total == kMiB + 512 + 6 * kGiB);
    }
}

TEST(labels_tellDevicesAndBlocksThatWaitApart)
{
    const Import got = import(*readFile(kGolden + "snapshot.pickle"));
    const Profile& profile = *got.profiles.at(0);
    std::map<std::string, std::int64_t> live;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string key;
        for (const Label& label : profile.labels.at(LabelSetId { std::size_t { profile.samples.labels[i] } })) {
            key += std::string(profile.strings.view(label.key)) + "="
                + (label.text.isNone() ? std::to_string(label.number) : std::string(profile.strings.view(label.text)))
                + ";";
        }
        live[key] += profile.samples.values[0][i];
    }
    CHECK_EQ(live["device=0;"], kMiB);
    CHECK_EQ(live["device=1;"], 6 * kGiB + 2048);
    CHECK_EQ(live["device=0;state=active_awaiting_free;"], 512);
}

TEST(olderSnapshots_areRead)
{
    const Import plain = import(*readFile(kGolden + "segments-only.pickle"));
    CHECK_EQ(plain.profiles.at(0)->valueTypes.size(), 4U);
    CHECK(!plain.profiles.at(0)->time);
    CHECK_EQ(plain.count("pytorch_memory.time_missing"), 1U);
    const Import legacy = import(*readFile(kGolden + "legacy.pickle"));
    CHECK(legacy.result.ok());
    CHECK_EQ(*legacy.profiles.at(0)->total(0), 2048);
    CHECK_EQ(*legacy.profiles.at(0)->total(2), 2000);
    CHECK_EQ(*legacy.profiles.at(0)->total(3), 1024);
    CHECK(selfBySite(*legacy.profiles.at(0), 0).contains("put cache.py:17"));
}

TEST(badRecords_areLeftOutAndSaid)
{
    const Import sizes = import(segments(p::list({ block(100, "active_allocated"), block(-1, "inactive"), p::integer(3),
                                             p::dict({ p::text("size"), p::integer(5) }) }),
        100));
    CHECK(sizes.result.ok());
    CHECK_EQ(*sizes.profiles.at(0)->total(0), 100);
    CHECK_EQ(sizes.count("pytorch_memory.bad_record"), 3U);
    CHECK_EQ(sizes.count("pytorch_memory.segment_sum"), 0U);
    CHECK_EQ(import(segments(p::list({ block(100, "inactive") }), 200)).count("pytorch_memory.segment_sum"), 1U);
    const Import odd = import(segments(p::integer(1), 0));
    CHECK_EQ(odd.count("pytorch_memory.bad_record"), 1U);
    const std::string frames = p::text("frames")
        + p::list({ p::integer(1), p::dict({ p::text("name"), p::text("f\xff"), p::text("line"), p::integer(-4) }) });
    const Import named = import(segments(p::list({ block(7, "active_allocated", frames) }), 7));
    CHECK_EQ(selfBySite(*named.profiles.at(0), 0)["f\xef\xbf\xbd"], 7);
    CHECK_EQ(named.count("pytorch_memory.invalid_utf8"), 1U);
}

TEST(otherPickles_areRefused)
{
    for (const std::string& bytes : { p::proto(2) + "N.", p::proto(2) + p::dict({}) + ".", std::string("text") }) {
        const Import got = import(bytes);
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::NotRecognized);
    }
    const Import tensor = import(p::proto(2) + p::global("torch._utils", "_rebuild_tensor_v2") + ".");
    CHECK(!tensor.result.ok()
        && tensor.result.error().message.find("torch._utils._rebuild_tensor_v2") != std::string::npos);
}

TEST(detection_needsTheKeys)
{
    const auto score = [](const std::string& bytes) {
        return PytorchMemoryParser()
            .probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "unknown" })
            .score;
    };
    for (const char* const name : { "snapshot", "snapshot-protocol2", "segments-only", "legacy" }) {
        CHECK_EQ(score(*readFile(kGolden + name + ".pickle")), 100);
    }
    CHECK_EQ(score(readFile(kGolden + "snapshot.pickle")->substr(0, 300)), 75);
    CHECK_EQ(score(p::proto(2) + p::dict({ p::text("segments"), p::list({ p::integer(1) }) }) + "."), 0);
    CHECK_EQ(score(*readFile(HEAPTOLL_SOURCE_DIR "/tests/golden/tracemalloc/protocol5.pickle")), 0);
    CHECK_EQ(score(*readFile(HEAPTOLL_SOURCE_DIR "/tests/golden/tracemalloc/malicious.pickle")), 0);
}

TEST(cutsAndFlips_endInAnAnswer)
{
    const std::string bytes = *readFile(kGolden + "snapshot.pickle");
    bool hasPart = false;
    for (std::size_t size = 1; size < bytes.size(); ++size) {
        const Import got = import(bytes.substr(0, size));
        CHECK(!got.result.ok() && got.result.error().code == ErrorCode::Truncated);
        hasPart = hasPart || (!got.profiles.empty() && *got.profiles[0]->total(0) == 6 * kGiB + kMiB + 512 + 2048);
    }
    CHECK(hasPart);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        for (const unsigned mask : { 0x01U, 0x20U, 0x80U }) {
            std::string hurt = bytes;
            hurt[at] = static_cast<char>(static_cast<unsigned char>(hurt[at]) ^ mask);
            const Import got = import(hurt);
            CHECK(!got.result.ok() || got.profiles.size() == 1);
        }
    }
}

HEAPTOLL_TEST_MAIN
