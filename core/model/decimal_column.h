// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/decimal.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace heaptoll {

/// A column of exact decimals with unknowns. Stored in chunks of 65,536 rows, each as narrow as its values
/// allow: 32- or 64-bit integers at a common power of ten, 128-bit only where a chunk needs it, nothing where
/// all is unknown.
class DecimalColumn {
public:
    void append(Decimal value);
    void appendUnknown(std::size_t rows = 1);
    /// Values in units of 10^-scale (0 <= scale <= 18). isUnknown is empty or as long as values; 1 = unknown.
    void appendNarrow(std::span<const std::int64_t> values, int scale, std::span<const std::uint8_t> isUnknown);
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool isUnknown(std::size_t row) const
    {
        const Chunk& chunk = m_chunks[row / kChunk];
        return chunk.store == Store::None || (!chunk.unknown.empty() && chunk.unknown[row % kChunk] != 0);
    }
    /// Zero where unknown.
    [[nodiscard]] Decimal at(std::size_t row) const
    {
        const Chunk& chunk = m_chunks[row / kChunk];
        switch (chunk.store) {
        case Store::None: return {};
        case Store::Int32: return Decimal::fromAttos(Int128 { chunk.small[row % kChunk] } * chunk.unit);
        case Store::Int64: return Decimal::fromAttos(Int128 { chunk.narrow[row % kChunk] } * chunk.unit);
        case Store::Wide: break;
        }
        return chunk.wide[row % kChunk];
    }
    [[nodiscard]] std::uint64_t unknownCount() const { return m_unknownCount; }
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    static constexpr std::size_t kChunk = 65'536;
    enum class Store : std::uint8_t { None, Int32, Int64, Wide };
    struct Chunk {
        Store store = Store::None;
        int scale = 0;
        std::int64_t unit = Decimal::kOne; ///< attos per stored unit: 10^(18 - scale)
        std::size_t size = 0;
        std::vector<std::int32_t> small;
        std::vector<std::int64_t> narrow;
        std::vector<Decimal> wide;
        std::vector<std::uint8_t> unknown; ///< empty = none is
    };

    Chunk& open();
    static void close(Chunk& chunk);
    static void begin(Chunk& chunk, int scale);
    static void rescale(Chunk& chunk, int scale);
    static void widen(Chunk& chunk);
    static void pushNarrow(Chunk& chunk, std::span<const std::int64_t> values, int scale);
    static void markUnknown(Chunk& chunk, std::size_t rows, bool isUnknown);

    std::vector<Chunk> m_chunks;
    std::size_t m_size = 0;
    std::uint64_t m_unknownCount = 0;
};

} // namespace heaptoll
