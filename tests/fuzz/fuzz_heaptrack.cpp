// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/heaptrack_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

/// Whole and in small blocks: both have to come to the same end, and the timeline has to answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)HeaptrackParser().probe({ std::as_bytes(std::span(bytes)), true, "fuzz" });
    std::vector<std::vector<std::int64_t>> values;
    for (const std::size_t blockBytes : { std::size_t { 1 } << 20U, std::size_t { 61 } }) {
        test::MemorySourceOptions options;
        options.blockBytes = blockBytes;
        test::MemorySource source(bytes, options);
        test::TestSink sink;
        HeaptrackParser parser;
        (void)parser.run(source, sink, {});
        for (const auto& profile : sink.takeProfiles()) {
            if (blockBytes > 61) {
                values = profile->samples.values;
            } else if (values != profile->samples.values) {
                std::abort();
            }
            (void)profile->timeline->range({ profile->duration.ns / 3 }, profile->duration);
        }
    }
    return 0;
}
