// SPDX-License-Identifier: Apache-2.0
// Any bytes: series that reach the model are sorted, finite and of even columns.
#include "plugins/series_csv/series_csv_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <cmath>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    const auto bytes = std::as_bytes(std::span<const std::uint8_t>(data, size));
    SeriesCsvParser parser;
    static_cast<void>(parser.probe({ bytes.first(std::min<std::size_t>(size, 65536)), size <= 65536, "fuzz.csv" }));
    test::MemorySourceOptions options;
    options.blockBytes = size > 0 ? 1 + data[size - 1] % 64U : 1;
    test::MemorySource source(std::string(reinterpret_cast<const char*>(data), size), options);
    test::TestSink sink;
    static_cast<void>(parser.run(source, sink, {}).ok());
    const auto table = sink.takeUsage();
    if (!table) {
        return 0;
    }
    for (const UsageSeries& series : table->series) {
        const bool isSorted =
            std::ranges::adjacent_find(series.times, std::ranges::greater_equal {}) == series.times.end();
        const bool isFinite = std::ranges::all_of(series.values, [](double v) { return std::isfinite(v); });
        if (!isSorted || !isFinite || series.times.size() != series.values.size()) {
            std::abort();
        }
    }
    return 0;
}
