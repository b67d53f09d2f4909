// SPDX-License-Identifier: Apache-2.0
// Time and memory of `top` on a decompressed profile, stage by stage: bench_pprof FILE.pb
// The whole process is comparable with `go tool pprof -top -nodecount=... FILE.pb`.

#include "core/analysis/call_tree.h"
#include "plugins/pprof/pprof_parser.h"
#include "tests/support/test_sink.h"

#include <chrono>
#include <cstdio>
#include <ctime>
#include <memory>
#include <sys/resource.h>
#include <vector>

namespace {

using namespace heaptoll;

class FileSource final : public sdk::ByteSource {
public:
    explicit FileSource(const char* path)
        : m_file(std::fopen(path, "rb"))
        , m_name(path)
        , m_block(std::size_t { 1 } << 20U)
    { }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    FileSource(FileSource&&) = delete;
    FileSource& operator=(FileSource&&) = delete;
    ~FileSource() override
    {
        if (m_file != nullptr) {
            std::fclose(m_file);
        }
    }
    Result<std::span<const std::byte>> nextBlock() override
    {
        if (m_file == nullptr) {
            return Error { ErrorCode::Io, "cannot be opened", { m_name } };
        }
        const std::size_t got = std::fread(m_block.data(), 1, m_block.size(), m_file);
        m_offset += got;
        return std::span<const std::byte>(m_block.data(), got);
    }
    [[nodiscard]] std::uint64_t offset() const override { return m_offset; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] std::string displayName() const override { return m_name; }
    Result<std::unique_ptr<sdk::ByteSource>> openSidecar(std::string_view name) override
    {
        return Error { ErrorCode::Io, std::string(name) };
    }
    [[nodiscard]] bool hasSidecar(std::string_view /*relativeName*/) const override { return false; }

private:
    std::FILE* m_file;
    std::string m_name;
    std::vector<std::byte> m_block;
    std::uint64_t m_offset = 0;
};

class Clock {
public:
    /// Time and processor time since the last call (only the second holds on a busy machine), and the peak resident
    /// size so far.
    void lap(const char* what)
    {
        const auto now = std::chrono::steady_clock::now();
        rusage usage {};
        getrusage(RUSAGE_SELF, &usage);
        const double cpu = processorSeconds();
        std::printf("%-28s %8.3f s   cpu %8.3f s   peak %6ld MiB\n", what,
            std::chrono::duration<double>(now - m_last).count(), cpu - m_lastCpu, usage.ru_maxrss / 1024);
        m_last = std::chrono::steady_clock::now();
        m_lastCpu = processorSeconds();
    }

private:
    static double processorSeconds()
    {
        timespec time {};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
    }
    std::chrono::steady_clock::time_point m_last = std::chrono::steady_clock::now();
    double m_lastCpu = processorSeconds();
};

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_pprof FILE.pb [tree]\n");
        return 2;
    }
    Clock clock;
    std::shared_ptr<const Profile> profile;
    {
        FileSource source(argv[1]);
        test::TestSink sink;
        if (const auto result = pprof::PprofParser().run(source, sink, {}); !result.ok()) {
            std::fprintf(stderr, "%s\n", format(result.error()).c_str());
            return 1;
        }
        profile = sink.takeProfiles().at(0);
    }
    clock.lap("import");
    const std::size_t value = profile->defaultValue;
    const TopTable table = topTable(*profile, value, GroupBy::Function);
    clock.lap("top by function");
    std::printf("%zu stacks, %zu frames, %zu samples, %zu rows; total %lld\n", profile->stacks.size(),
        profile->frames.size(), profile->samples.size(), table.rows.size(),
        static_cast<long long>(table.total.value_or(-1)));
    if (argc > 2) {
        const auto self = selfPerNode(*profile, value);
        const CallTree down = callTree(*profile, self, {});
        clock.lap("call tree, top-down");
        const CallTree up = callTree(*profile, self, { TreeOrder::BottomUp, RuntimeFrames::Keep, false });
        clock.lap("call tree, bottom-up");
        std::printf("%zu and %zu nodes\n", down.nodes.size(), up.nodes.size());
    }
    return 0;
}
