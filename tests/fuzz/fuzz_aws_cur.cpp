// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/aws_cur_parser.h"
#include "tests/support/bill_fuzz.h"

/// Any bytes are a manifest (whose part a.csv there is) or a part.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    heaptoll::test::MemorySourceOptions options;
    options.sidecars["a.csv"] =
        "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost\nUsage,2025-01-01,1\n";
    heaptoll::AwsCurParser parser;
    heaptoll::test::fuzzBill(parser, data, size, std::move(options));
    return 0;
}
