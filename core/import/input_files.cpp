// SPDX-License-Identifier: Apache-2.0
#include "core/import/input_files.h"

#include "core/base/hash.h"
#include "core/io/reader.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>

namespace heaptoll {
namespace {

namespace fs = std::filesystem;

bool isHidden(const fs::path& path)
{
    const std::string name = path.filename().string();
    return name.size() > 1 && name.front() == '.' && name != "..";
}

InputFile inputFor(const fs::path& path, bool isFromFolder)
{
    InputFile input;
    input.path = path.string();
    input.isFromFolder = isFromFolder;
    std::error_code code;
    input.sizeBytes = fs::file_size(path, code);
    if (code) {
        input.sizeBytes = 0;
        input.error = Error { ErrorCode::Io, "cannot be read: " + code.message(), { input.path },
            code == std::errc::no_such_file_or_directory ? "check the name" : "check the permissions" };
    }
    return input;
}

void addFolder(const fs::path& folder, std::vector<InputFile>& inputs)
{
    std::vector<fs::path> found;
    std::error_code code;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied, code);
    for (; !code && it != fs::recursive_directory_iterator(); it.increment(code)) {
        if (isHidden(it->path())) {
            it.disable_recursion_pending();
        } else if (it->is_regular_file(code)) {
            found.push_back(it->path());
        }
    }
    std::ranges::sort(found);
    if (code) {
        InputFile broken = inputFor(folder, true);
        broken.error = Error { ErrorCode::Io, "cannot be listed: " + code.message(), { folder.string() } };
        inputs.push_back(std::move(broken));
    }
    for (const fs::path& path : found) {
        inputs.push_back(inputFor(path, true));
    }
}

/// Hash of the file's bytes; nullopt when it cannot be read.
std::optional<std::uint64_t> contentHash(const std::string& path)
{
    auto file = FileReader::open(path, nullptr);
    if (!file.ok()) {
        return std::nullopt;
    }
    std::vector<std::byte> buffer(std::size_t { 1 } << 20U);
    std::uint64_t hash = 0;
    while (true) {
        const auto got = file.value()->read(buffer);
        if (!got.ok()) {
            return std::nullopt;
        }
        if (got.value() == 0) {
            return hash;
        }
        hash = mixHash(hash ^ hashBytes({ reinterpret_cast<const char*>(buffer.data()), got.value() }));
    }
}

} // namespace

std::vector<InputFile> expandInputs(const std::vector<std::string>& paths)
{
    std::vector<InputFile> inputs;
    for (const std::string& path : paths) {
        std::error_code code;
        if (fs::is_directory(path, code)) {
            addFolder(path, inputs);
        } else {
            inputs.push_back(inputFor(path, false));
        }
    }
    std::set<std::string> seen;
    std::erase_if(inputs, [&](const InputFile& input) {
        std::error_code code;
        const fs::path canonical = fs::weakly_canonical(input.path, code);
        return !seen.insert(code ? input.path : canonical.string()).second;
    });
    return inputs;
}

std::vector<DuplicateInput> duplicateInputs(const std::vector<InputFile>& inputs)
{
    std::map<std::uint64_t, std::vector<std::size_t>> bySize;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        bySize[inputs[i].sizeBytes].push_back(i);
    }
    std::vector<DuplicateInput> duplicates;
    for (const auto& [size, group] : bySize) {
        if (group.size() < 2) {
            continue;
        }
        std::map<std::uint64_t, std::size_t> first;
        for (const std::size_t i : group) {
            const auto hash = contentHash(inputs[i].path);
            if (hash && !first.emplace(*hash, i).second) {
                duplicates.push_back({ i, first[*hash] });
            }
        }
    }
    std::ranges::sort(duplicates, {}, &DuplicateInput::input);
    return duplicates;
}

} // namespace heaptoll
