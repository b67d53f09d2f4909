// SPDX-License-Identifier: Apache-2.0
// Any bytes: a bill that reaches the model has even columns and accounts for every record.
#include "core/analysis/cost_query.h"
#include "plugins/aws_cur/aws_cur_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    const auto bytes = std::as_bytes(std::span<const std::uint8_t>(data, size));
    AwsCurParser parser;
    static_cast<void>(parser.probe({ bytes.first(std::min<std::size_t>(size, 65536)), size <= 65536, "fuzz.csv" }));
    test::MemorySourceOptions options;
    options.blockBytes = size > 0 ? 1 + data[size - 1] % 90U : 1;
    options.sidecars["a.csv"] =
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost\nUsage,2025-01-01,1\n";
    test::MemorySource source(std::string(reinterpret_cast<const char*>(data), size), options);
    test::TestSink sink;
    static_cast<void>(parser.run(source, sink, {}).ok());
    const auto bill = sink.takeCosts();
    if (!bill) {
        return 0;
    }
    for (const TextColumn& column : bill->texts) {
        if (column.ids.size() != bill->rowCount) {
            std::abort();
        }
    }
    for (const NamedDecimalColumn& column : bill->decimals) {
        if (column.values.size() != bill->rowCount) {
            std::abort();
        }
    }
    const bool isEven = bill->chargeStart.size() == bill->rowCount && bill->chargeEnd.size() == bill->rowCount
        && bill->rowTags.size() == bill->rowCount;
    if (!isEven || !reconcile(*bill).reconciles) {
        std::abort();
    }
    static_cast<void>(queryCosts(*bill, CostBasis::Effective, { { "service" }, { "week" } }, {}, {}, {}).ok());
    return 0;
}
