// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/support/proto_reader.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::pprof {

using Bytes = std::span<const std::byte>;

/// Field numbers of message Profile. Source: google/pprof proto/profile.proto.
enum ProfileField : std::uint32_t {
    kSampleType = 1,
    kSample = 2,
    kMapping = 3,
    kLocation = 4,
    kFunction = 5,
    kStringTable = 6,
    kDropFrames = 7,
    kKeepFrames = 8,
    kTimeNanos = 9,
    kDurationNanos = 10,
    kPeriodType = 11,
    kPeriod = 12,
    kComment = 13,
    kDefaultSampleType = 14,
    kDocUrl = 15,
};

/// A message inside the input. Units: offset in bytes of the decoded stream.
struct Slice {
    Bytes bytes;
    std::uint64_t offset = 0;
};

/// message ValueType: indices into the string table.
struct ValueTypeRecord {
    std::uint64_t type = 0;
    std::uint64_t unit = 0;
    std::uint64_t offset = 0;
};

/// Where everything of one profile lies. Nothing is resolved: the string table comes last in most files.
struct ProfileIndex {
    std::string sourceName;
    Slice whole;
    std::vector<ValueTypeRecord> sampleTypes;
    std::vector<std::int64_t> unitBytes; ///< by sample type: bytes in its unit; 0 = no unit of bytes
    std::vector<Slice> mappings;
    std::vector<Slice> locations;
    std::vector<Slice> functions;
    std::vector<std::string_view> strings;
    std::uint64_t stringsOffset = 0; ///< of the first string
    std::vector<std::uint64_t> comments;
    ValueTypeRecord periodType;
    std::uint64_t dropFrames = 0;
    std::uint64_t keepFrames = 0;
    std::uint64_t defaultSampleType = 0;
    std::int64_t timeNanos = 0;
    std::int64_t durationNanos = 0;
    std::int64_t period = 0;
    std::size_t sampleCount = 0;
    std::uint64_t unknownFields = 0;

    /// The string of an index of the file. Errors: Malformed when it is outside of the table.
    [[nodiscard]] Result<std::string_view> string(std::uint64_t index, std::uint64_t offset) const;
};

/// Indexes one profile. Errors: Truncated (last record cut), Malformed.
[[nodiscard]] Result<ProfileIndex> indexProfile(const Slice& whole, const std::string& sourceName);

/// The profiles of `cat a.pb b.pb > c.pb`, one slice each; one slice for an ordinary file.
/// Errors: Malformed when there are several that cannot be told apart, Truncated.
[[nodiscard]] Result<std::vector<Slice>> splitConcatenated(Bytes input, const std::string& sourceName);

/// Errors with the offset of what is wrong.
[[nodiscard]] Error malformed(const std::string& sourceName, std::uint64_t offset, std::string message);
/// Damage of the outermost message: cut short means that the file ends early.
[[nodiscard]] Error topLevelDamage(const std::string& sourceName, const sdk::ProtoReader& reader);
/// Damage of a message inside of another.
[[nodiscard]] Error nestedDamage(const std::string& sourceName, const sdk::ProtoReader& reader, std::string_view what);
/// Checks that a field has the wire type its number calls for.
[[nodiscard]] Result<void> expectNumber(const std::string& sourceName, const sdk::ProtoReader& reader);
[[nodiscard]] Result<void> expectBytes(const std::string& sourceName, const sdk::ProtoReader& reader);

/// Ids are arbitrary 64-bit numbers. Those that are small become a plain table, others a hash table.
class IdMap {
public:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// Row i has ids[i]. Returns the first row whose id is 0 or appeared before, kNone when all is well.
    [[nodiscard]] std::uint32_t build(const std::vector<std::uint64_t>& ids);
    /// Row of an id, kNone when there is no such.
    [[nodiscard]] std::uint32_t find(std::uint64_t id) const
    {
        if (m_slots.empty()) {
            return id < m_dense.size() ? m_dense[static_cast<std::size_t>(id)] : kNone;
        }
        return findSlow(id);
    }

private:
    struct Slot {
        std::uint64_t id = 0; ///< 0 = free
        std::uint32_t row = kNone;
    };
    [[nodiscard]] std::uint32_t findSlow(std::uint64_t id) const;
    std::vector<std::uint32_t> m_dense;
    std::vector<Slot> m_slots;
};

} // namespace heaptoll::pprof
