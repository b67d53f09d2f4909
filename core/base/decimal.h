// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace heaptoll {

__extension__ using Int128 = __int128;

/// An exact decimal number: a 128-bit integer at scale 10^-18. Holds money (and exact quantities) of every
/// billing export without rounding; +-1.7e20 whole units. A sum that leaves that range is isOutOfRange() and stays so,
/// whatever is added to it: sums over input may be checked once, at their end, or at every step with add().
/// Source: design rule "money must be exact, scale 18" (core/README.md, ADR 4).
class Decimal {
public:
    static constexpr int kScale = 18;
    static constexpr std::int64_t kOne = 1'000'000'000'000'000'000;
    static constexpr Int128 kMaxAttos = ~(Int128 { 1 } << 127); ///< stands for "out of range", and so does its negative

    constexpr Decimal() = default;
    [[nodiscard]] static constexpr Decimal fromUnits(std::int64_t whole) { return Decimal(Int128 { whole } * kOne); }
    [[nodiscard]] static constexpr Decimal fromAttos(Int128 attos) { return Decimal(attos); }
    /// Nearest decimal to a finite double, for results of analysis only; never for money that was read.
    [[nodiscard]] static Decimal fromDouble(double value);

    struct Parsed;
    /// Parses "12", "-0.5", ".5", "+1", "1.81E-8", surrounding spaces. Digits beyond the 18th are rounded
    /// half-even and flagged. Errors: nullopt when the text is not one number or is out of range.
    [[nodiscard]] static std::optional<Parsed> parse(std::string_view text);

    [[nodiscard]] constexpr Int128 attos() const { return m_attos; }
    [[nodiscard]] double toDouble() const;
    /// Shortest exact text: no exponent, no trailing zeros, "-" for negatives, "0" for zero.
    [[nodiscard]] std::string toString() const;
    /// Rounded half away from zero to the given number of decimals, always that many.
    [[nodiscard]] std::string toFixed(int decimals) const;
    /// value * numerator / denominator, rounded half-even. Errors: nullopt on overflow or a zero denominator.
    [[nodiscard]] std::optional<Decimal> scaled(Int128 numerator, Int128 denominator) const;
    /// value * ratio, rounded to the nearest atto. For analysis; ratio must be finite.
    [[nodiscard]] Decimal scaledBy(double ratio) const;

    /// Checked addition. Errors: nullopt when the sum is out of range.
    [[nodiscard]] static std::optional<Decimal> add(Decimal a, Decimal b);

    /// True for a sum that did not fit: its value means nothing.
    [[nodiscard]] constexpr bool isOutOfRange() const { return m_attos >= kMaxAttos || m_attos <= -kMaxAttos; }
    [[nodiscard]] constexpr bool isZero() const { return m_attos == 0; }
    [[nodiscard]] constexpr bool isNegative() const { return m_attos < 0; }

    constexpr Decimal& operator+=(Decimal other)
    {
        Int128 sum = 0;
        if (__builtin_add_overflow(m_attos, other.m_attos, &sum) || isOutOfRange() || other.isOutOfRange()) {
            sum = isOutOfRange() ? m_attos : other.m_attos < 0 ? -kMaxAttos : kMaxAttos;
        }
        m_attos = sum;
        return *this;
    }
    constexpr Decimal& operator-=(Decimal other) { return *this += -other; }
    friend constexpr Decimal operator+(Decimal a, Decimal b) { return a += b; }
    friend constexpr Decimal operator-(Decimal a, Decimal b) { return a -= b; }
    friend constexpr Decimal operator-(Decimal a) { return Decimal(a.isOutOfRange() ? -kMaxAttos : -a.m_attos); }
    friend constexpr bool operator==(Decimal, Decimal) = default;
    friend constexpr std::strong_ordering operator<=>(Decimal a, Decimal b)
    {
        if (a.m_attos == b.m_attos) {
            return std::strong_ordering::equal;
        }
        return a.m_attos < b.m_attos ? std::strong_ordering::less : std::strong_ordering::greater;
    }

private:
    constexpr explicit Decimal(Int128 attos)
        : m_attos(attos)
    { }
    Int128 m_attos = 0;
};

struct Decimal::Parsed {
    Decimal value;
    bool rounded = false; ///< digits beyond 10^-18 were dropped
};

} // namespace heaptoll
