// SPDX-License-Identifier: Apache-2.0
// A unit of its own: compilers that see both sides take replaced operators for a mistake.
#include "tests/support/failing_new.h"

#include <cstdlib>
#include <new>
#include <thread>

namespace heaptoll::test {

std::atomic<bool> failsElsewhere { false };

} // namespace heaptoll::test

#ifndef HEAPTOLL_NO_FAILING_NEW
namespace {

const std::thread::id kMain = std::this_thread::get_id();

} // namespace

void* operator new(std::size_t size)
{
    void* const memory = heaptoll::test::failsElsewhere && std::this_thread::get_id() != kMain
        ? nullptr
        : std::malloc(size > 0 ? size : 1);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void operator delete(void* memory) noexcept
{
    std::free(memory);
}

void operator delete(void* memory, std::size_t /*size*/) noexcept
{
    std::free(memory);
}
#endif
