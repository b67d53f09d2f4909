// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every fuzzer of a billing importer demands: a bill that reaches the model has even columns, accounts for every
// record and can be queried. Aborts where one does not.

#include "core/analysis/cost_query.h"
#include "tests/support/memory_source.h"
#include "tests/support/require.h"
#include "tests/support/test_sink.h"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace heaptoll::test {

inline void requireSoundBill(const CostTable& bill)
{
    for (const TextColumn& column : bill.texts) {
        require(column.ids.size() == bill.rowCount);
    }
    for (const NamedDecimalColumn& column : bill.decimals) {
        require(column.values.size() == bill.rowCount);
    }
    require(bill.chargeStart.size() == bill.rowCount && bill.chargeEnd.size() == bill.rowCount);
    require(bill.rowTags.size() == bill.rowCount);
    require(reconcile(bill).reconciles);
    static_cast<void>(queryCosts(bill, CostBasis::Effective, { { "service" }, { "week" } }, {}, {}, {}).ok());
}

/// Probes and runs the importer over the bytes, in blocks whose size the last byte decides.
inline void fuzzBill(
    sdk::Importer& parser, const std::uint8_t* data, std::size_t size, MemorySourceOptions options = {})
{
    constexpr std::size_t kPrefix = 65536;
    const auto bytes = std::as_bytes(std::span<const std::uint8_t>(data, size));
    const auto probe = parser.probe({ bytes.first(std::min(size, kPrefix)), size <= kPrefix, "fuzz.csv" });
    require(probe.score >= 0 && probe.score <= 100);
    options.blockBytes = size > 0 ? 1 + data[size - 1] % 90U : 1;
    const std::string text(reinterpret_cast<const char*>(data), size);
    MemorySource manifest(text, options);
    static_cast<void>(parser.bundle(manifest).ok());
    MemorySource source(text, std::move(options));
    TestSink sink;
    static_cast<void>(parser.run(source, sink, {}).ok());
    if (const auto bill = sink.takeCosts()) {
        requireSoundBill(*bill);
    }
}

} // namespace heaptoll::test
