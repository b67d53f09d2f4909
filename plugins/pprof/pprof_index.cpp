// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_index.h"

#include "core/base/hash.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace heaptoll::pprof {
namespace {

using sdk::ProtoReader;
using sdk::WireType;

Result<ValueTypeRecord> readValueType(const Slice& slice, const std::string& sourceName)
{
    ValueTypeRecord record { 0, 0, slice.offset };
    ProtoReader reader(slice.bytes, slice.offset);
    while (reader.next()) {
        if (reader.field() == 1 || reader.field() == 2) {
            HEAPTOLL_TRY(expectNumber(sourceName, reader));
            (reader.field() == 1 ? record.type : record.unit) = reader.number();
        }
    }
    if (reader.damage() != ProtoReader::Damage::None) {
        return nestedDamage(sourceName, reader, "value type");
    }
    return record;
}

/// Fields that hold a number, except comments.
void setNumber(ProfileIndex& index, const ProtoReader& reader)
{
    switch (reader.field()) {
    case kDropFrames: index.dropFrames = reader.number(); break;
    case kKeepFrames: index.keepFrames = reader.number(); break;
    case kTimeNanos: index.timeNanos = reader.signedNumber(); break;
    case kDurationNanos: index.durationNanos = reader.signedNumber(); break;
    case kPeriod: index.period = reader.signedNumber(); break;
    case kDefaultSampleType: index.defaultSampleType = reader.number(); break;
    default: break;
    }
}

Result<void> addMessage(ProfileIndex& index, const ProtoReader& reader)
{
    HEAPTOLL_TRY(expectBytes(index.sourceName, reader));
    const Slice slice { reader.bytes(), reader.bytesOffset() };
    switch (reader.field()) {
    case kSample: ++index.sampleCount; break;
    case kMapping: index.mappings.push_back(slice); break;
    case kLocation: index.locations.push_back(slice); break;
    case kFunction: index.functions.push_back(slice); break;
    case kStringTable:
        if (index.strings.empty()) {
            index.stringsOffset = slice.offset;
        }
        index.strings.push_back(reader.text());
        break;
    case kSampleType: {
        HEAPTOLL_TRY_ASSIGN(const ValueTypeRecord type, readValueType(slice, index.sourceName));
        index.sampleTypes.push_back(type);
        break;
    }
    case kPeriodType: {
        HEAPTOLL_TRY_ASSIGN(index.periodType, readValueType(slice, index.sourceName));
        break;
    }
    default: break;
    }
    return {};
}

Result<void> addField(ProfileIndex& index, const ProtoReader& reader)
{
    switch (reader.field()) {
    case kSampleType:
    case kSample:
    case kMapping:
    case kLocation:
    case kFunction:
    case kStringTable:
    case kPeriodType: return addMessage(index, reader);
    case kDropFrames:
    case kKeepFrames:
    case kTimeNanos:
    case kDurationNanos:
    case kPeriod:
    case kDefaultSampleType:
        HEAPTOLL_TRY(expectNumber(index.sourceName, reader));
        setNumber(index, reader);
        return {};
    case kComment:
        if (!sdk::forEachInteger(reader, [&](std::uint64_t text) { index.comments.push_back(text); })) {
            return malformed(index.sourceName, reader.offset(), "a list of comments is damaged");
        }
        return {};
    case kDocUrl: return expectNumber(index.sourceName, reader);
    default: ++index.unknownFields; return {};
    }
}

} // namespace

Error malformed(const std::string& sourceName, std::uint64_t offset, std::string message)
{
    return { ErrorCode::Malformed, std::move(message), { sourceName, offset, 0, {} },
        "record the profile again, or copy it again if it was transferred" };
}

Error topLevelDamage(const std::string& sourceName, const sdk::ProtoReader& reader)
{
    if (reader.damage() == ProtoReader::Damage::CutShort) {
        return { ErrorCode::Truncated, "the profile ends inside of a record", { sourceName, reader.offset(), 0, {} },
            "the file was cut: copy it again" };
    }
    return malformed(sourceName, reader.offset(), "not a pprof profile: " + std::string(describe(reader.damage())));
}

Error nestedDamage(const std::string& sourceName, const sdk::ProtoReader& reader, std::string_view what)
{
    return malformed(sourceName, reader.offset(),
        "a " + std::string(what) + " is damaged: " + std::string(describe(reader.damage())));
}

Result<void> expectNumber(const std::string& sourceName, const sdk::ProtoReader& reader)
{
    if (reader.wireType() == WireType::Varint) {
        return {};
    }
    return malformed(
        sourceName, reader.offset(), "field " + std::to_string(reader.field()) + " should be a number and is not");
}

Result<void> expectBytes(const std::string& sourceName, const sdk::ProtoReader& reader)
{
    if (reader.wireType() == WireType::Bytes) {
        return {};
    }
    return malformed(sourceName, reader.offset(),
        "field " + std::to_string(reader.field()) + " should be a message or text and is not");
}

