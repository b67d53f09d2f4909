// SPDX-License-Identifier: Apache-2.0
// Any bytes: an error or profiles of even columns without negative bytes.
#include "plugins/memray_csv/memray_csv_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/require.h"
#include "tests/support/test_sink.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    using test::require;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    test::MemorySourceOptions options;
    options.blockBytes = size > 0 ? 1 + data[size - 1] % 64U : 1;
    MemrayCsvParser parser;
    const auto probe = parser.probe({ std::as_bytes(std::span(bytes.data(), bytes.size())), true, "x" });
    require(probe.score >= 0 && probe.score <= 100);
    test::MemorySource source(bytes, options);
    test::TestSink sink;
    const auto result = parser.run(source, sink, {});
    const auto profiles = sink.takeProfiles();
    require(!result.ok() || !profiles.empty());
    for (const auto& profile : profiles) {
        for (const std::int64_t bytesLive : profile->samples.values[0]) {
            require(bytesLive >= 0);
        }
    }
    return 0;
}
