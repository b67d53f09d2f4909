// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

namespace heaptoll {

/// A place in code, in words: what findings blame and tables list. Unknown parts are empty or 0.
struct Site {
    std::string function;
    std::string file;
    std::uint32_t line = 0;
    std::string module;
    friend auto operator<=>(const Site&, const Site&) = default;
};

/// A stack in words, leaf first.
using SiteStack = std::vector<Site>;

} // namespace heaptoll
