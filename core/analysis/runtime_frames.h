// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/site.h"

#include <string_view>

namespace heaptoll {

/// True for frames that users do not own: allocators, language runtimes and standard libraries (libc malloc,
/// libstdc++, Rust alloc/core/std, Go runtime and standard library, JVM, CPython, V8). Findings blame the first frame
/// towards the root for which this is false.
[[nodiscard]] bool isRuntimeFrame(std::string_view function, std::string_view file, std::string_view module);
[[nodiscard]] inline bool isRuntimeFrame(const Site& site)
{
    return isRuntimeFrame(site.function, site.file, site.module);
}

} // namespace heaptoll
