// SPDX-License-Identifier: Apache-2.0
// Cuts and flips in every input format, through the same door as the program. What they may end as: damage_reading.h.
#include "tests/cli/damage_reading.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"

#include <QCoreApplication>
#include <QProcess>

#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::string kGolden = HEAPTOLL_SOURCE_DIR "/tests/golden/";
const std::string kTests = HEAPTOLL_SOURCE_DIR "/tests/";
const std::string kSample = HEAPTOLL_SOURCE_DIR "/resources/samples/leaky-shop/";
constexpr std::size_t kCuts = 64;
#if defined(__SANITIZE_ADDRESS__)
constexpr std::size_t kFlips = 250; // a debug build under a sanitizer is ten times slower
#else
constexpr std::size_t kFlips = 1'000;
#endif

/// HEAPTOLL_DAMAGE_FLIPS: another number of bytes per input, for a long run.
std::size_t flipsPerInput()
{
    const char* const text = std::getenv("HEAPTOLL_DAMAGE_FLIPS");
    return text != nullptr ? std::stoul(text) : kFlips;
}

/// HEAPTOLL_DAMAGE_ONLY: the inputs whose name starts with one of these words, separated by commas.
bool isWanted(const std::string& name)
{
    const char* const text = std::getenv("HEAPTOLL_DAMAGE_ONLY");
    std::istringstream words(text != nullptr ? text : "");
    bool isWanted = text == nullptr;
    for (std::string word; std::getline(words, word, ',');) {
        isWanted = isWanted || name.starts_with(word);
    }
    return isWanted;
}

constexpr std::size_t kProgramEvery = 61; // inputs between two that also go through a whole command

/// Flips of one bit, of the case of a letter, of the sign bit, of everything.
constexpr unsigned kMasks[] = { 0x01, 0x20, 0x80, 0xff };

std::string bytesOf(const std::string& path)
{
    const auto bytes = readFile(path);
    if (!bytes) {
        fail(__FILE__, __LINE__, "cannot be read: " + path);
    }
    return bytes.value_or("");
}

struct Tally {
    std::size_t counts[4] {};
    std::size_t tries = 0;
    void add(Outcome outcome)
    {
        ++counts[static_cast<std::size_t>(outcome)];
        ++tries;
    }
    [[nodiscard]] std::string text() const
    {
        return std::to_string(tries) + " tries: " + std::to_string(counts[0]) + " errors, " + std::to_string(counts[1])
            + " partial, " + std::to_string(counts[2]) + " equal, " + std::to_string(counts[3]) + " changed";
    }
};

/// One subject through all its damages.
class Sweep {
public:
    Sweep(const Stage& stage, const Subject& subject)
        : m_stage(stage)
        , m_subject(subject)
        , m_bytes(subject.files.at(subject.target))
    {
        m_stage.clear();
        m_stage.write(m_subject, m_bytes);
        const Reading whole = read(m_stage, m_subject);
        m_whole = whole.text;
        m_isReadable = whole.outcome == Outcome::Changed && whole.why.empty();
        if (!m_isReadable) {
            fail(__FILE__, __LINE__, m_subject.name + ": the undamaged input is not read whole: " + whole.why);
        }
    }

    void run()
    {
        if (!m_isReadable) {
            return;
        }
        for (std::size_t i = 0; i < kCuts; ++i) {
            const std::size_t at = m_bytes.size() * i / kCuts;
            tryOne(m_bytes.substr(0, at), "cut at " + std::to_string(at), m_cuts);
        }
        std::size_t turn = 0;
        const std::size_t flips = flipsPerInput() / m_subject.fewerFlips;
        for (const std::size_t at : places(m_bytes.size(), flips)) {
            // Every byte of a small file meets every mask; of a large one each byte meets one.
            const std::size_t masks = m_bytes.size() <= flips / std::size(kMasks) ? std::size(kMasks) : 1;
            for (std::size_t m = 0; m < masks; ++m) {
                const unsigned mask = kMasks[(turn++) % std::size(kMasks)];
                std::string bytes = m_bytes;
                bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask);
                tryOne(bytes, "byte " + std::to_string(at) + " ^ " + std::to_string(mask), m_flips);
            }
        }
        std::cout << m_subject.name << ": cuts " << m_cuts.text() << "; flips " << m_flips.text() << '\n';
    }

private:
    void tryOne(const std::string& bytes, const std::string& what, Tally& tally)
    {
        m_stage.put(m_subject.target, bytes);
        Reading reading = read(m_stage, m_subject);
        if (reading.outcome == Outcome::Changed && reading.text == m_whole) {
            reading.outcome = Outcome::Equal;
        }
        tally.add(reading.outcome);
        if (reading.outcome == Outcome::Changed && m_subject.integrity == Integrity::Checked) {
            reading.why = "another result than the whole file's, not labelled";
        }
        if (reading.why.empty() && tally.tries % kProgramEvery == 0) {
            reading.why = wrongProgram(m_stage, m_subject, reading.outcome);
        }
        if (!reading.why.empty() && ++m_wrong <= 5) {
            fail(__FILE__, __LINE__, m_subject.name + ": " + what + ": " + reading.why);
        }
    }

    const Stage& m_stage;
    const Subject& m_subject;
    const std::string& m_bytes;
    std::string m_whole;
    bool m_isReadable = false;
    Tally m_cuts;
    Tally m_flips;
    int m_wrong = 0;
};

