// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace heaptoll::histogram {

/// A class as Java writes it: "[B" is "byte[]", "[[Ljava.lang.String;" is "java.lang.String[][]"; what is no descriptor of
/// an array stays as it is. Source: JVM specification 4.3.2.
[[nodiscard]] std::string javaName(std::string_view vmName);

} // namespace heaptoll::histogram
