// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

// A corpus entry above this is not a seed but a mistake.
constexpr std::uintmax_t kMaxInputBytes = 1U << 20U;

bool replayFile(const std::filesystem::path& path)
{
    std::error_code error;
    const auto bytesOnDisk = std::filesystem::file_size(path, error);
    if (error || bytesOnDisk > kMaxInputBytes) {
        std::fprintf(stderr, "%s: unreadable or above 1 MiB\n", path.c_str());
        return false;
    }
    std::ifstream stream(path, std::ios::binary);
    const std::vector<char> content(std::istreambuf_iterator<char>(stream), {});
    std::vector<std::uint8_t> input(content.begin(), content.end());
    input.shrink_to_fit(); // so that a sanitizer sees a read past the end
    std::printf("%s\n", path.c_str());
    std::fflush(stdout); // the name of the input that crashes must be out before it does
    LLVMFuzzerTestOneInput(input.data(), input.size());
    return true;
}

} // namespace

/// Stands in for libFuzzer where it is not built: runs the fuzz target once over each file of the
/// named folders. Exits 1 if an input is unreadable, 2 if there was none: a fuzz target without
/// seeds is not tested.
int main(int argc, char** argv)
{
    std::size_t replayed = 0;
    bool allReadable = true;
    for (int i = 1; i < argc; ++i) {
        std::error_code error;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i], error)) {
            if (entry.is_regular_file()) {
                allReadable = replayFile(entry.path()) && allReadable;
                ++replayed;
            }
        }
    }
    std::printf("%zu inputs\n", replayed);
    if (replayed == 0) {
        std::fprintf(stderr, "no inputs: add seeds to tests/fuzz/corpus/<target>\n");
        return 2;
    }
    return allReadable ? 0 : 1;
}