void sweep(const std::vector<Subject>& subjects)
{
    const Stage stage;
    for (const Subject& subject : subjects) {
        if (!isWanted(subject.name)) {
            continue;
        }
        if (HEAPTOLL_TEST_ZSTD == 0 && subject.target.ends_with(".zst")) {
            std::cout << "SKIP   " << subject.name << ": this build reads no zstd\n";
            continue;
        }
        Sweep(stage, subject).run();
    }
}

Subject one(std::string name, std::string file, std::string bytes, Integrity integrity)
{
    return { std::move(name), { { file, std::move(bytes) } }, file, integrity };
}

/// Plain text or bytes, and the same inside gzip and zstd, whose checksums see the damage before any format does: fewer
/// bytes of them are flipped.
void addPacked(
    std::vector<Subject>& subjects, const std::string& name, const std::string& file, const std::string& bytes)
{
    subjects.push_back(one(name, file, bytes, Integrity::Unchecked));
    constexpr std::size_t kFewer = 5;
    subjects.push_back(one(name + " gzip", file + ".gz", gzipped(bytes), Integrity::Checked));
    subjects.back().fewerFlips = kFewer;
    subjects.push_back(one(name + " zstd", file + ".zst", zstdPacked(bytes, true), Integrity::Checked));
    subjects.back().fewerFlips = kFewer;
}

/// A first line for the records of a Go profile: their sums.
std::string goHeader(const std::string& records)
{
    long long sums[4] {};
    std::istringstream lines(records);
    for (std::string line; std::getline(lines, line);) {
        long long values[4] {};
        if (std::sscanf(line.c_str(), "%lld: %lld [%lld: %lld] @", values, values + 1, values + 2, values + 3) == 4) {
            for (std::size_t i = 0; i < 4; ++i) {
                sums[i] += values[i];
            }
        }
    }
    return "heap profile: " + std::to_string(sums[0]) + ": " + std::to_string(sums[1]) + " [" + std::to_string(sums[2])
        + ": " + std::to_string(sums[3]) + "] @ heap/1048576\n";
}

} // namespace

TEST(pprof)
{
    const std::string shop = bytesOf(kSample + "profiles/search/heap.20261005T093000Z.pb.gz");
    const std::string tiny = bytesOf(kGolden + "pprof/tiny.pb.gz");
    std::vector<Subject> subjects;
    addPacked(subjects, "pprof tiny", "tiny.pb", gunzip(tiny).value_or(""));
    subjects.push_back(one("pprof of Go", "heap.pb.gz", shop, Integrity::Checked));
    subjects.push_back(one("pprof of Go, raw", "heap.pb", gunzip(shop).value_or(""), Integrity::Unchecked));
    sweep(subjects);
}

TEST(gzip_members)
{
    const std::string raw = gunzip(bytesOf(kGolden + "pprof/tiny.pb.gz")).value_or("");
    const std::string csv = bytesOf(kGolden + "focus/focus-12-rows.csv");
    const std::size_t line = csv.find('\n', csv.size() / 2) + 1;
    sweep({ one("gzip of two members", "two.pb.gz", gzipped(raw.substr(0, 60)) + gzipped(raw.substr(60)),
                Integrity::Checked),
        one("FOCUS, gzip of two members", "two.csv.gz", gzipped(csv.substr(0, line)) + gzipped(csv.substr(line)),
            Integrity::Checked) });
}

TEST(heaptrack)
{
    std::vector<Subject> subjects;
    addPacked(subjects, "heaptrack v1", "one.heaptrack", bytesOf(kGolden + "heaptrack/version1.heaptrack"));
    addPacked(subjects, "heaptrack v2", "two.heaptrack", bytesOf(kGolden + "heaptrack/version2.heaptrack"));
    addPacked(subjects, "heaptrack v3", "three.heaptrack", heaptrackVersion3());
    const std::string leaky = bytesOf(kGolden + "heaptrack/orderd-leaky.zst");
    subjects.push_back(one("heaptrack as recorded", "heaptrack.orderd.1.zst", leaky, Integrity::Unchecked));
    sweep(subjects);
}

