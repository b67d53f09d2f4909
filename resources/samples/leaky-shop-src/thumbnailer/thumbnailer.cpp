// SPDX-License-Identifier: Apache-2.0

// thumbnailer makes thumbnails for about six seconds: 1200 requests, one every
// 5 ms. What it asks of the allocator, exactly:
//
//   keepExif     every request a block of 512 bytes whose pointer is lost: THE LEAK, 600 KiB at exit
//   tileCache    every request one tile of 16 KiB into a ring of 128: BOUNDED CACHE, 2 MiB, freed at exit
//   parseHeader  every request 40 times a string of 200 bytes, freed at once: CHURN
//   loadImages   requests 300 and 900: two images of 15 MiB each, freed at once: the PEAK
//   loadFonts    once: 64 blocks of 8 KiB, freed at exit: the one-time table
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#define NOINLINE __attribute__((noinline))

namespace {
constexpr int requests = 1200;

using Bytes = std::unique_ptr<char[]>;

// Keeps the compiler from seeing that a block is never read.
NOINLINE void use(const void* memory)
{
    asm volatile("" : : "r"(memory) : "memory");
}

NOINLINE void keepExif(int request)
{
    char* exif = new char[512]; // LEAK
    std::snprintf(exif, 512, "exif of request %d", request);
    use(exif);
}

NOINLINE void tileCache(int request)
{
    static std::array<Bytes, 128> ring;
    ring[static_cast<std::size_t>(request) % ring.size()] = std::make_unique<char[]>(16 << 10);
    if (request + 1 == requests) {
        for (Bytes& tile : ring) {
            tile.reset();
        }
    }
}

NOINLINE std::size_t parseHeader(int request)
{
    std::size_t length = 0;
    for (int field = 0; field < 40; ++field) {
        std::string value(200, static_cast<char>('a' + (request + field) % 26));
        use(value.data());
        length += value.size();
    }
    return length;
}

NOINLINE void loadImages()
{
    const Bytes left = std::make_unique<char[]>(15 << 20);
    const Bytes right = std::make_unique<char[]>(15 << 20);
    use(left.get());
    use(right.get());
    std::this_thread::sleep_for(std::chrono::milliseconds(120));
}

NOINLINE std::vector<Bytes> loadFonts()
{
    std::vector<Bytes> fonts;
    fonts.reserve(64);
    for (int i = 0; i < 64; ++i) {
        fonts.push_back(std::make_unique<char[]>(8 << 10));
    }
    return fonts;
}

NOINLINE void handleRequest(int request)
{
    parseHeader(request);
    keepExif(request);
    tileCache(request);
    if (request == 300 || request == 900) {
        loadImages();
    }
}
} // namespace

int main()
{
    const std::vector<Bytes> fonts = loadFonts();
    for (int request = 0; request < requests; ++request) {
        handleRequest(request);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return fonts.size() == 64 ? 0 : 1;
}
