// SPDX-License-Identifier: Apache-2.0
// Every input has one winner, the same without its name, and every other importer is far from claiming it.
#include "core/import/import.h"
#include "tests/support/check.h"

#include <QTemporaryDir>

#include <filesystem>
#include <map>
#include <vector>

using namespace heaptoll;
namespace fs = std::filesystem;

namespace {

struct Expected {
    std::string folder; ///< below the checkout
    std::string extension; ///< of the files to take; the rest is somebody else's
    std::string format;
};

const std::vector<Expected>& expectations()
{
    static const std::vector<Expected> all {
        { "resources/samples/leaky-shop/profiles/checkout", ".gz", "pprof" },
        { "resources/samples/leaky-shop/profiles/thumbnailer", ".zst", "heaptrack" },
        { "resources/samples/leaky-shop/billing", ".gz", "focus" },
        { "resources/samples/leaky-shop/usage", ".gz", "prometheus" },
        { "../shared/data/generated/go", ".gz", "pprof" },
        { "../shared/data/generated/native/heaptrack", ".zst", "heaptrack" },
        { "../shared/data/generated/billing/focus-20k", "focus.csv.gz", "focus" },
        { "../shared/data/generated/billing/focus12-1k", ".csv", "focus" },
        { "../shared/data/generated/billing/cur-20k", ".csv.gz", "aws-cur" },
        { "../shared/data/generated/billing/cur-20k", "Manifest.json", "aws-cur" },
        { "../shared/data/generated/usage", ".json.gz", "prometheus" },
        { "../shared/data/generated/scenario/profiles", ".gz", "pprof" },
        { "../shared/data/generated/native/tcmalloc", ".heap", "heap-text" },
        { "../shared/data/generated/native/jemalloc", ".heap", "heap-text" },
        { "../shared/data/generated/go", "heap.T11.debug1.txt", "heap-text" },
        { "tests/golden/heap_text", ".heap", "heap-text" },
        { "tests/golden/heap_text", "debug1.txt", "heap-text" },
        { "../shared/data/generated/python", ".tracemalloc", "tracemalloc" },
        { "tests/golden/pytorch_memory", ".pickle", "pytorch-memory" },
        { "tests/golden/v8_heapprofile", ".heapprofile", "v8-heapprofile" },
        { "../shared/data/generated/node", ".heapprofile", "v8-heapprofile" },
        { "tests/golden/class_histogram", "histogram.txt", "class-histogram" },
        { "tests/golden/class_histogram", "jdk8.txt", "class-histogram" },
        { "../shared/data/generated/java", "histogram.txt", "class-histogram" },
        { "tests/golden/flamebearer", ".json", "flamebearer" },
        { "tests/golden/memray_csv", ".csv", "memray-csv" },
        { "tests/golden/tracemalloc", ".tracemalloc", "tracemalloc" },
        { "tests/golden/series_csv", ".csv", "series-csv" },
        { "tests/golden/focus", ".csv", "focus" },
        { "tests/golden/aws_cur", ".csv", "aws-cur" },
        { "tests/golden/massif", ".massif.out", "massif" },
        { "tests/golden/massif", ".heaptrack.massif", "massif" },
        { "tests/golden/massif", ".ms", "massif" },
        { "../shared/data/generated/native/massif", ".massif.out", "massif" },
        { "../shared/data/thirdparty/MathieuTurcotte+msparser/test_data", "0", "massif" },
        { "tests/golden/dhat", ".json", "dhat" },
        { "../shared/data/generated/native/dhat", ".json", "dhat" },
        { "tests/golden/callgrind", ".kcg", "callgrind" },
        { "tests/golden/callgrind", ".callgrind.out", "callgrind" },
        { "../shared/data/generated/native/memcheck", ".kcg", "callgrind" },
        { "tests/golden/collapsed", "ed", "collapsed" },
        { "tests/golden/collapsed", ".diff", "collapsed" },
        { "../shared/data/generated/native/heaptrack", "leaked.txt", "collapsed" },
        { "../shared/data/generated/native/tcmalloc", "collapsed.txt", "collapsed" },
        { "../shared/data/thirdparty/jlfwong+speedscope/sample/profiles/stackcollapse", ".txt", "collapsed" },
        { "tests/golden/speedscope", ".json", "speedscope" },
        { "../shared/data/thirdparty/google+pprof/internal/driver/testdata", "pprof.heap.callgrind", "callgrind" },
    };
    return all;
}

std::vector<fs::path> filesOf(const Expected& expected)
{
    std::vector<fs::path> files;
    std::error_code code;
    const fs::path folder = fs::path(HEAPTOLL_SOURCE_DIR) / expected.folder;
    for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
        if (it->is_regular_file() && it->path().string().ends_with(expected.extension)) {
            files.push_back(it->path());
        }
    }
    return files;
}

/// A build without zstd cannot look into such a file.
bool isClosed(const fs::path& file)
{
    return HEAPTOLL_TEST_ZSTD == 0 && file.extension() == ".zst";
}

void checkDetection(const ImporterRegistry& registry, const fs::path& file, const std::string& format)
{
    const Detection detection = detectFile(registry, file.string());
    if (isClosed(file)) {
        CHECK(detection.error && detection.error->code == ErrorCode::Unsupported);
        CHECK(detection.error && detection.error->message.find("built with zstd") != std::string::npos);
        return;
    }
    const bool won = !detection.error && !detection.candidates.empty() && detection.candidates[0].format == format;
    if (!won) {
        test::fail(__FILE__, __LINE__,
            file.string() + ": expected " + format + ", got "
                + (detection.error ? heaptoll::format(*detection.error) : detection.candidates[0].format));
        return;
    }
    CHECK(!detection.candidates[0].reason.empty());
    for (std::size_t i = 1; i < detection.candidates.size(); ++i) {
        if (detection.candidates[i].score >= 50) {
            test::fail(__FILE__, __LINE__,
                file.string() + ": " + detection.candidates[i].format
                    + " claims it as well: " + detection.candidates[i].reason);
        }
    }
}

} // namespace

TEST(everyInput_hasOneWinner)
{
    const auto registry = ImporterRegistry::scan({ HEAPTOLL_TEST_IMPORTER_DIR });
    std::size_t seen = 0;
    for (const Expected& expected : expectations()) {
        const auto files = filesOf(expected);
        if (files.empty()) {
            std::cout << "SKIP   " << expected.folder << " is not here\n";
        }
        for (const fs::path& file : files) {
            checkDetection(*registry, file, expected.format);
            ++seen;
        }
    }
    std::cout << seen << " files\n";
    CHECK(seen > 0);
}

TEST(names_addNothingThatContentLacks)
{
    const auto registry = ImporterRegistry::scan({ HEAPTOLL_TEST_IMPORTER_DIR });
    const QTemporaryDir folder;
    const fs::path unknown = fs::path(folder.path().toStdString()) / "unknown";
    for (const Expected& expected : expectations()) {
        for (const fs::path& file : filesOf(expected)) {
            if (isClosed(file)) {
                continue; // everyInput_hasOneWinner has asked why
            }
            fs::copy_file(file, unknown, fs::copy_options::overwrite_existing);
            const Detection detection = detectFile(*registry, unknown.string());
            if (detection.error || detection.candidates[0].format != expected.format) {
                test::fail(__FILE__, __LINE__, file.string() + " under the name 'unknown' is not " + expected.format);
            }
        }
    }
}

HEAPTOLL_TEST_MAIN
