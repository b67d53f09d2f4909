// SPDX-License-Identifier: Apache-2.0
// Any bytes as a packed file: an error or content, the same at any buffer size (but for how much comes before an error), and
// never more than was asked for.
#include "core/io/reader.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace {

using namespace heaptoll;

constexpr std::size_t kMostUnpacked = 4U << 20U; ///< a bomb is read no further

class BytesReader final : public Reader {
public:
    explicit BytesReader(std::string_view bytes)
        : m_left(bytes)
    { }

    Result<std::size_t> read(std::span<std::byte> buffer) override
    {
        const std::size_t count = std::min(buffer.size(), m_left.size());
        if (count > 0) {
            std::memcpy(buffer.data(), m_left.data(), count);
        }
        m_left.remove_prefix(count);
        return count;
    }

private:
    std::string_view m_left;
};

struct Unpacked {
    std::string text;
    std::string end; ///< "", or the name of the error
};

Unpacked unpack(std::string_view packed, std::size_t bufferBytes)
{
    Unpacked result;
    auto unwrapped = unwrap(std::make_unique<BytesReader>(packed));
    if (!unwrapped.ok()) {
        result.end = name(unwrapped.error().code);
        return result;
    }
    std::vector<std::byte> buffer(bufferBytes);
    while (result.text.size() < kMostUnpacked) {
        const auto got = unwrapped.value().reader->read(buffer);
        if (!got.ok()) {
            result.end = name(got.error().code);
            break;
        }
        if (got.value() == 0) {
            break;
        }
        if (got.value() > buffer.size()) {
            std::abort();
        }
        result.text.append(reinterpret_cast<const char*>(buffer.data()), got.value());
    }
    return result;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view packed(reinterpret_cast<const char*>(data), size);
    const Unpacked whole = unpack(packed, std::size_t { 1 } << 16U);
    const Unpacked pieces = unpack(packed, size > 0 ? 64 + data[size - 1] : 1);
    const std::size_t both = std::min(whole.text.size(), pieces.text.size());
    if (whole.text.compare(0, both, pieces.text, 0, both) != 0) {
        std::abort();
    }
    if (both >= kMostUnpacked) {
        return 0;
    }
    // How much of a damaged block comes before its error depends on the room there was: a decoder that fails tells nothing
    // of what it wrote in the same call.
    const bool isDamaged = !whole.end.empty();
    if (whole.end != pieces.end || (!isDamaged && whole.text.size() != pieces.text.size())) {
        std::abort();
    }
    return 0;
}
