// SPDX-License-Identifier: Apache-2.0
// Blocks that are never freed, over very many stacks: many_stacks BLOCKS, under an allocator that profiles.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kWays = 8; // functions that a call may go through
constexpr unsigned kLeastDepth = 4;
constexpr unsigned kDepths = 8;
constexpr unsigned kLeastBytes = 16;
constexpr unsigned kSizes = 512;

std::minstd_rand random32(9);
std::vector<void*> kept;

void descend(unsigned depth);

/// One function per way: the number only makes their code differ.
template<std::size_t Way>
[[gnu::noinline]] void pass(unsigned depth)
{
    descend(depth);
    asm volatile("" : : "r"(Way) : "memory"); // no tail call, and no two alike
}

template<std::size_t... Ways>
constexpr std::array<void (*)(unsigned), sizeof...(Ways)> ways(std::index_sequence<Ways...> /*numbers*/)
{
    return { pass<Ways>... };
}

[[gnu::noinline]] void descend(unsigned depth)
{
    static constexpr auto kTable = ways(std::make_index_sequence<kWays> {});
    if (depth == 0) {
        kept.push_back(std::malloc(kLeastBytes + random32() % kSizes));
    } else {
        kTable[(random32() >> 8U) % kWays](depth - 1);
    }
    asm volatile("" : : : "memory");
}

} // namespace

int main(int argc, char** argv)
{
    const long blocks = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 1000;
    kept.reserve(static_cast<std::size_t>(blocks));
    for (long i = 0; i < blocks; ++i) {
        descend(kLeastDepth + static_cast<unsigned>((random32() >> 8U) % kDepths));
    }
    return 0;
}
