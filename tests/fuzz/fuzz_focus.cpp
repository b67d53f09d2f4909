// SPDX-License-Identifier: Apache-2.0
#include "plugins/focus/focus_parser.h"
#include "tests/support/bill_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    heaptoll::FocusParser parser;
    heaptoll::test::fuzzBill(parser, data, size);
    return 0;
}
