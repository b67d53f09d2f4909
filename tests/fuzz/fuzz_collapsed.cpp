// SPDX-License-Identifier: Apache-2.0
#include "plugins/collapsed/collapsed_parser.h"
#include "tests/support/fuzz_import.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    return heaptoll::test::fuzzImport<heaptoll::CollapsedParser>(data, size);
}
