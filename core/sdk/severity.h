// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace heaptoll {

/// How much an observation about an input matters. DataLoss marks every total that rests on the input as partial.
enum class Severity : std::uint8_t { Info, Notice, DataLoss, Error };

/// "info", "notice", "data_loss", "error": as in JSON.
[[nodiscard]] constexpr std::string_view name(Severity severity)
{
    switch (severity) {
    case Severity::Info: return "info";
    case Severity::Notice: return "notice";
    case Severity::DataLoss: return "data_loss";
    case Severity::Error: return "error";
    }
    return "error";
}

} // namespace heaptoll