TEST(heap_text)
{
    const std::string folder = kGolden + "heap_text/";
    const std::string go = bytesOf(folder + "go-debug1.txt");
    const std::size_t records = go.find("\n\n", 2'000) + 2;
    std::vector<Subject> subjects;
    addPacked(subjects, "gperftools", "a.0001.heap", bytesOf(folder + "gperftools.0002.heap"));
    for (const char* const file : { "jemalloc-exact.0014.f.heap", "threads.heap", "symbolised.heap" }) {
        subjects.push_back(one(file, "a.heap", bytesOf(folder + file), Integrity::Unchecked));
    }
    const std::string first = go.substr(go.find('\n') + 1, records - go.find('\n') - 1);
    subjects.push_back(one("Go as text", "heap.txt", goHeader(first) + first, Integrity::Unchecked));
    sweep(subjects);
}

TEST(focus)
{
    std::vector<Subject> subjects;
    addPacked(subjects, "FOCUS", "focus.csv", bytesOf(kGolden + "focus/focus-12-rows.csv"));
    sweep(subjects);
}

TEST(aws_cur)
{
    const std::string csv = bytesOf(kGolden + "aws_cur/cur-12-rows.csv");
    const std::string manifest = R"({"assemblyId":"a1","reportName":"costs","account":"111122223333",)"
                                 R"("billingPeriod":{"start":"20250101T000000.000Z","end":"20250201T000000.000Z"},)"
                                 R"("compression":"GZIP","reportKeys":["costs/a1/costs-1.csv.gz"]})";
    const std::map<std::string, std::string> delivery { { "costs-Manifest.json", manifest },
        { "costs-1.csv.gz", gzipped(csv) } };
    sweep({ one("CUR", "cur.csv", csv, Integrity::Unchecked),
        { "CUR, part of a delivery", delivery, "costs-1.csv.gz", Integrity::Checked },
        { "CUR, manifest", delivery, "costs-Manifest.json", Integrity::Unchecked } });
}

TEST(prometheus)
{
    std::vector<Subject> subjects;
    addPacked(subjects, "Prometheus", "container_memory_working_set_bytes.json",
        R"({"status":"success","data":{"resultType":"matrix","result":[)"
        R"({"metric":{"__name__":"container_memory_working_set_bytes","container":"app","pod":"app-7c9f8d-x2x4z"},)"
        R"("values":[[1735689600,"104857600"],[1735693200,"105906176"],[1735696800,"1.06e+08"]]},)"
        R"({"metric":{"__name__":"container_memory_working_set_bytes","container":"db","pod":"db-0"},)"
        R"("values":[[1735689600,"5"],[1735693200,"6"]]}]}})");
    sweep(subjects);
}

TEST(series_csv)
{
    std::vector<Subject> subjects;
    const std::string hours = bytesOf(kGolden + "series_csv/requests-hourly.csv");
    addPacked(subjects, "series", "requests.csv", hours.substr(0, hours.find('\n', 1'100) + 1));
    sweep(subjects);
}

TEST(valgrind_and_stacks)
{
    std::vector<Subject> subjects;
    const std::string massif = bytesOf(kGolden + "massif/orderd-fixed.massif.out");
    addPacked(subjects, "Massif", "massif.out.1", massif.substr(0, massif.find("#---", 6'000)));
    const std::pair<const char*, const char*> files[] { { "DHAT", "dhat/orderd-leaky.dhat.json" },
        { "DHAT of dhat-rs", "dhat/dhat-rs.json" }, { "xtree", "callgrind/memory-full.kcg" },
        { "collapsed", "collapsed/orderd-leaky.peak.folded" },
        { "speedscope", "speedscope/memory-and-allocations.json" },
        { "speedscope, events", "speedscope/evented.json" } };
    for (const auto& [name, path] : files) {
        const std::string file(path);
        subjects.push_back(one(name, file.substr(file.find('/') + 1), bytesOf(kGolden + file), Integrity::Unchecked));
    }
    sweep(subjects);
}

TEST(packed_inputs)
{
    std::vector<Subject> subjects;
    for (const PackedInput& input : kPackedInputs) {
        const std::string path = input.path;
        addPacked(subjects, input.name, path.substr(path.rfind('/') + 1), bytesOf(kTests + path));
    }
    sweep(subjects);
}

/// A few true processes: the exit status and the streams, nothing shared with this process.
TEST(whole_processes)
{
    const Stage stage;
    const std::string heap = bytesOf(kSample + "profiles/search/heap.20261005T093000Z.pb.gz");
    const std::string bill = gzipped(bytesOf(kGolden + "focus/focus-12-rows.csv"));
    const std::map<std::string, std::string> inputs { { "heap.pb.gz", heap }, { "bill.csv.gz", bill } };
    for (const auto& [name, bytes] : inputs) {
        for (const std::size_t sixteenth : { 0U, 1U, 5U, 11U, 15U }) {
            stage.put(name, bytes.substr(0, bytes.size() * sixteenth / 16));
            QProcess process;
            process.start(QStringLiteral(HEAPTOLL_CLI),
                { QStringLiteral("analyze"), QString::fromStdString(stage.path() + '/' + name),
                    QStringLiteral("--strict") });
            CHECK(process.waitForFinished(60'000));
            const QByteArray err = process.readAllStandardError();
            CHECK(process.exitStatus() == QProcess::NormalExit);
            CHECK(process.exitCode() == 3 || process.exitCode() == 4);
            CHECK(err.contains("error: ") || err.contains("partial"));
        }
    }
}

int main(int argc, char** argv)
{
#ifdef __GLIBC__
    // Twenty thousand imports on new threads: memory that goes back to the system in between is most of the time.
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_ARENA_MAX, 1);
#endif
    const QCoreApplication application(argc, argv);
    return runAll();
}
