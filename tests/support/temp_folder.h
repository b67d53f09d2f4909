// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace heaptoll::test {

/// A folder of its own for one test, gone afterwards.
struct TempFolder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("heaptoll-test-" + std::to_string(std::random_device {}()));
    TempFolder() { std::filesystem::create_directories(path); }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    TempFolder(TempFolder&&) = delete;
    TempFolder& operator=(TempFolder&&) = delete;
    ~TempFolder() { std::filesystem::remove_all(path); }

    std::string write(const std::string& name, const std::string& bytes) const
    {
        std::filesystem::create_directories((path / name).parent_path());
        std::ofstream(path / name, std::ios::binary) << bytes;
        return (path / name).string();
    }
};

} // namespace heaptoll::test
