// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/proto_reader.h"
#include "plugins/pprof/pprof_index.h"
#include "plugins/pprof/pprof_parser.h"

#include <array>

namespace heaptoll::pprof {
namespace {

using sdk::ProtoReader;
using sdk::WireType;

/// How often each field of Profile was seen with its right wire type.
struct Evidence {
    std::array<std::size_t, 16> seen {};
    bool firstStringIsEmpty = false;
    bool isForeign = false; ///< a known field with a wrong wire type, or a field that Profile does not have
};

bool isMessage(std::uint32_t field)
{
    return (field >= kSampleType && field <= kStringTable) || field == kPeriodType;
}

/// A ValueType or any other nested message of Profile consists of small field numbers and parses to its end.
bool parses(Bytes message, std::uint32_t largestField)
{
    ProtoReader reader(message);
    while (reader.next()) {
        if (reader.field() > largestField) {
            return false;
        }
    }
    return reader.damage() == ProtoReader::Damage::None;
}

std::uint32_t largestFieldOf(std::uint32_t field)
{
    switch (field) {
    case kSampleType:
    case kPeriodType: return 2;
    case kSample: return 8;
    case kMapping: return 16;
    default: return 12;
    }
}

Evidence look(ProtoReader& reader)
{
    Evidence evidence;
    while (reader.next()) {
        const std::uint32_t field = reader.field();
        if (field > 100) {
            evidence.isForeign = true;
            return evidence;
        }
        if (field >= evidence.seen.size()) {
            continue; // a field of a later version
        }
        const bool typeFits = isMessage(field)
            ? reader.wireType() == WireType::Bytes
            : reader.wireType() == WireType::Varint || (field == kComment && reader.wireType() == WireType::Bytes);
        const bool contentFits =
            !isMessage(field) || field == kStringTable || parses(reader.bytes(), largestFieldOf(field));
        if (!typeFits || !contentFits) {
            evidence.isForeign = true;
            return evidence;
        }
        if (field == kStringTable && evidence.seen[field] == 0) {
            evidence.firstStringIsEmpty = reader.bytes().empty();
        }
        ++evidence.seen[field];
    }
    return evidence;
}

} // namespace

sdk::ProbeResult PprofParser::probe(const sdk::ProbeInput& input) const
{
    if (input.prefix.empty()) {
        return { 0, {}, "empty" };
    }
    ProtoReader reader(input.prefix);
    const Evidence evidence = look(reader);
    // The prefix of a larger file ends inside of a record as a rule.
    const bool endFits = reader.damage() == ProtoReader::Damage::None
        || (reader.damage() == ProtoReader::Damage::CutShort && !input.isWhole);
    if (evidence.isForeign || !endFits) {
        if (evidence.isForeign || reader.damage() != ProtoReader::Damage::CutShort || evidence.seen[kSampleType] == 0) {
            return { 0, {}, "no profile.proto message" };
        }
        return { 60, "profile.proto", "profile.proto that ends inside of a record" };
    }
    const std::size_t sampleTypes = evidence.seen[kSampleType];
    const bool hasBody = evidence.seen[kSample] + evidence.seen[kLocation] + evidence.seen[kStringTable] > 0;
    if (sampleTypes == 0 || !hasBody) {
        return { evidence.seen[kSample] > 0 ? 50 : 0, "profile.proto", "protobuf without sample types at its start" };
    }
    const std::string reason = "profile.proto, " + std::to_string(sampleTypes) + " sample types";
    if (evidence.seen[kStringTable] > 0) {
        return evidence.firstStringIsEmpty ? sdk::ProbeResult { 90, "profile.proto", reason + ", string table" }
                                           : sdk::ProbeResult { 60, "profile.proto", reason + ", odd string table" };
    }
    return { 80, "profile.proto", reason };
}

} // namespace heaptoll::pprof
