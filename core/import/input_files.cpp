// SPDX-License-Identifier: Apache-2.0
#include "core/import/input_files.h"

#include "core/base/hash.h"
#include "core/io/reader.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <span>
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

/// Files of a folder itself, and the folders in it, each in the order of their names.
/// Errors: the system's, with what was listed before it.
std::error_code listFolder(const fs::path& folder, std::vector<fs::path>& files, std::vector<fs::path>& folders)
{
    std::error_code code;
    for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
        std::error_code unknown; // neither: a broken link, a socket
        if (isHidden(it->path())) {
            continue;
        }
        if (it->is_directory(unknown) && !it->is_symlink(unknown)) {
            folders.push_back(it->path());
        } else if (it->is_regular_file(unknown)) {
            files.push_back(it->path());
        }
    }
    return code;
}

void addFolder(const fs::path& top, std::vector<InputFile>& inputs)
{
    std::vector<fs::path> files;
    std::vector<InputFile> broken;
    std::vector<fs::path> open { top };
    while (!open.empty()) {
        const fs::path folder = std::move(open.back());
        open.pop_back();
        if (const std::error_code code = listFolder(folder, files, open)) {
            const std::string path = folder.string();
            broken.push_back({ path, 0,
                Error { ErrorCode::Io, "the folder cannot be listed: " + code.message() + "; what is in it is missing",
                    { path }, "check the permissions" },
                true });
        }
    }
    std::ranges::sort(files);
    std::ranges::sort(broken, {}, &InputFile::path);
    std::ranges::move(broken, std::back_inserter(inputs));
    for (const fs::path& path : files) {
        inputs.push_back(inputFor(path, true));
    }
}

constexpr std::size_t kBlockBytes = std::size_t { 1 } << 20U;

/// The file's next bytes, as many as fit; fewer at its end only. Errors: nullopt when they cannot be read, or on stop.
std::optional<std::string_view> nextBlock(FileReader& file, std::vector<std::byte>& buffer, const std::stop_token& stop)
{
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto got = file.read(std::span(buffer).subspan(size));
        if (!got.ok() || stop.stop_requested()) {
            return std::nullopt;
        }
        if (got.value() == 0) {
            break;
        }
        size += got.value();
    }
    return std::string_view(reinterpret_cast<const char*>(buffer.data()), size);
}

/// Hash of the file's bytes; nullopt when it cannot be read.
std::optional<std::uint64_t> contentHash(const std::string& path, const std::stop_token& stop)
{
    auto file = FileReader::open(path, nullptr);
    std::vector<std::byte> buffer(kBlockBytes);
    std::uint64_t hash = 0;
    while (file.ok()) {
        const auto block = nextBlock(*file.value(), buffer, stop);
        if (!block) {
            break;
        }
        if (block->empty()) {
            return hash;
        }
        hash = mixHash(hash ^ hashBytes(*block));
    }
    return std::nullopt;
}

bool haveEqualBytes(const std::string& a, const std::string& b, const std::stop_token& stop)
{
    auto fileA = FileReader::open(a, nullptr);
    auto fileB = FileReader::open(b, nullptr);
    std::vector<std::byte> bufferA(kBlockBytes);
    std::vector<std::byte> bufferB(kBlockBytes);
    while (fileA.ok() && fileB.ok()) {
        const auto blockA = nextBlock(*fileA.value(), bufferA, stop);
        const auto blockB = nextBlock(*fileB.value(), bufferB, stop);
        if (!blockA || !blockB || *blockA != *blockB) {
            return false;
        }
        if (blockA->empty()) {
            return true;
        }
    }
    return false;
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

std::vector<DuplicateInput> duplicateInputs(const std::vector<InputFile>& inputs, const std::stop_token& stop)
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
        std::multimap<std::uint64_t, std::size_t> originals;
        for (const std::size_t i : group) {
            const auto hash = contentHash(inputs[i].path, stop);
            if (!hash) {
                continue;
            }
            const auto [begin, end] = originals.equal_range(*hash);
            const auto same = std::find_if(begin, end,
                [&](const auto& entry) { return haveEqualBytes(inputs[entry.second].path, inputs[i].path, stop); });
            if (same != end) {
                duplicates.push_back({ i, same->second });
            } else {
                originals.emplace(*hash, i);
            }
        }
    }
    std::ranges::sort(duplicates, {}, &DuplicateInput::input);
    return duplicates;
}

} // namespace heaptoll
