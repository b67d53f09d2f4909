// SPDX-License-Identifier: Apache-2.0
// Any bytes: whole and in small blocks they come to the same end, and what reaches the model has even columns.
#include "plugins/heap_text/heap_text_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/require.h"
#include "tests/support/test_sink.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    static_cast<void>(heap_text::HeapTextParser().probe({ std::as_bytes(std::span(bytes)), true, "fuzz" }));
    std::optional<bool> isRead;
    std::vector<std::vector<std::int64_t>> values;
    for (const std::size_t blockBytes : { std::size_t { 1 } << 20U, std::size_t { 61 } }) {
        test::MemorySourceOptions options;
        options.blockBytes = blockBytes;
        test::MemorySource source(bytes, options);
        test::TestSink sink;
        const bool isOk = heap_text::HeapTextParser().run(source, sink, {}).ok();
        test::require(isRead.value_or(isOk) == isOk);
        const auto profiles = sink.takeProfiles();
        test::require(profiles.size() <= 1 && (!isOk || profiles.size() == 1));
        for (const auto& profile : profiles) {
            for (const auto& column : profile->samples.values) {
                test::require(column.size() == profile->samples.size());
            }
            test::require(!isRead || profile->samples.values == values);
            values = profile->samples.values;
        }
        isRead = isOk;
    }
    return 0;
}
