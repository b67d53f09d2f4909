// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>

namespace heaptoll::test {

/// What must hold whatever the bytes are: a fuzzer reports the input that aborts.
inline void require(bool condition)
{
    if (!condition) {
        std::abort();
    }
}

} // namespace heaptoll::test
