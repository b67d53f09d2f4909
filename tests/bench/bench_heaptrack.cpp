// SPDX-License-Identifier: Apache-2.0
// Imports one heaptrack recording, prints its totals and the time it took, and brushes three ranges: bench_heaptrack FILE
#include "core/analysis/call_tree.h"
#include "core/io/decoded_source.h"
#include "core/model/profile_builder.h"
#include "plugins/heaptrack/heaptrack_parser.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sys/resource.h>
#include <vector>

namespace {

class BenchSink final : public heaptoll::sdk::Sink {
public:
    heaptoll::sdk::HeapSink& heap() override { return builder; }
    heaptoll::sdk::CostSink& costs() override { std::abort(); }
    heaptoll::sdk::UsageSink& usage() override { std::abort(); }
    void issue(heaptoll::Severity severity, std::string_view code, const heaptoll::Location& where,
        std::string_view message, std::uint64_t count) override
    {
        issues.add(severity, code, where, message, count);
    }
    heaptoll::IssueList issues;
    heaptoll::ProfileBuilder builder { issues };
};

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Processor time of the calling thread: tells parsing and adding up from decoding, and holds on a busy machine.
double threadSeconds()
{
    timespec time {};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// All that a brush on the chart waits for before it paints: the range, both trees, the table of sites.
void brush(const heaptoll::Profile& profile, heaptoll::Span from, heaptoll::Span to)
{
    const double cpu = threadSeconds();
    const auto start = std::chrono::steady_clock::now();
    const auto values = profile.timeline->range(from, to);
    const double rangeSeconds = threadSeconds() - cpu;
    std::vector<std::int64_t> live(profile.stacks.size(), 0);
    for (std::size_t i = 0; i < values.stacks.size(); ++i) {
        live[values.stacks[i].index()] = values.liveBytesAtEnd[i];
    }
    const auto down = heaptoll::callTree(profile, live, {});
    const auto up = heaptoll::callTree(profile, live, { heaptoll::TreeOrder::BottomUp });
    const auto sites =
        heaptoll::topTable(profile, live, profile.valueTypes[profile.defaultValue], heaptoll::GroupBy::Site);
    std::cout << "brush " << secondsSince(start) * 1e3 << " ms, processor " << (threadSeconds() - cpu) * 1e3
              << " ms, of that the range " << rangeSeconds * 1e3 << "; stacks " << values.stacks.size() << " of "
              << profile.stacks.size() << ", nodes " << down.nodes.size() << " and " << up.nodes.size() << ", sites "
              << sites.rows.size() << '\n';
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::cerr << "usage: bench_heaptrack FILE\n";
        return 2;
    }
    const auto start = std::chrono::steady_clock::now();
    auto source = heaptoll::DecodedSource::open(argv[1], argv[1], {});
    if (!source.ok()) {
        std::cerr << heaptoll::format(source.error()) << '\n';
        return 1;
    }
    BenchSink sink;
    heaptoll::HeaptrackParser parser;
    if (const auto result = parser.run(*source.value(), sink, {}); !result.ok()) {
        std::cerr << heaptoll::format(result.error()) << '\n';
    }
    const auto profiles = sink.builder.take();
    const double seconds = secondsSince(start);
    const double parseSeconds = threadSeconds();
    for (const auto& profile : profiles) {
        for (std::size_t k = 0; k < profile->valueTypes.size(); ++k) {
            std::cout << heaptoll::metricName(profile->valueTypes[k]) << ' ' << profile->total(k).value_or(-1) << '\n';
        }
        std::cout << "suppressed " << profile->suppressedBytes.value_or(-1) << '\n';
        const std::int64_t length = profile->duration.ns;
        brush(*profile, { length / 4 }, { length / 2 });
        brush(*profile, { length / 3 }, { length / 5 * 4 });
        brush(*profile, {}, { length });
    }
    for (const auto& issue : sink.issues.all()) {
        std::cout << issue.code << " x" << issue.count << ": " << issue.message << '\n';
    }
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    std::cout << "seconds " << seconds << ", of this thread's processor " << parseSeconds << ", text MB/s "
              << static_cast<double>(source.value()->offset()) / 1e6 / seconds << ", max RSS MiB "
              << usage.ru_maxrss / 1024 << '\n';
    return 0;
}
