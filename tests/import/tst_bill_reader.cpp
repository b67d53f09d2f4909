// SPDX-License-Identifier: Apache-2.0
// Memory that runs out on the converting thread of a bill. The allocator of this program fails when it is told to.
#include "plugins/focus/focus_parser.h"
#include "tests/support/bill_test.h"
#include "tests/support/failing_new.h"

#include <new>

using namespace heaptoll;
using namespace heaptoll::test;

TEST(anExceptionOfTheConvertingThreadReachesTheCaller)
{
#ifdef HEAPTOLL_NO_FAILING_NEW
    SKIP("the allocator is the thread sanitizer's");
#endif
    std::string csv = "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,BillingCurrency,ServiceCategory\n";
    while (csv.size() < std::size_t { 8 } << 20U) { // batches of 512 KiB: the first is read without a thread
        csv += "1." + std::to_string(csv.size()) + ",1.5,2025-01-01T00:00:00Z,2025-01-02T00:00:00Z,USD,Compute\n";
    }
    const auto whole = BillRun::of(FocusParser(), csv);
    CHECK(whole->result.ok());
    MemorySource source(csv);
    TestSink sink;
    bool isThrown = false;
    failsElsewhere = true;
    try {
        static_cast<void>(FocusParser().run(source, sink, TaskContext {}));
    } catch (const std::bad_alloc&) {
        isThrown = true;
    }
    failsElsewhere = false;
    CHECK(isThrown);
}

HEAPTOLL_TEST_MAIN
