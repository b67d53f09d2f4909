// SPDX-License-Identifier: Apache-2.0
// Imports one heaptrack recording and prints its totals and the time it took:  bench_heaptrack FILE
#include "core/io/decoded_source.h"
#include "core/model/profile_builder.h"
#include "plugins/heaptrack/heaptrack_parser.h"

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sys/resource.h>

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
        const auto end = profile->duration;
        const auto asked = std::chrono::steady_clock::now();
        const auto first = profile->timeline->range({ end.ns / 4 }, { end.ns / 2 });
        const double firstSeconds = secondsSince(asked);
        const auto again = std::chrono::steady_clock::now();
        const auto second = profile->timeline->range({ end.ns / 3 }, { end.ns / 5 * 4 });
        std::cout << "range " << firstSeconds * 1e3 << " ms first, " << secondsSince(again) * 1e3 << " ms then; stacks "
                  << first.stacks.size() << ' ' << second.stacks.size() << ", ticks "
                  << profile->timeline->times().size() << '\n';
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
