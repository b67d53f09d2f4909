// SPDX-License-Identifier: Apache-2.0
#include "core/io/reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace heaptoll {
namespace {

constexpr int kMaxContainers = 3;
constexpr std::size_t kMagicBytes = 6;

Error ioError(const std::string& path, int code)
{
    const std::string hint = code == EACCES ? "check the permissions of the file" : "";
    std::array<char, 128> buffer {};
    const char* const text = strerror_r(code, buffer.data(), buffer.size());
    return { ErrorCode::Io, std::string("cannot be read: ") + text, { path, {}, 0, {} }, hint };
}

enum class Container : std::uint8_t { None, Gzip, Zstd, Refused };

struct Magic {
    std::string_view bytes;
    Container container;
    std::string_view name;
    std::string_view tool;
};

// Sources: RFC 1952, RFC 8878, the xz, bzip2, zip and lz4 file format descriptions.
constexpr std::array<Magic, 6> kMagics { {
    { "\x1f\x8b", Container::Gzip, "gzip", "" },
    { "\x28\xb5\x2f\xfd", Container::Zstd, "zstd", "zstd -d" },
    { std::string_view("\xfd"
                       "7zXZ\0",
          6),
        Container::Refused, "xz", "xz -d" },
    { "BZh", Container::Refused, "bzip2", "bzip2 -d" },
    { "PK\x03\x04", Container::Refused, "zip", "unzip" },
    { "\x04\x22\x4d\x18", Container::Refused, "lz4", "lz4 -d" },
} };

const Magic* magicOf(std::span<const std::byte> prefix)
{
    const std::string_view text(reinterpret_cast<const char*>(prefix.data()), prefix.size());
    const auto* const it =
        std::ranges::find_if(kMagics, [&](const Magic& magic) { return text.starts_with(magic.bytes); });
    return it == kMagics.end() ? nullptr : it;
}

Error refused(const Magic& magic, std::string_view why)
{
    return { ErrorCode::Unsupported, std::string(magic.name) + std::string(why), {},
        "unpack it first: " + std::string(magic.tool) };
}

} // namespace

Result<std::unique_ptr<FileReader>> FileReader::open(const std::string& path, std::atomic<std::uint64_t>* consumed)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        return ioError(path, errno);
    }
    struct stat status { };
    if (::fstat(descriptor, &status) != 0 || S_ISDIR(status.st_mode)) {
        const int code = S_ISDIR(status.st_mode) ? EISDIR : errno;
        ::close(descriptor);
        return ioError(path, code);
    }
    const auto size = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0));
    return std::unique_ptr<FileReader>(new FileReader(descriptor, size, path, consumed));
}

FileReader::FileReader(int descriptor, std::uint64_t size, std::string path, std::atomic<std::uint64_t>* consumed)
    : m_descriptor(descriptor)
    , m_size(size)
    , m_path(std::move(path))
    , m_consumed(consumed)
{ }

FileReader::~FileReader()
{
    ::close(m_descriptor);
}

Result<std::size_t> FileReader::read(std::span<std::byte> buffer)
{
    while (true) {
        const ssize_t count = ::read(m_descriptor, buffer.data(), buffer.size());
        if (count >= 0) {
            if (m_consumed != nullptr) {
                m_consumed->fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
            }
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            return ioError(m_path, errno);
        }
    }
}

PeekReader::PeekReader(std::unique_ptr<Reader> inner)
    : m_inner(std::move(inner))
{ }

std::span<const std::byte> PeekReader::peek(std::size_t count)
{
    while (m_prefix.size() < count) {
        const std::size_t have = m_prefix.size();
        m_prefix.resize(count);
        const auto got = m_inner->read(std::span(m_prefix).subspan(have));
        m_prefix.resize(have + (got.ok() ? got.value() : 0));
        if (!got.ok() || got.value() == 0) {
            break;
        }
    }
    return m_prefix;
}

ReadWarning chained(const ReadWarning& own, const ReadWarning& inner)
{
    return own.text.empty() || (inner.isLoss && !own.isLoss) ? inner : own;
}

Result<std::size_t> PeekReader::read(std::span<std::byte> buffer)
{
    if (m_prefixUsed < m_prefix.size()) {
        const std::size_t count = std::min(buffer.size(), m_prefix.size() - m_prefixUsed);
        std::memcpy(buffer.data(), m_prefix.data() + m_prefixUsed, count);
        m_prefixUsed += count;
        return count;
    }
    return m_inner->read(buffer);
}

Result<Unwrapped> unwrap(std::unique_ptr<Reader> reader)
{
    Unwrapped result;
    auto peeked = std::make_unique<PeekReader>(std::move(reader));
    for (int depth = 0; depth < kMaxContainers; ++depth) {
        const Magic* const magic = magicOf(peeked->peek(kMagicBytes));
        if (magic == nullptr) {
            break;
        }
        if (magic->container == Container::Refused) {
            return refused(*magic, " archives are not read");
        }
        auto inner = magic->container == Container::Gzip ? makeInflateReader(std::move(peeked))
                                                         : makeZstdReader(std::move(peeked));
        if (!inner) {
            return refused(*magic, " needs a Heaptoll that was built with zstd");
        }
        result.containers.emplace_back(magic->name);
        peeked = std::make_unique<PeekReader>(std::move(inner));
    }
    result.reader = std::move(peeked);
    return result;
}

} // namespace heaptoll
