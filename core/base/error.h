// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

/// What went wrong, as far as code has to tell it apart.
enum class ErrorCode : std::uint8_t {
    NotRecognized, ///< "not mine": detection goes on
    Ambiguous,
    Malformed,
    Truncated, ///< the input ends early; what was read before is usable
    Unsupported, ///< a version or variant that is known but not read
    LimitExceeded,
    Io,
    Cancelled, ///< never shown as a failure
    Plugin,
    Usage,
    Internal,
};

/// Where in the input. All parts optional; text formats use line and column, binary ones the byte offset.
/// `Location { path }` is a whole file.
/// Units: offset in bytes of the decoded (decompressed) stream, or of the file where its compression breaks; line and
/// column from 1, 0 = unknown.
struct Location {
    std::string source {}; ///< file as the user named it, containers joined with '!'
    std::optional<std::uint64_t> offset {};
    std::uint64_t line = 0;
    std::string column {}; ///< name or number of the column, empty = unknown
    friend bool operator==(const Location&, const Location&) = default;
};

/// An error says what, where, and what to do about it (hint, may be empty).
/// Not an aggregate: both constructors stand in error.cpp, so that no caller carries the code for three strings and
/// an optional, and so that gcc does not take the empty optional it would see there for an uninitialised one.
struct Error {
    Error();
    Error(ErrorCode itsCode, std::string itsMessage, Location itsWhere = {}, std::string itsHint = {});

    ErrorCode code = ErrorCode::Internal;
    std::string message;
    Location where;
    std::string hint;
};

/// "path:line:column" for text, "path@0x1f40" for binary: terminals and tests can parse both.
[[nodiscard]] std::string format(const Location& where);
/// "path:12: message (hint)". One line.
[[nodiscard]] std::string format(const Error& error);
/// Stable lower_snake name for machine output, e.g. "not_recognized".
[[nodiscard]] std::string_view name(ErrorCode code);

} // namespace heaptoll
