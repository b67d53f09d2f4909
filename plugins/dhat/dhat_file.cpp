// SPDX-License-Identifier: Apache-2.0
#include "plugins/dhat/dhat_file.h"

#include <algorithm>
#include <utility>

namespace heaptoll {
namespace {

using sdk::JsonKind;

constexpr std::int64_t kNewestVersion = 2;
constexpr std::int64_t kMostCounted = 0xffff; ///< Valgrind counts accesses of a byte in 16 bits and stops there
constexpr std::size_t kPointsPerPoll = 4096;

struct NamedField {
    std::string_view key;
    DhatField field;
};
/// With the keys of version 1 (tli, fb, fbk).
constexpr std::array kNamedFields { NamedField { "tb", DhatField::TotalBytes },
    NamedField { "tbk", DhatField::TotalBlocks }, NamedField { "tl", DhatField::Lifetimes },
    NamedField { "tli", DhatField::Lifetimes }, NamedField { "gb", DhatField::PeakBytes },
    NamedField { "gbk", DhatField::PeakBlocks }, NamedField { "eb", DhatField::EndBytes },
    NamedField { "fb", DhatField::EndBytes }, NamedField { "ebk", DhatField::EndBlocks },
    NamedField { "fbk", DhatField::EndBlocks }, NamedField { "rb", DhatField::ReadBytes },
    NamedField { "wb", DhatField::WriteBytes } };

constexpr std::uint32_t bitOf(DhatField field)
{
    return 1U << static_cast<unsigned>(field);
}
constexpr std::uint32_t kTotals = bitOf(DhatField::TotalBytes) | bitOf(DhatField::TotalBlocks);
constexpr std::uint32_t kLifetimes = bitOf(DhatField::Lifetimes) | bitOf(DhatField::PeakBytes)
    | bitOf(DhatField::PeakBlocks) | bitOf(DhatField::EndBytes) | bitOf(DhatField::EndBlocks);
constexpr std::uint32_t kAccesses = bitOf(DhatField::ReadBytes) | bitOf(DhatField::WriteBytes);

/// What can be live is at most what was allocated.
bool addsUp(const DhatPoint& point)
{
    const std::int64_t bytes = point.at(DhatField::TotalBytes);
    const std::int64_t blocks = point.at(DhatField::TotalBlocks);
    return point.at(DhatField::PeakBytes) <= bytes && point.at(DhatField::EndBytes) <= bytes
        && point.at(DhatField::PeakBlocks) <= blocks && point.at(DhatField::EndBlocks) <= blocks;
}

} // namespace

std::optional<std::int64_t> unaccessedBytes(const DhatPoint& point, const std::vector<std::int64_t>& counts)
{
    const std::int64_t total = point.at(DhatField::TotalBytes);
    const std::int64_t blocks = point.at(DhatField::TotalBlocks);
    if (counts.empty()) {
        std::int64_t accessed = 0;
        const bool isHuge =
            __builtin_add_overflow(point.at(DhatField::ReadBytes), point.at(DhatField::WriteBytes), &accessed);
        return isHuge ? 0 : std::max<std::int64_t>(0, total - accessed);
    }
    std::int64_t untouched = 0;
    std::int64_t size = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool isRun = counts[i] < 0;
        if (isRun && (i + 1 == counts.size() || counts[i] < -total)) {
            return std::nullopt;
        }
        const std::int64_t bytes = isRun ? -counts[i++] : 1;
        const std::int64_t count = counts[i];
        const std::int64_t blocksWithout = count >= kMostCounted ? 0 : std::max<std::int64_t>(0, blocks - count);
        std::int64_t product = 0;
        if (count < 0 || __builtin_add_overflow(size, bytes, &size)
            || __builtin_mul_overflow(bytes, blocksWithout, &product)
            || __builtin_add_overflow(untouched, product, &untouched)) {
            return std::nullopt;
        }
    }
    std::int64_t all = 0;
    return __builtin_mul_overflow(size, blocks, &all) || all != total ? std::nullopt : std::optional(untouched);
}

Result<void> DhatReader::run()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "a DHAT profile"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
        if (!key) {
            break;
        }
        HEAPTOLL_TRY(member(std::string(*key)));
    }
    HEAPTOLL_TRY(m_json.expect(JsonKind::End, "the end of the file"));
    if (m_file.version == 0) {
        return Error { ErrorCode::NotRecognized, "no DHAT profile: it has no dhatFileVersion",
            { m_source.displayName() } };
    }
    if (!m_file.hasNames) {
        return m_json.errorHere(
            ErrorCode::Malformed, "the frame table \"ftbl\" is missing", "profile again, or copy the file again");
    }
    checkFrames();
    return {};
}

Result<void> DhatReader::member(std::string_view key)
{
    const auto put = [](auto& target, auto result) -> Result<void> {
        HEAPTOLL_TRY_ASSIGN(target, std::move(result));
        return {};
    };
    if (key == "dhatFileVersion") {
        HEAPTOLL_TRY(put(m_file.version, number(key)));
        if (m_file.version < 1 || m_file.version > kNewestVersion) {
            return m_json.errorHere(ErrorCode::Unsupported,
                "DHAT file version " + std::to_string(m_file.version) + "; versions 1 and 2 are read",
                "a newer Heaptoll may read it");
        }
        return {};
    }
    if (key == "pps" || key == "aps") { // aps: version 1
        return points();
    }
    if (key == "ftbl") {
        return names();
    }
    struct Text {
        std::string_view key;
        std::string& target;
    };
    for (const Text& one :
        { Text { "mode", m_file.mode }, Text { "verb", m_file.verb }, Text { "bsu", m_file.bytesUnit },
            Text { "bksu", m_file.blocksUnit }, Text { "tu", m_file.timeUnit }, Text { "cmd", m_file.command } }) {
        if (key == one.key) {
            return put(one.target, text(key));
        }
    }
    if (key == "bklt" || key == "bkacc") {
        return put(key == "bklt" ? m_file.hasLifetimes : m_file.hasAccesses, flag(key));
    }
    if (key == "te" || key == "ei") { // ei: version 1
        return put(m_file.endTime, number(key));
    }
    return m_json.skipValue();
}

