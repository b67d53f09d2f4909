// SPDX-License-Identifier: Apache-2.0
#include "core/io/decoded_source.h"

#include <algorithm>
#include <filesystem>

namespace heaptoll {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFirstBytes = std::size_t { 64 } << 10U; ///< of a block; it grows when there is more

Error located(Error error, const std::string& source)
{
    if (error.where.source.empty()) {
        error.where.source = source;
    }
    return error;
}

/// A normal path that is empty, absolute, or starts above where it stands.
bool leavesFolder(const fs::path& relative)
{
    return relative.empty() || relative.is_absolute() || *relative.begin() == "..";
}

} // namespace

DecodedSource::DecodedSource(std::string path, std::string displayName, SourceOptions options)
    : m_path(std::move(path))
    , m_displayName(std::move(displayName))
    , m_options(std::move(options))
    , m_ring(kBlocks)
{ }

DecodedSource::~DecodedSource()
{
    m_producer.request_stop();
    m_changed.notify_all();
}

Result<std::unique_ptr<DecodedSource>> DecodedSource::open(
    const std::string& path, const std::string& displayName, const SourceOptions& options)
{
    auto file = FileReader::open(path, options.consumed);
    if (!file.ok()) {
        Error error = std::move(file).error();
        error.where.source = displayName;
        return error;
    }
    std::unique_ptr<DecodedSource> source(new DecodedSource(path, displayName, options));
    source->m_fileSize = file.value()->fileSize();
    auto unwrapped = unwrap(std::move(file).value());
    if (!unwrapped.ok()) {
        return located(std::move(unwrapped).error(), displayName);
    }
    source->m_reader = std::move(unwrapped.value().reader);
    source->m_containers = std::move(unwrapped.value().containers);
    DecodedSource* const self = source.get();
    source->m_producer = std::jthread([self](const std::stop_token& stop) { self->produce(stop); });
    return source;
}

/// Fills a block as far as the stream goes. False at its end or error.
bool DecodedSource::fillBlock(Block& block)
{
    block.used = 0;
    while (block.used < kBlockBytes) {
        if (block.used == block.bytes.size()) { // most inputs are small: a fresh megabyte is dear to them
            block.bytes.resize(std::clamp(2 * block.bytes.size(), kFirstBytes, kBlockBytes));
        }
        auto got = m_reader->read(std::span(block.bytes).subspan(block.used));
        if (!got.ok()) {
            const std::lock_guard lock(m_mutex);
            m_error = located(std::move(got).error(), m_displayName);
            return false;
        }
        if (got.value() == 0) {
            return false;
        }
        block.used += got.value();
    }
    return true;
}

/// What goes wrong here (memory runs out) is told on the importer's thread, by the next nextBlock().
void DecodedSource::produce(const std::stop_token& stop)
{
    try {
        decode(stop);
    } catch (...) {
        const std::lock_guard lock(m_mutex);
        m_failure = std::current_exception();
    }
    const std::lock_guard lock(m_mutex);
    m_ended = true;
    m_changed.notify_all();
}

void DecodedSource::decode(const std::stop_token& stop)
{
    bool more = true;
    while (more && !stop.stop_requested() && !m_options.stop.stop_requested()) {
        Block* block = nullptr;
        {
            std::unique_lock lock(m_mutex);
            // One block is on loan to the importer, so the ring is full one block earlier.
            const bool free = m_changed.wait(lock, stop, [this] { return m_made - m_taken + 1 < kBlocks; });
            if (!free) {
                return;
            }
            block = &m_ring[m_made % kBlocks];
        }
        more = fillBlock(*block);
        const std::lock_guard lock(m_mutex);
        m_made += block->used > 0 ? 1 : 0;
        m_ended = !more;
        m_warning = m_reader->warning();
        m_changed.notify_all();
    }
}

Result<std::span<const std::byte>> DecodedSource::nextBlock()
{
    if (m_options.stop.stop_requested()) {
        return Error { ErrorCode::Cancelled, "cancelled", { m_displayName } };
    }
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_made > m_taken || m_ended; });
    if (m_options.stop.stop_requested()) {
        return Error { ErrorCode::Cancelled, "cancelled", { m_displayName } };
    }
    if (m_made == m_taken) {
        if (m_failure) {
            std::rethrow_exception(m_failure);
        }
        if (m_error) {
            return *m_error;
        }
        return std::span<const std::byte> {};
    }
    const Block& block = m_ring[m_taken % kBlocks];
    ++m_taken;
    m_offset += block.used;
    m_changed.notify_all();
    if (m_offset > m_options.maxDecodedBytes) {
        return Error { ErrorCode::LimitExceeded,
            "decompresses to more than " + std::to_string(m_options.maxDecodedBytes) + " bytes",
            { m_displayName, m_offset, 0, {} }, "unpack the file first if it is what it should be" };
    }
    return std::span<const std::byte>(block.bytes.data(), block.used);
}

std::optional<std::uint64_t> DecodedSource::size() const
{
    if (!m_containers.empty()) {
        return std::nullopt;
    }
    return m_fileSize;
}

ReadWarning DecodedSource::warning() const
{
    const std::lock_guard lock(m_mutex);
    return m_warning;
}

bool DecodedSource::hasSidecar(std::string_view relativeName) const
{
    return hasSidecar(m_path, relativeName);
}

bool DecodedSource::hasSidecar(const std::string& path, std::string_view relativeName)
{
    const fs::path relative = fs::path(relativeName).lexically_normal();
    std::error_code code; // not a file, or not to be seen: the same to who asks
    return !leavesFolder(relative) && fs::is_regular_file(fs::path(path).parent_path() / relative, code);
}

Result<std::unique_ptr<sdk::ByteSource>> DecodedSource::openSidecar(std::string_view relativeName)
{
    const fs::path relative = fs::path(relativeName).lexically_normal();
    if (leavesFolder(relative)) {
        return Error { ErrorCode::Usage, "refers to '" + std::string(relativeName) + "', which is outside its folder",
            { m_displayName }, "files are only opened beside or below the file that names them" };
    }
    const fs::path folder = fs::path(m_path).parent_path();
    const fs::path shown = fs::path(m_displayName).parent_path();
    HEAPTOLL_TRY_ASSIGN(
        auto sidecar, DecodedSource::open((folder / relative).string(), (shown / relative).string(), m_options));
    return std::unique_ptr<sdk::ByteSource>(std::move(sidecar));
}

} // namespace heaptoll
