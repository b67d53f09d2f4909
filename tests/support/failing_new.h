// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

// The thread sanitizer has operators of its own: none is replaced, and what needs them skips.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define HEAPTOLL_NO_FAILING_NEW
#endif
#endif

namespace heaptoll::test {

/// While true, operator new of a test that has failing_new.cpp among its sources fails on all threads but the main one.
extern std::atomic<bool> failsElsewhere;

} // namespace heaptoll::test
