// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

/// A length of time. Units: nanoseconds.
struct Span {
    std::int64_t ns = 0;

    [[nodiscard]] static constexpr Span seconds(std::int64_t s) { return { s * 1'000'000'000 }; }
    [[nodiscard]] static constexpr Span milliseconds(std::int64_t ms) { return { ms * 1'000'000 }; }
    [[nodiscard]] static constexpr Span hours(std::int64_t h) { return seconds(h * 3600); }
    [[nodiscard]] static constexpr Span days(std::int64_t d) { return hours(d * 24); }
    [[nodiscard]] constexpr double toHours() const { return static_cast<double>(ns) / 3.6e12; }
    [[nodiscard]] constexpr double toSeconds() const { return static_cast<double>(ns) / 1e9; }
    friend constexpr auto operator<=>(Span, Span) = default;
    friend constexpr Span operator+(Span a, Span b) { return { a.ns + b.ns }; }
    friend constexpr Span operator-(Span a, Span b) { return { a.ns - b.ns }; }
};

/// A point in time. Units: nanoseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t ns = 0;

    [[nodiscard]] static constexpr Instant fromUnixSeconds(std::int64_t s) { return { s * 1'000'000'000 }; }
    friend constexpr auto operator<=>(Instant, Instant) = default;
    friend constexpr Span operator-(Instant a, Instant b) { return { a.ns - b.ns }; }
    friend constexpr Instant operator+(Instant a, Span b) { return { a.ns + b.ns }; }
    friend constexpr Instant operator-(Instant a, Span b) { return { a.ns - b.ns }; }
};

/// Half-open: start <= t < end.
struct TimeRange {
    Instant start;
    Instant end;
    [[nodiscard]] constexpr bool contains(Instant t) const { return start <= t && t < end; }
    [[nodiscard]] constexpr Span length() const { return end - start; }
    friend constexpr bool operator==(TimeRange, TimeRange) = default;
};

/// Days since 1970-01-01 (UTC), rounded down: the UTC day an instant lies in.
[[nodiscard]] std::int64_t utcDay(Instant t);
[[nodiscard]] Instant startOfDay(std::int64_t day);

/// "2025-01-31T23:59:59Z"; fractions only when not zero.
[[nodiscard]] std::string toIso8601(Instant t);
/// "2025-01-31".
[[nodiscard]] std::string toIsoDate(Instant t);
/// "2025-01".
[[nodiscard]] std::string toIsoMonth(Instant t);
/// Parses "2025-01-31", "2025-01-31T23:59:59[.123][Z|+02:00]", a space for the T; no zone means UTC.
/// Also the compact form of AWS manifests, "20250131T000000.000Z". Errors: nullopt.
[[nodiscard]] std::optional<Instant> parseInstant(std::string_view text);

} // namespace heaptoll
