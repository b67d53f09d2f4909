// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace heaptoll::test {

/// While true, operator new of a test that has failing_new.cpp among its sources fails on all threads but the main one.
extern std::atomic<bool> failsElsewhere;

} // namespace heaptoll::test
