// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cassert>
#include <utility>
#include <variant>

namespace heaptoll {

/// A value or an Error. No operator bool: `if (result)` would be ambiguous for Result<bool>.
template<typename T>
class [[nodiscard]] Result {
public:
    Result(T value) // NOLINT(google-explicit-constructor): return values convert
        : m_state(std::in_place_index<0>, std::move(value))
    { }
    Result(Error error) // NOLINT(google-explicit-constructor)
        : m_state(std::in_place_index<1>, std::move(error))
    { }

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    [[nodiscard]] const T& value() const&
    {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] T& value() &
    {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] T&& value() &&
    {
        assert(ok());
        return std::move(*std::get_if<0>(&m_state));
    }
    [[nodiscard]] const Error& error() const&
    {
        assert(!ok());
        return *std::get_if<1>(&m_state);
    }
    [[nodiscard]] Error&& error() &&
    {
        assert(!ok());
        return std::move(*std::get_if<1>(&m_state));
    }

private:
    std::variant<T, Error> m_state;
};

/// Success without a value, or an Error.
template<>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) // NOLINT(google-explicit-constructor)
        : m_error(std::move(error))
        , m_ok(false)
    { }

    [[nodiscard]] bool ok() const { return m_ok; }
    [[nodiscard]] const Error& error() const&
    {
        assert(!m_ok);
        return m_error;
    }
    [[nodiscard]] Error&& error() &&
    {
        assert(!m_ok);
        return std::move(m_error);
    }

private:
    Error m_error;
    bool m_ok = true;
};

} // namespace heaptoll

#define HEAPTOLL_CONCAT_INNER(a, b) a##b
#define HEAPTOLL_CONCAT(a, b) HEAPTOLL_CONCAT_INNER(a, b)

/// Returns from the enclosing function when expr is an error.
#define HEAPTOLL_TRY(expr)                                                                                             \
    do {                                                                                                               \
        if (auto heaptollResult = (expr); !heaptollResult.ok()) {                                                      \
            return std::move(heaptollResult).error();                                                                  \
        }                                                                                                              \
    } while (false)

/// HEAPTOLL_TRY_ASSIGN(const auto x, f()): declares x from the value, or returns the error.
#define HEAPTOLL_TRY_ASSIGN(decl, expr)                                                                                \
    HEAPTOLL_TRY_ASSIGN_IMPL(decl, expr, HEAPTOLL_CONCAT(heaptollResult, __COUNTER__))
#define HEAPTOLL_TRY_ASSIGN_IMPL(decl, expr, result)                                                                   \
    auto result = (expr);                                                                                              \
    if (!(result).ok()) {                                                                                              \
        return std::move(result).error();                                                                              \
    }                                                                                                                  \
    decl = std::move(result).value()
