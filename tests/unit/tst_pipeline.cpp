// SPDX-License-Identifier: Apache-2.0
#include "core/base/pipeline.h"
#include "tests/support/check.h"

#include <atomic>
#include <stdexcept>

using namespace heaptoll;

TEST(work_comes_back_done_and_in_order)
{
    Pipeline<int> pipeline([](int& value) { value *= 2; });
    int expected = 0;
    for (int i = 0; i < 1000; ++i) {
        pipeline.put(std::make_unique<int>(i));
        if (pipeline.inFlight() == 4) {
            CHECK_EQ(*pipeline.take(), 2 * expected++);
        }
    }
    while (pipeline.inFlight() > 0) {
        CHECK_EQ(*pipeline.take(), 2 * expected++);
    }
    CHECK_EQ(expected, 1000);
}

TEST(what_the_thread_throws_is_thrown_by_take_after_what_was_done)
{
    Pipeline<int> pipeline([](int& value) {
        if (value == 2) {
            throw std::runtime_error("two");
        }
    });
    for (int i = 1; i <= 3; ++i) {
        pipeline.put(std::make_unique<int>(i));
    }
    CHECK_EQ(*pipeline.take(), 1);
    for (int i = 0; i < 2; ++i) { // the thread has ended: it stays so
        bool isThrown = false;
        try {
            (void)pipeline.take();
        } catch (const std::runtime_error&) {
            isThrown = true;
        }
        CHECK(isThrown);
    }
}

TEST(the_end_waits_for_what_was_put_in)
{
    std::atomic<int> sum = 0;
    {
        Pipeline<int> pipeline([&sum](int& value) { sum += value; });
        for (int i = 1; i <= 10; ++i) {
            pipeline.put(std::make_unique<int>(i));
        }
    }
    CHECK_EQ(sum.load(), 55);
}

HEAPTOLL_TEST_MAIN
