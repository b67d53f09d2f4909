// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/pickle_reader.h"

#include <bit>

namespace heaptoll::sdk {

PickleKind PickleReader::kind(PickleRef ref)
{
    switch (tagOf(ref)) {
    case Tag::Constant:
        return indexOf(ref) == kNone ? PickleKind::None
            : indexOf(ref) == kHuge  ? PickleKind::HugeInteger
                                     : PickleKind::Boolean;
    case Tag::SmallInteger:
    case Tag::Integer: return PickleKind::Integer;
    case Tag::Float: return PickleKind::Float;
    case Tag::Text: return PickleKind::Text;
    case Tag::Bytes: return PickleKind::Bytes;
    case Tag::Tuple: return PickleKind::Tuple;
    case Tag::List: return PickleKind::List;
    case Tag::Dict: return PickleKind::Dict;
    case Tag::Set: return PickleKind::Set;
    case Tag::Class: return PickleKind::Class;
    case Tag::Object: return PickleKind::Object;
    }
    return PickleKind::None;
}

std::optional<std::int64_t> PickleReader::largeInteger(PickleRef ref) const
{
    if (tagOf(ref) == Tag::Integer) {
        return static_cast<std::int64_t>(m_numbers[indexOf(ref)]);
    }
    if (kind(ref) == PickleKind::Boolean) {
        return indexOf(ref) == kTrue ? 1 : 0;
    }
    return std::nullopt;
}

std::optional<double> PickleReader::number(PickleRef ref) const
{
    if (tagOf(ref) == Tag::Float) {
        return std::bit_cast<double>(m_numbers[indexOf(ref)]);
    }
    const auto value = integer(ref);
    return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

std::optional<std::string_view> PickleReader::text(PickleRef ref) const
{
    if (tagOf(ref) != Tag::Text) {
        return std::nullopt;
    }
    const TextSpan& span = m_texts[indexOf(ref)];
    return std::string_view(m_textBytes).substr(span.begin, span.size);
}

std::span<const PickleRef> PickleReader::items(PickleRef ref) const
{
    const Tag tag = tagOf(ref);
    if (tag != Tag::Tuple && tag != Tag::List && tag != Tag::Dict && tag != Tag::Set) {
        return {};
    }
    const Sequence& row = m_sequences[indexOf(ref)];
    return std::span(m_items).subspan(row.begin, row.size);
}

std::optional<PickleRef> PickleReader::find(PickleRef dict, std::string_view key) const
{
    if (tagOf(dict) != Tag::Dict) {
        return std::nullopt;
    }
    const auto pairs = items(dict);
    for (std::size_t i = pairs.size(); i >= 2; i -= 2) {
        if (text(pairs[i - 2]) == key) {
            return pairs[i - 1];
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> PickleReader::classOf(PickleRef ref) const
{
    if (tagOf(ref) == Tag::Class) {
        return indexOf(ref);
    }
    return tagOf(ref) == Tag::Object ? std::optional<std::size_t>(m_objects[indexOf(ref)].classIndex) : std::nullopt;
}

std::optional<PickleRef> PickleReader::state(PickleRef object) const
{
    if (tagOf(object) != Tag::Object || !m_objects[indexOf(object)].hasState) {
        return std::nullopt;
    }
    return m_objects[indexOf(object)].state;
}

Result<bool> PickleReader::hasMore()
{
    const bool isAtEnd = m_window.isAtEnd();
    if (m_window.error()) {
        return *m_window.error();
    }
    return !isAtEnd;
}

} // namespace heaptoll::sdk
