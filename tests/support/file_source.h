// SPDX-License-Identifier: Apache-2.0
#pragma once

// A plain file as a byte source, read in 1 MiB blocks: what the host does, without decompression and threads.

#include "core/sdk/byte_source.h"

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heaptoll::test {

class FileSource final : public sdk::ByteSource {
public:
    explicit FileSource(std::string path)
        : m_path(std::move(path))
        , m_file(std::fopen(m_path.c_str(), "rb"))
        , m_block(std::size_t { 1 } << 20U)
    { }
    ~FileSource() override
    {
        if (m_file != nullptr) {
            std::fclose(m_file);
        }
    }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;
    FileSource(FileSource&&) = delete;
    FileSource& operator=(FileSource&&) = delete;

    Result<std::span<const std::byte>> nextBlock() override
    {
        if (m_file == nullptr) {
            return Error { ErrorCode::Io, "cannot open the file", { m_path } };
        }
        const std::size_t size = std::fread(m_block.data(), 1, m_block.size(), m_file);
        m_offset += size;
        return std::span<const std::byte>(m_block.data(), size);
    }
    [[nodiscard]] std::uint64_t offset() const override { return m_offset; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return std::nullopt; }
    [[nodiscard]] std::string displayName() const override { return m_path; }
    Result<std::unique_ptr<sdk::ByteSource>> openSidecar(std::string_view relativeName) override
    {
        if (relativeName.starts_with('/') || relativeName.find("..") != std::string_view::npos) {
            return Error { ErrorCode::Usage, "a sidecar must be beside its file", { m_path } };
        }
        const std::size_t slash = m_path.rfind('/');
        const std::string folder = slash == std::string::npos ? std::string() : m_path.substr(0, slash + 1);
        auto sidecar = std::make_unique<FileSource>(folder + std::string(relativeName));
        if (sidecar->m_file == nullptr) {
            return Error { ErrorCode::Io, "no such file: " + std::string(relativeName), { m_path } };
        }
        return std::unique_ptr<sdk::ByteSource>(std::move(sidecar));
    }
    [[nodiscard]] bool hasSidecar(std::string_view /*relativeName*/) const override { return false; }

private:
    std::string m_path;
    std::FILE* m_file;
    std::vector<std::byte> m_block;
    std::uint64_t m_offset = 0;
};

} // namespace heaptoll::test
