// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/io/reader.h"
#include "core/sdk/byte_source.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace heaptoll {

struct SourceOptions {
    std::stop_token stop;
    std::uint64_t maxDecodedBytes = std::uint64_t { 64 } << 30U;
    std::atomic<std::uint64_t>* consumed = nullptr; ///< counts bytes of the file and its sidecars, for progress
};

/// A file as importers see it: decompressed on a thread of its own, handed over in blocks of 1 MiB, so that decoding
/// and parsing overlap. Memory: kBlocks MiB whatever the size of the file.
class DecodedSource final : public sdk::ByteSource {
public:
    /// Errors: Io, Unsupported (container), each with the path.
    [[nodiscard]] static Result<std::unique_ptr<DecodedSource>> open(
        const std::string& path, const std::string& displayName, const SourceOptions& options);
    ~DecodedSource() override;

    /// Throws what the decoding thread threw (memory ran out).
    [[nodiscard]] Result<std::span<const std::byte>> nextBlock() override;
    [[nodiscard]] std::uint64_t offset() const override { return m_offset; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override;
    [[nodiscard]] std::string displayName() const override { return m_displayName; }
    [[nodiscard]] Result<std::unique_ptr<sdk::ByteSource>> openSidecar(std::string_view relativeName) override;
    [[nodiscard]] bool hasSidecar(std::string_view relativeName) const override;
    /// The same for a file that is not open.
    [[nodiscard]] static bool hasSidecar(const std::string& path, std::string_view relativeName);

    [[nodiscard]] const std::vector<std::string>& containers() const { return m_containers; }
    /// What the decoder noticed; complete once the end was reached.
    [[nodiscard]] ReadWarning warning() const;

private:
    struct Block {
        std::vector<std::byte> bytes;
        std::size_t used = 0;
    };
    static constexpr std::size_t kBlocks = 4;
    static constexpr std::size_t kBlockBytes = std::size_t { 1 } << 20U;

    DecodedSource(std::string path, std::string displayName, SourceOptions options);
    void produce(const std::stop_token& stop);
    void decode(const std::stop_token& stop);
    [[nodiscard]] bool fillBlock(Block& block);

    std::string m_path;
    std::string m_displayName;
    SourceOptions m_options;
    std::unique_ptr<Reader> m_reader;
    std::vector<std::string> m_containers;
    std::uint64_t m_fileSize = 0;
    std::uint64_t m_offset = 0;

    // Ring of blocks: [m_taken, m_made) are full; the block before m_taken is on loan to the importer.
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::vector<Block> m_ring;
    std::uint64_t m_made = 0;
    std::uint64_t m_taken = 0;
    bool m_ended = false;
    std::optional<Error> m_error;
    std::exception_ptr m_failure; ///< of the decoding thread, which has ended then
    ReadWarning m_warning;
    std::jthread m_producer; ///< last member: stops before the rest is gone
};

} // namespace heaptoll
