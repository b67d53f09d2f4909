// SPDX-License-Identifier: Apache-2.0
#pragma once

// A test harness for the Qt-free layers: they are also tested where Qt is not built (thread sanitizer, fuzzing).
// TEST(name) { CHECK(...); CHECK_EQ(a, b); SKIP("why"); }   and one HEAPTOLL_TEST_MAIN per program.

#include <cmath>
#include <cstdio>
#include <functional>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace heaptoll::test {

struct Case {
    const char* name;
    void (*run)();
};

struct Skipped {
    std::string why;
};

inline std::vector<Case>& cases()
{
    static std::vector<Case> all;
    return all;
}

inline int& failures()
{
    static int count = 0;
    return count;
}

struct Registrar {
    Registrar(const char* name, void (*run)()) { cases().push_back({ name, run }); }
};

template<typename T>
std::string show(const T& value)
{
    if constexpr (requires(std::ostream & out) { out << value; }) {
        std::ostringstream out;
        out << value;
        return out.str();
    } else {
        return "(value)";
    }
}

inline void fail(const char* file, int line, const std::string& what)
{
    ++failures();
    std::cerr << file << ':' << line << ": " << what << '\n';
}

template<typename A, typename B>
void checkEq(const A& a, const B& b, const char* text, const char* file, int line)
{
    if (!(a == b)) {
        fail(file, line, std::string(text) + ": got " + show(a) + ", expected " + show(b));
    }
}

/// Runs every case; exit status 1 when one failed, 77 when all were skipped.
inline int runAll()
{
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    for (const Case& one : cases()) {
        const int before = failures();
        bool wasSkipped = false;
        try {
            one.run();
        } catch (const Skipped& skip) {
            wasSkipped = true;
            std::cout << "SKIP   " << one.name << ": " << skip.why << '\n';
        }
        if (failures() != before) { // also when the rest of the case was skipped
            ++failed;
            std::cout << "FAIL   " << one.name << '\n';
        } else {
            ++(wasSkipped ? skipped : passed);
        }
    }
    std::cout << passed << " passed, " << failed << " failed, " << skipped << " skipped\n";
    constexpr int kSkipped = 77;
    return failed > 0 ? 1 : passed == 0 && skipped > 0 ? kSkipped : 0;
}

} // namespace heaptoll::test

#define TEST(testName)                                                                                                 \
    static void testName();                                                                                            \
    static const ::heaptoll::test::Registrar testName##Registrar { #testName, testName };                              \
    static void testName()
#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            ::heaptoll::test::fail(__FILE__, __LINE__, "not true: " #condition);                                       \
        }                                                                                                              \
    } while (false)
#define CHECK_EQ(a, b) ::heaptoll::test::checkEq((a), (b), #a, __FILE__, __LINE__)
#define CHECK_NEAR(a, b, tolerance) CHECK(std::abs((a) - (b)) <= (tolerance))
#define SKIP(why)                                                                                                      \
    throw ::heaptoll::test::Skipped                                                                                    \
    {                                                                                                                  \
        why                                                                                                            \
    }
#define HEAPTOLL_TEST_MAIN                                                                                             \
    int main()                                                                                                         \
    {                                                                                                                  \
        return ::heaptoll::test::runAll();                                                                             \
    }