Result<std::string> DhatReader::text(std::string_view key)
{
    HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.expect(JsonKind::String, key));
    return std::string(token.text);
}

Result<bool> DhatReader::flag(std::string_view key)
{
    HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.next());
    if (token.kind != JsonKind::True && token.kind != JsonKind::False) {
        return m_json.errorHere(ErrorCode::Malformed, '"' + std::string(key) + "\" is true or false");
    }
    return token.kind == JsonKind::True;
}

Result<std::int64_t> DhatReader::number(std::string_view key)
{
    HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.expect(JsonKind::Number, key));
    const auto value = sdk::jsonInteger(token.text);
    if (!value) {
        return m_json.errorHere(ErrorCode::Malformed, '"' + std::string(key) + "\" is no integer of 64 bits");
    }
    return *value;
}

Result<void> DhatReader::numbers(std::string_view key, std::vector<std::int64_t>& out)
{
    out.clear();
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, key));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        const auto value = token.kind == JsonKind::Number ? sdk::jsonInteger(token.text) : std::nullopt;
        if (!value) {
            return m_json.errorHere(ErrorCode::Malformed, '"' + std::string(key) + "\" is a list of integers");
        }
        out.push_back(*value);
    }
}

Result<void> DhatReader::points()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of points"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        if (token.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "a point is an object");
        }
        if (m_file.points.size() % kPointsPerPoll == 0 && m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", { m_source.displayName() } };
        }
        HEAPTOLL_TRY(point());
    }
}

Result<void> DhatReader::point()
{
    const Location where = m_json.where();
    DhatPoint point;
    std::uint32_t seen = 0;
    m_counts.clear();
    point.firstFrame = m_file.frames.size();
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
        if (!key) {
            break;
        }
        const auto named = std::ranges::find(kNamedFields, *key, &NamedField::key);
        if (named != kNamedFields.end()) {
            HEAPTOLL_TRY_ASSIGN(const std::int64_t value, number(named->key));
            point.values.at(static_cast<std::size_t>(named->field)) = value;
            seen |= value < 0 ? 0 : bitOf(named->field);
        } else if (*key == "acc") {
            HEAPTOLL_TRY(numbers("acc", m_counts));
        } else if (*key == "fs") {
            HEAPTOLL_TRY(numbers("fs", m_numbers));
            for (const std::int64_t index : m_numbers) { // one that is no index is found when the table is known
                m_file.frames.push_back(
                    index < 0 || index > INT32_MAX ? UINT32_MAX : static_cast<std::uint32_t>(index));
            }
        } else {
            HEAPTOLL_TRY(m_json.skipValue());
        }
    }
    point.lastFrame = m_file.frames.size();
    keep(point, seen, where);
    return {};
}

void DhatReader::keep(DhatPoint point, std::uint32_t seen, const Location& where)
{
    const std::uint32_t needed =
        kTotals | (m_file.hasLifetimes ? kLifetimes : 0) | (m_file.hasAccesses ? kAccesses : 0);
    if ((seen & needed) != needed) {
        m_sink.issue(Severity::DataLoss, "dhat.point_lost", where,
            "a point lacks one of the numbers that the file's mode promises, or has a negative one; it is left out");
        m_file.frames.resize(point.firstFrame);
        return;
    }
    if (!addsUp(point)) {
        m_sink.issue(Severity::DataLoss, "dhat.inconsistent", where,
            "a point has more live at a moment than it allocated in all: numbers are damaged");
    }
    if (m_file.hasAccesses) {
        auto untouched = unaccessedBytes(point, m_counts);
        if (!untouched) {
            m_sink.issue(Severity::DataLoss, "dhat.access_counts", where,
                "the access counts of a point are not those of the bytes of its blocks; they are left out");
            untouched = unaccessedBytes(point, {});
        }
        point.values.at(static_cast<std::size_t>(DhatField::Unaccessed)) = untouched.value_or(0);
    }
    m_file.points.push_back(point);
}

Result<void> DhatReader::names()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the frame table"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const sdk::JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            m_file.hasNames = true;
            return {};
        }
        if (token.kind != JsonKind::String) {
            return m_json.errorHere(ErrorCode::Malformed, "the frame table is a list of strings");
        }
        m_file.names.emplace_back(token.text);
    }
}

void DhatReader::checkFrames()
{
    const auto wrong = static_cast<std::uint64_t>(
        std::ranges::count_if(m_file.frames, [this](std::uint32_t index) { return index >= m_file.names.size(); }));
    if (wrong > 0) {
        m_sink.issue(Severity::DataLoss, "dhat.frame_missing", m_json.where(),
            "frames that the frame table does not have; they are shown by their number", wrong);
    }
}

} // namespace heaptoll
