// SPDX-License-Identifier: Apache-2.0
// Any bytes: records have the header's width, fields lie inside their text, and the size of the blocks
// changes nothing.
#include "core/sdk/support/csv_reader.h"
#include "tests/support/memory_source.h"

#include <cstdlib>

namespace {

std::string render(const std::string& text, std::size_t blockBytes)
{
    using namespace heaptoll;
    test::MemorySourceOptions options;
    options.blockBytes = blockBytes;
    test::MemorySource source(text, options);
    sdk::CsvReader reader(source, 1 << 16);
    const auto header = reader.readHeader();
    if (!header.ok()) {
        return "no header";
    }
    std::string out;
    sdk::CsvBatch batch;
    while (true) {
        const auto more = reader.next(batch);
        if (!more.ok() || !more.value()) {
            return out + (more.ok() ? "end" : "error");
        }
        if (batch.fields.size() != batch.rows * header.value().names.size()
            || batch.lines.size() != batch.rows) {
            std::abort();
        }
        for (const sdk::CsvField& field : batch.fields) {
            if (std::size_t { field.begin } + field.size() > batch.text.size()) {
                std::abort();
            }
            out.append(batch.raw(field)).push_back('|');
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::string whole = render(text, std::size_t { 1 } << 20U);
    const std::string blocks = render(text, size > 0 ? 1 + data[0] % 70U : 1);
    if (whole != blocks && !whole.ends_with("error")) {
        std::abort();
    }
    return 0;
}
