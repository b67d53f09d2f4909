// SPDX-License-Identifier: Apache-2.0
// Any bytes: the tokens must not depend on the block cuts, and must nest.
#include "core/sdk/support/json_pull.h"
#include "tests/support/memory_source.h"

#include <cstdlib>

namespace {

std::string walk(const std::string& text, std::size_t blockBytes)
{
    using heaptoll::sdk::JsonKind;
    heaptoll::test::MemorySourceOptions options;
    options.blockBytes = blockBytes;
    heaptoll::test::MemorySource source(text, options);
    heaptoll::sdk::JsonPull json(source);
    std::string out;
    while (true) {
        const auto token = json.next();
        if (!token.ok()) {
            return out + heaptoll::format(token.error());
        }
        out += static_cast<char>('a' + static_cast<int>(token.value().kind));
        out += token.value().text;
        if (token.value().kind == JsonKind::End) {
            if (json.depth() != 0) {
                std::abort();
            }
            return out;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) {
        return 0;
    }
    const std::size_t block = 1 + data[0] % 16;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    if (walk(text, block) != walk(text, text.size() + 1)) {
        std::abort();
    }
    return 0;
}
