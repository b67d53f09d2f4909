// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <array>
#include <charconv>
#include <utility>

namespace heaptoll {

Error::Error() = default;

Error::Error(ErrorCode itsCode, std::string itsMessage, Location itsWhere, std::string itsHint)
    : code(itsCode)
    , message(std::move(itsMessage))
    , where(std::move(itsWhere))
    , hint(std::move(itsHint))
{ }

std::string format(const Location& where)
{
    std::string text = where.source;
    if (where.line > 0) {
        text += ':' + std::to_string(where.line);
        if (!where.column.empty()) {
            text += ": column " + where.column;
        }
    } else if (where.offset) {
        std::array<char, 17> digits {};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *where.offset, 16);
        text += "@0x";
        text.append(digits.data(), end.ptr);
    }
    return text;
}

std::string format(const Error& error)
{
    std::string text = format(error.where);
    if (!text.empty()) {
        text += ": ";
    }
    text += error.message;
    if (!error.hint.empty()) {
        text += " (" + error.hint + ')';
    }
    return text;
}

std::string_view name(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotRecognized: return "not_recognized";
    case ErrorCode::Ambiguous: return "ambiguous";
    case ErrorCode::Malformed: return "malformed";
    case ErrorCode::Truncated: return "truncated";
    case ErrorCode::Unsupported: return "unsupported";
    case ErrorCode::LimitExceeded: return "limit_exceeded";
    case ErrorCode::Io: return "io";
    case ErrorCode::Cancelled: return "cancelled";
    case ErrorCode::Plugin: return "plugin";
    case ErrorCode::Usage: return "usage";
    case ErrorCode::Internal: return "internal";
    }
    return "internal";
}

} // namespace heaptoll