Result<std::string_view> ProfileIndex::string(std::uint64_t index, std::uint64_t offset) const
{
    if (index < strings.size()) {
        return strings[static_cast<std::size_t>(index)];
    }
    return malformed(sourceName, offset,
        "string " + std::to_string(index) + " is named but the string table has " + std::to_string(strings.size())
            + " entries");
}

Result<ProfileIndex> indexProfile(const Slice& whole, const std::string& sourceName)
{
    ProfileIndex index;
    index.sourceName = sourceName;
    index.whole = whole;
    ProtoReader reader(whole.bytes, whole.offset);
    while (reader.next()) {
        HEAPTOLL_TRY(addField(index, reader));
    }
    if (reader.damage() != ProtoReader::Damage::None) {
        return topLevelDamage(sourceName, reader);
    }
    if (index.strings.empty()) {
        return malformed(sourceName, whole.offset, "the profile has no string table");
    }
    if (!index.strings.front().empty()) {
        return malformed(sourceName, index.stringsOffset, "the first entry of the string table must be empty");
    }
    if (index.sampleTypes.empty() && index.sampleCount > 0) {
        return malformed(sourceName, whole.offset, "the profile has samples but does not say what they count");
    }
    return index;
}

Result<std::vector<Slice>> splitConcatenated(Bytes input, const std::string& sourceName)
{
    // A writer starts every profile with the same field. A new run of that field after a string table is where the
    // next profile may start; every profile has exactly one empty string, the first of its table.
    std::vector<std::uint64_t> starts { 0 };
    std::size_t emptyStrings = 0;
    std::size_t times = 0;
    std::size_t stringRunsSinceStart = 0;
    std::uint32_t firstField = 0;
    std::uint32_t lastField = 0;
    bool isClean = true; // one empty string per part so far
    ProtoReader reader(input);
    while (reader.next()) {
        const std::uint32_t field = reader.field();
        if (firstField == 0) {
            firstField = field;
        } else if (field == firstField && lastField != field && stringRunsSinceStart > 0) {
            starts.push_back(reader.offset());
            isClean = isClean && emptyStrings + 1 == starts.size();
            stringRunsSinceStart = 0;
        }
        if (field == kStringTable) {
            stringRunsSinceStart += lastField == field ? 0U : 1U;
            emptyStrings += reader.bytes().empty() ? 1U : 0U;
        }
        times += field == kTimeNanos ? 1U : 0U;
        lastField = field;
    }
    if (reader.damage() != ProtoReader::Damage::None) {
        return topLevelDamage(sourceName, reader);
    }
    const bool hasSeveral = starts.size() > 1 && isClean && emptyStrings == starts.size();
    if (!hasSeveral && times > 1) {
        return malformed(sourceName, 0, "several profiles were joined into one file and cannot be told apart");
    }
    if (!hasSeveral) {
        return std::vector<Slice> { Slice { input, 0 } };
    }
    std::vector<Slice> parts;
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const std::uint64_t end = i + 1 < starts.size() ? starts[i + 1] : input.size();
        const auto start = static_cast<std::size_t>(starts[i]);
        parts.push_back({ input.subspan(start, static_cast<std::size_t>(end) - start), starts[i] });
    }
    return parts;
}

std::uint32_t IdMap::build(const std::vector<std::uint64_t>& ids)
{
    const std::uint64_t largest = ids.empty() ? 0 : *std::ranges::max_element(ids);
    const bool isDense = largest < 4 * static_cast<std::uint64_t>(ids.size()) + 1024;
    if (isDense) {
        m_dense.assign(static_cast<std::size_t>(largest) + 1, kNone);
    } else {
        m_slots.assign(std::bit_ceil(ids.size() * 2 + 2), Slot {});
    }
    for (std::uint32_t row = 0; row < ids.size(); ++row) {
        const std::uint64_t id = ids[row];
        if (id == 0 || find(id) != kNone) {
            return row;
        }
        if (isDense) {
            m_dense[static_cast<std::size_t>(id)] = row;
            continue;
        }
        const std::size_t mask = m_slots.size() - 1;
        std::size_t at = mixHash(id) & mask;
        while (m_slots[at].id != 0) {
            at = (at + 1) & mask;
        }
        m_slots[at] = { id, row };
    }
    return kNone;
}

std::uint32_t IdMap::findSlow(std::uint64_t id) const
{
    const std::size_t mask = m_slots.size() - 1;
    for (std::size_t at = mixHash(id) & mask; m_slots[at].id != 0; at = (at + 1) & mask) {
        if (m_slots[at].id == id) {
            return m_slots[at].row;
        }
    }
    return kNone;
}

} // namespace heaptoll::pprof
