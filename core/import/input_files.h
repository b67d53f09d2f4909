// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace heaptoll {

/// One file to look at.
struct InputFile {
    std::string path; ///< as given, or given folder + '/' + relative path
    std::uint64_t sizeBytes = 0;
    std::optional<Error> error; ///< Io: does not exist, cannot be read
    bool isFromFolder = false; ///< found below a folder the user gave: not being recognised is no error then
};

/// Files as given; folders recursively, sorted by path; hidden files and folders skipped; a file named twice counts
/// once.
/// A folder that cannot be listed is an input with that error, whatever else is found beside it.
[[nodiscard]] std::vector<InputFile> expandInputs(const std::vector<std::string>& paths);

struct DuplicateInput {
    std::size_t input = 0;
    std::size_t original = 0;
};
/// Inputs whose bytes equal those of an earlier one. Only files of equal size are read, and compared byte by byte where
/// their hashes are equal. Stops with what it has when asked to.
[[nodiscard]] std::vector<DuplicateInput> duplicateInputs(
    const std::vector<InputFile>& inputs, const std::stop_token& stop);

} // namespace heaptoll
