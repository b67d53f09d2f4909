// SPDX-License-Identifier: Apache-2.0
#include "core/import/bundles.h"
#include "core/import/import.h"
#include "core/import/input_files.h"
#include "core/io/decoded_source.h"
#include "tests/support/check.h"
#include "tests/support/temp_folder.h"

#include <zlib.h>

#include <filesystem>
#include <random>
#include <sys/fsuid.h>

using namespace heaptoll;
using test::TempFolder;
namespace fs = std::filesystem;

namespace {

std::string gzip(const std::string& text)
{
    z_stream stream {};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string noise(std::size_t size)
{
    std::mt19937 random(1);
    std::string text;
    while (text.size() < size) {
        text += "line " + std::to_string(random()) + '\n';
    }
    return text;
}

struct ReadBack {
    std::string text;
    std::optional<Error> error;
    std::string warning;
    bool isLoss = false; ///< the warning speaks of one
};

ReadBack readBack(const std::string& path, const SourceOptions& options = {})
{
    ReadBack result;
    auto source = DecodedSource::open(path, path, options);
    if (!source.ok()) {
        result.error = source.error();
        return result;
    }
    while (true) {
        const auto block = source.value()->nextBlock();
        if (!block.ok()) {
            result.error = block.error();
            break;
        }
        if (block.value().empty()) {
            break;
        }
        result.text.append(reinterpret_cast<const char*>(block.value().data()), block.value().size());
    }
    result.warning = source.value()->warning().text;
    result.isLoss = source.value()->warning().isLoss;
    return result;
}

} // namespace

TEST(source_unwrapsWhateverTheNameSays)
{
    const TempFolder folder;
    const std::string text = noise(5'000'000);
    CHECK_EQ(readBack(folder.write("plain.gz", text)).text == text, true);
    CHECK_EQ(readBack(folder.write("one.csv", gzip(text))).text == text, true);
    CHECK_EQ(readBack(folder.write("twice.gz.gz", gzip(gzip(text)))).text == text, true);
    CHECK_EQ(readBack(folder.write("members.gz", gzip(text) + gzip("tail\n"))).text == text + "tail\n", true);
    CHECK_EQ(readBack(folder.write("empty", "")).text, "");
}

TEST(source_warnsOfBytesBehindTheGzipData)
{
    const TempFolder folder;
    const ReadBack read = readBack(folder.write("x.gz", gzip("abc") + "garbage"));
    CHECK_EQ(read.text, "abc");
    CHECK(!read.error);
    CHECK(!read.warning.empty());
}

TEST(source_warnsOfWhatEveryLinkOfTheChainNoticed)
{
    const TempFolder folder;
    const ReadBack outer = readBack(folder.write("outer.gz.gz", gzip(gzip("abc")) + "garbage"));
    CHECK_EQ(outer.text, "abc");
    CHECK(outer.isLoss);
    const ReadBack inner = readBack(folder.write("inner.gz.gz", gzip(gzip("abc") + "garbage")));
    CHECK_EQ(inner.text, "abc");
    CHECK(inner.isLoss);
    const std::string zeros(512, '\0');
    const ReadBack both = readBack(folder.write("both.gz.gz", gzip(gzip("abc") + zeros) + "garbage"));
    CHECK_EQ(both.text, "abc");
    CHECK(both.isLoss); // the loss goes before the padding
    CHECK(!readBack(folder.write("padded.gz.gz", gzip(gzip("abc") + zeros))).isLoss);
}

TEST(source_deliversWhatPrecedesTheCut)
{
    const TempFolder folder;
    const std::string text = noise(3'000'000);
    const std::string whole = gzip(text);
    for (std::size_t cut = 1; cut < 32; ++cut) {
        const ReadBack read = readBack(folder.write("cut.gz", whole.substr(0, whole.size() * cut / 32)));
        CHECK(read.error.has_value());
        CHECK(read.error && read.error->code == ErrorCode::Truncated);
        CHECK(text.starts_with(read.text));
    }
}

TEST(source_reportsDamageWithItsPlace)
{
    const TempFolder folder;
    std::string bytes = gzip(noise(300'000));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x55);
    const ReadBack read = readBack(folder.write("bad.gz", bytes));
    CHECK(read.error && read.error->code == ErrorCode::Malformed);
    CHECK(read.error && format(*read.error).find("bad.gz@0x") != std::string::npos);
}

TEST(source_refusesContainersItDoesNotRead)
{
    const TempFolder folder;
    const ReadBack zip = readBack(folder.write("a.csv", "PK\x03\x04rest"));
    CHECK(zip.error && zip.error->code == ErrorCode::Unsupported);
    CHECK(zip.error && zip.error->hint == "unpack it first: unzip");
    CHECK(readBack(folder.write("a.xz",
                       std::string("\xfd"
                                   "7zXZ\0more",
                           10)))
              .error.has_value());
}

TEST(source_readsZstdOrSaysThatItIsNotBuiltIn)
{
    const TempFolder folder;
    const ReadBack read = readBack(folder.write("a.zst", "\x28\xb5\x2f\xfd and no frame"));
    if (HEAPTOLL_TEST_ZSTD != 0) {
        CHECK(read.error && read.error->code == ErrorCode::Malformed);
        return;
    }
    CHECK(read.error && read.error->code == ErrorCode::Unsupported);
    CHECK(read.error && read.error->message.find("needs a Heaptoll that was built with zstd") != std::string::npos);
    CHECK(read.error && read.error->hint == "unpack it first: zstd -d");
}

TEST(source_refusesAFewBytesThatAskForTwoGibibytes)
{
    if (HEAPTOLL_TEST_ZSTD == 0) {
        SKIP("built without zstd");
    }
    const TempFolder folder;
    const auto frame = [&folder](char windowDescriptor) { // RFC 8878, 3.1.1.1.2: 10 + its upper five bits
        const std::string bytes { '\x28', '\xb5', '\x2f', '\xfd', '\0', windowDescriptor, '\x01', '\0', '\0' };
        return readBack(folder.write("window.zst", bytes)).error;
    };
    CHECK(!frame('\x58').has_value()); // 2 MiB
    const auto refused = frame('\xa8'); // 2 GiB
    CHECK(refused && refused->code == ErrorCode::LimitExceeded && refused->hint.find("--long=30") != std::string::npos);
}

TEST(source_stopsAtTheLimitAndWhenCancelled)
{
    const TempFolder folder;
    const std::string path = folder.write("big", std::string(10'000'000, 'x'));
    CHECK(readBack(path, { {}, 3'000'000, nullptr }).error->code == ErrorCode::LimitExceeded);
    std::stop_source stop;
    stop.request_stop();
    CHECK(readBack(path, { stop.get_token(), 1U << 30U, nullptr }).error->code == ErrorCode::Cancelled);
}

TEST(source_isDroppedWithoutReadingToTheEnd)
{
    const TempFolder folder;
    const std::string path = folder.write("big", std::string(50'000'000, 'x'));
    for (int i = 0; i < 20; ++i) {
        auto source = DecodedSource::open(path, path, {});
        CHECK(source.ok() && source.value()->nextBlock().ok());
    }
}

TEST(sidecars_neverLeaveTheFolder)
{
    const TempFolder folder;
    folder.write("secret", "no");
    const std::string manifest = folder.write("in/manifest", "{}");
    folder.write("in/parts/a", "yes");
    auto source = DecodedSource::open(manifest, manifest, {});
    for (const char* name : { "../secret", "parts/../../secret", "/etc/passwd", "" }) {
        const auto sidecar = source.value()->openSidecar(name);
        CHECK(!sidecar.ok() && sidecar.error().code == ErrorCode::Usage);
    }
    CHECK(source.value()->openSidecar("parts/a").ok());
    CHECK(!source.value()->openSidecar("parts/missing").ok());
}

TEST(inputs_expandFoldersSortedWithoutHiddenOrDoubleFiles)
{
    const TempFolder folder;
    folder.write("b/2", "x");
    folder.write("b/1", "x");
    folder.write("b/.hidden", "x");
    folder.write(".git/config", "x");
    const std::string base = folder.path.string();
    const auto inputs = expandInputs({ base, base + "/b/1", base + "/missing" });
    CHECK_EQ(inputs.size(), 3U);
    CHECK_EQ(inputs[0].path, base + "/b/1");
    CHECK_EQ(inputs[1].path, base + "/b/2");
    CHECK(inputs[2].error && inputs[2].error->code == ErrorCode::Io);
    const auto duplicates = duplicateInputs({ inputs[0], inputs[1] }, {});
    CHECK_EQ(duplicates.size(), 1U);
    CHECK_EQ(duplicates[0].input, 1U);
    std::stop_source stop;
    stop.request_stop();
    CHECK(duplicateInputs({ inputs[0], inputs[1] }, stop.get_token()).empty());
}

TEST(inputs_ofAFolderThatCannotBeListedAreSaidToBeMissing)
{
    const TempFolder folder;
    folder.write("closed/1", "x");
    folder.write("open/2", "x");
    fs::permissions(folder.path, fs::perms::all);
    fs::permissions(folder.path / "closed", fs::perms::none);
    constexpr uid_t kNobody = 65'534;
    const auto own = static_cast<uid_t>(::setfsuid(kNobody)); // root may list everything; of this thread only
    const auto inputs = expandInputs({ folder.path.string() });
    ::setfsuid(own);
    fs::permissions(folder.path / "closed", fs::perms::all);
    CHECK_EQ(inputs.size(), 2U);
    CHECK_EQ(inputs[0].path, (folder.path / "closed").string());
    CHECK(inputs[0].error && inputs[0].error->code == ErrorCode::Io);
    CHECK(inputs[0].error && inputs[0].error->message.find("what is in it is missing") != std::string::npos);
    CHECK_EQ(inputs[1].path, (folder.path / "open/2").string());
}

TEST(import_countsTheBytesOfADeliveryOnce)
{
    const TempFolder folder;
    const std::string header = "identity/LineItemId,lineItem/UsageStartDate,lineItem/UnblendedCost,"
                               "lineItem/LineItemType,bill/PayerAccountId\n";
    std::uint64_t bytes = 0;
    for (const char* const part : { "r/A/1.csv", "r/A/2.csv" }) {
        std::string text = header;
        while (text.size() < std::size_t { 3 } << 20U) {
            text += "x,2025-01-01T00:00:00Z,1,Usage,1\n";
        }
        text += std::string("x,2025-01-02T00:00:00Z,") + part[4] + ",Usage,1\n";
        bytes += text.size();
        folder.write(part, text);
    }
    const std::string manifest = R"({"assemblyId":"A","account":"1","reportName":"r","billingPeriod":{"start":"1"},)"
                                 R"("reportKeys":["bucket/prefix/r/A/1.csv","bucket/prefix/r/A/2.csv"]})";
    const std::string path = folder.write("M.json", manifest);
    bytes += manifest.size();
    std::uint64_t total = 0;
    ImportObserver observer;
    observer.progress = [&total](const ImportProgress& step) { total = std::max(total, step.totalBytes); };
    const auto files = importPaths(*ImporterRegistry::scan(), { path }, {}, {}, observer);
    CHECK_EQ(files.size(), 1U);
    CHECK_EQ(files[0].documents.size(), 1U);
    if (!files[0].documents.empty()) {
        CHECK_EQ(files[0].documents.front()->bytesRead, bytes);
    }
    CHECK_EQ(total, bytes);
}

TEST(bundles_keepTheNewestDeliveryAndCoverAllParts)
{
    const std::vector<std::string> paths { "/r/m/A/M.json", "/r/m/A/1.csv", "/r/m/B/M.json", "/r/m/B/1.csv",
        "/r/m/M.json", "/r/other.csv" };
    const std::vector<FoundBundle> bundles { { 0, { "jan", "A", false, { "1.csv" } } },
        { 2, { "jan", "B", false, { "1.csv" } } }, { 4, { "jan", "A", true, { "A/1.csv" } } } };
    const auto covered = coveredInputs(paths, bundles);
    CHECK_EQ(covered.size(), 4U);
    CHECK_EQ(covered[0].input, 0U);
    CHECK_EQ(covered[1].note, "part of /r/m/M.json");
    CHECK_EQ(covered[2].note, "older delivery B, replaced by A");
    CHECK_EQ(covered[3].input, 3U);
    for (const CoveredInput& one : covered) {
        CHECK_EQ(one.by, 4U);
        CHECK_EQ(one.isPart, one.input == 1U);
    }
}

TEST(registry_listsWhatIsBrokenAndGoesOn)
{
    const TempFolder folder;
    folder.write("fake.so", "this is no library");
    const auto registry = ImporterRegistry::scan({ folder.path.string() });
    CHECK(!registry->plugins().empty());
    CHECK(registry->plugins().front().state == PluginInfo::State::Failed);
    CHECK(!registry->plugins().front().message.empty());
    const auto imported = importPaths(*registry, { folder.write("noise.bin", noise(1000)) }, {}, {});
    CHECK_EQ(imported.size(), 1U);
    CHECK(imported[0].error && imported[0].error->code == ErrorCode::NotRecognized);
    const auto empty = importPaths(*registry, { folder.write("empty.bin", "") }, {}, {});
    CHECK(empty[0].error->message == "the file is empty (0 bytes)");
}

TEST(import_forcesTheFormatOfSingleFilesAndTellsWhatItDetects)
{
    const TempFolder folder;
    const std::string text = "v 10200 2\nX app\nI 1000 100\n";
    const std::string forced = folder.write("a.heaptrack", text);
    const std::string detected = folder.write("b.heaptrack", text);
    ImportOptions options;
    options.formatOfPath[forced] = "focus";
    std::vector<std::string> told;
    ImportObserver observer;
    observer.fileDetected = [&told](const ImportedFile& file) {
        told.push_back(file.path);
        CHECK(file.documents.empty());
    };
    const auto registry = ImporterRegistry::scan();
    const auto imported = importPaths(*registry, { forced, detected }, options, {}, observer);
    CHECK_EQ(imported.size(), 2U);
    CHECK(imported[0].error.has_value());
    CHECK(imported[0].documents.empty());
    CHECK_EQ(imported[1].documents.size(), 1U);
    CHECK_EQ(imported[1].documents.front()->format, "heaptrack");
    CHECK_EQ(told.size(), 2U);
    options.formatOfPath[forced] = "no-such-format";
    CHECK(importPaths(*registry, { forced }, options, {})[0].error->code == ErrorCode::Usage);
}

HEAPTOLL_TEST_MAIN
