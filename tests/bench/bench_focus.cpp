// SPDX-License-Identifier: Apache-2.0
// bench_focus FILE.csv: whole process from file to CostTable, all columns kept, then group by service and day.
#include "core/analysis/cost_query.h"
#include "plugins/focus/focus_parser.h"
#include "tests/support/file_source.h"
#include "tests/support/test_sink.h"

#include <chrono>
#include <cstdio>
#include <sys/resource.h>

using namespace heaptoll;

namespace {

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: bench_focus FILE.csv\n", stderr);
        return 2;
    }
    const auto start = std::chrono::steady_clock::now();
    test::FileSource source(argv[1]);
    test::TestSink sink;
    FocusParser parser;
    const auto result = parser.run(source, sink, TaskContext {});
    if (!result.ok()) {
        std::fprintf(stderr, "%s\n", format(result.error()).c_str());
        return 1;
    }
    const auto table = sink.takeCosts();
    const double seconds = secondsSince(start);
    const double megabytes = static_cast<double>(source.offset()) / 1e6;
    rusage usage {};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("rows %zu  %.1f MB  %.2f s  %.0f MB/s  cpu %.2f s  max RSS %.0f MB\n", table->rowCount, megabytes,
        seconds, megabytes / seconds,
        static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6,
        static_cast<double>(usage.ru_maxrss) / 1024);
    for (const CostBasis basis : { CostBasis::Billed, CostBasis::Effective, CostBasis::List }) {
        const auto queryStart = std::chrono::steady_clock::now();
        const auto groups = queryCosts(*table, basis, { { "service" }, { "day" } }, {}, {}, TaskContext {});
        if (!groups.ok()) {
            return 1;
        }
        std::printf("%s by service,day: %zu groups in %.0f ms", std::string(name(basis)).c_str(),
            groups.value().groups.size(), secondsSince(queryStart) * 1e3);
        for (const auto& [currency, total] : groups.value().totals.byCurrency) {
            std::printf("  %s %s", total.value_or(Decimal {}).toString().c_str(), currency.c_str());
        }
        std::printf("\n");
    }
    return 0;
}
