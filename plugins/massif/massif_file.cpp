// SPDX-License-Identifier: Apache-2.0
#include "plugins/massif/massif_file.h"

#include <charconv>
#include <limits>
#include <utility>

namespace heaptoll {
namespace {

/// The lines of a snapshot, in this order, behind "snapshot=N".
enum Field : std::size_t { kTime, kHeap, kExtra, kStacks, kTree, kFieldCount };
constexpr std::array<std::string_view, kFieldCount> kFields {
    "time=", "mem_heap_B=", "mem_heap_extra_B=", "mem_stacks_B=", "heap_tree="
};
constexpr std::string_view kOldExtra = "mem_heap_admin_B="; ///< before Valgrind 3.4
constexpr std::string_view kSnapshot = "snapshot=";
constexpr std::uint64_t kLinesPerPoll = 4096;

template<typename T>
std::optional<T> parseWhole(std::string_view text)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isWhole = error == std::errc {} && end == text.data() + text.size() && !text.starts_with('-');
    return isWhole ? std::optional(value) : std::nullopt;
}

/// A third of 64 bits at most, so that a snapshot's total fits.
std::optional<std::int64_t> parseBytes(std::string_view text)
{
    const auto value = parseWhole<std::int64_t>(text);
    return value && *value <= std::numeric_limits<std::int64_t>::max() / 3 ? value : std::nullopt;
}

std::optional<MassifTime> parseTime(std::string_view text)
{
    constexpr std::size_t kDigits = 9;
    const std::size_t point = text.find('.');
    const auto whole = parseWhole<std::int64_t>(text.substr(0, point));
    if (!whole) {
        return std::nullopt;
    }
    MassifTime time { *whole, 0 };
    if (point != std::string_view::npos) {
        std::string digits(text.substr(point + 1));
        const auto fraction = parseWhole<std::int64_t>(digits);
        if (!fraction || digits.size() > kDigits) {
            return std::nullopt;
        }
        time.billionths = *fraction;
        for (std::size_t i = digits.size(); i < kDigits; ++i) {
            time.billionths *= 10;
        }
    }
    return time;
}

std::string quoted(std::string_view text)
{
    constexpr std::size_t kShown = 60;
    return '\'' + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "...'" : "'");
}

} // namespace

Result<void> MassifReader::run()
{
    while (const auto text = m_lines.next()) {
        if (m_lines.isUnended()) {
            break; // it may be cut
        }
        if (m_lines.lineNumber() % kLinesPerPoll == 0 && m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", m_lines.where() };
        }
        HEAPTOLL_TRY(line(*text));
    }
    return finish();
}

Result<void> MassifReader::line(std::string_view text)
{
    if (m_inSnapshot && m_tree.isOpen()) {
        if (text.starts_with('#') || text.starts_with(kSnapshot)) {
            loseTree("the tree ends before all of its nodes have come");
        } else {
            treeLine(text);
            return {};
        }
    }
    if (text.starts_with('#') || text.find_first_not_of(" \t") == std::string_view::npos) {
        return {};
    }
    if (text.starts_with(kSnapshot)) {
        if (m_inSnapshot) {
            loseSnapshot("the snapshot ends before all of its lines have come");
        }
        beginSnapshot(text.substr(kSnapshot.size()));
        return {};
    }
    if (m_inSnapshot) {
        field(text);
        return {};
    }
    if (headerLine(text) || m_isSkipping) {
        return {};
    }
    if (m_file.snapshots.empty() && m_file.command.empty() && m_file.description.empty()) {
        return Error { ErrorCode::NotRecognized, "no Massif output: it starts with neither 'desc:' nor a snapshot",
            m_lines.where() };
    }
    loseSnapshot("a line that Massif does not write: " + quoted(text));
    return {};
}

bool MassifReader::headerLine(std::string_view text)
{
    const auto valueOf = [text](std::string_view key) -> std::optional<std::string_view> {
        if (!text.starts_with(key)) {
            return std::nullopt;
        }
        const std::size_t at = text.find_first_not_of(' ', key.size());
        return at == std::string_view::npos ? std::string_view {} : text.substr(at);
    };
    if (const auto description = valueOf("desc:")) {
        m_file.description += (m_file.description.empty() ? "" : " ") + std::string(*description);
        return true;
    }
    if (const auto command = valueOf("cmd:")) {
        m_file.command = *command;
        return true;
    }
    if (const auto unit = valueOf("time_unit:")) {
        m_file.timeUnit = *unit;
        m_file.timeUnitLine = m_lines.lineNumber();
        return true;
    }
    return false;
}

void MassifReader::beginSnapshot(std::string_view number)
{
    m_isSkipping = false;
    m_snapshot = {};
    m_snapshot.line = m_lines.lineNumber();
    m_nextField = 0;
    m_inSnapshot = true;
    const auto parsed = parseWhole<std::uint64_t>(number);
    if (!parsed) {
        loseSnapshot(quoted(number) + " is no number of a snapshot");
        return;
    }
    m_snapshot.number = *parsed;
    const auto& known = m_file.snapshots;
    const std::uint64_t expected = known.empty() ? 0 : known.back().number + 1;
    if (*parsed != expected && m_lostSnapshots == 0) {
        m_sink.issue(Severity::DataLoss, "massif.snapshot_missing", m_lines.where(),
            "snapshot " + std::to_string(*parsed) + " follows where " + std::to_string(expected)
                + " is due: Massif numbers them one by one, so some are missing or a number is damaged");
    }
}

void MassifReader::field(std::string_view text)
{
    const bool isOldExtra = m_nextField == kExtra && text.starts_with(kOldExtra);
    const std::string_view key = isOldExtra ? kOldExtra : kFields.at(m_nextField);
    if (!text.starts_with(key)) {
        loseSnapshot("expected a line '" + std::string(key) + "', got " + quoted(text));
        return;
    }
    const std::string_view value = text.substr(key.size());
    if (m_nextField == kTree) {
        treeField(value);
        return;
    }
    if (m_nextField == kTime) {
        const auto time = parseTime(value);
        if (!time || (!m_file.snapshots.empty() && *time < m_file.snapshots.back().time)) {
            loseSnapshot(quoted(value) + (time ? " is earlier than the snapshot before" : " is no time"));
            return;
        }
        m_snapshot.time = *time;
    } else {
        const auto bytes = parseBytes(value);
        if (!bytes) {
            loseSnapshot(quoted(value) + " is no number of bytes");
            return;
        }
        (m_nextField == kHeap           ? m_snapshot.heapBytes
                : m_nextField == kExtra ? m_snapshot.extraBytes
                                        : m_snapshot.stackBytes) = *bytes;
    }
    ++m_nextField;
}

void MassifReader::treeField(std::string_view value)
{
    m_snapshot.isPeak = value == "peak";
    m_snapshot.hasTree = m_snapshot.isPeak || value == "detailed";
    if (!m_snapshot.hasTree && value != "empty") {
        loseSnapshot("heap_tree is empty, detailed or peak, not " + quoted(value));
    } else if (m_snapshot.hasTree) {
        m_snapshot.firstRow = m_file.rows.size();
        m_tree.begin();
    } else {
        endSnapshot();
    }
}

void MassifReader::treeLine(std::string_view text)
{
    const auto node = parseMassifNode(text);
    if (!node) {
        loseTree("expected a line of the tree, got " + quoted(text));
        return;
    }
    if (const auto wrong = m_tree.add(*node)) {
        loseTree("a line of the tree " + *wrong + ": " + quoted(node->text));
        return;
    }
    if (!m_tree.isOpen()) {
        endTree();
    }
}

void MassifReader::endTree()
{
    if (m_tree.totalBytes() != m_snapshot.heapBytes) {
        loseTree("the tree holds " + std::to_string(m_tree.totalBytes()) + " bytes and the snapshot "
            + std::to_string(m_snapshot.heapBytes));
        return;
    }
    if (m_tree.unlistedNodes() > 0 && m_unlistedNodes == 0) {
        m_unlistedLine = m_lines.lineNumber();
    }
    m_unlistedNodes += m_tree.unlistedNodes();
    m_snapshot.rootFrame = m_tree.rootFrame();
    endSnapshot();
}

void MassifReader::endSnapshot()
{
    m_snapshot.lastRow = m_file.rows.size();
    m_file.snapshots.push_back(m_snapshot);
    m_inSnapshot = false;
}

/// The totals of the snapshot stay, the lines of its tree are skipped.
void MassifReader::loseTree(const std::string& why)
{
    m_tree.abandon();
    m_sink.issue(Severity::DataLoss, "massif.tree_lost", m_lines.where(),
        "snapshot " + std::to_string(m_snapshot.number) + ": " + why + "; its tree is left out, its total is kept");
    m_snapshot.hasTree = false;
    m_snapshot.firstRow = m_file.rows.size();
    endSnapshot();
    m_isSkipping = true;
}

void MassifReader::loseSnapshot(const std::string& why)
{
    ++m_lostSnapshots;
    m_sink.issue(Severity::DataLoss, "massif.snapshot_lost", m_lines.where(), why + "; read on at the next snapshot");
    m_inSnapshot = false;
    m_isSkipping = true;
}

Error MassifReader::cutOff(const std::string& what) const
{
    return { ErrorCode::Truncated, what, m_lines.where(),
        "the snapshots before are kept; the program may still have been running, or the copy is not whole" };
}

Result<void> MassifReader::finish()
{
    HEAPTOLL_TRY(m_lines.status());
    if (m_inSnapshot && m_tree.isOpen()) {
        m_tree.abandon();
        m_snapshot.hasTree = false;
        m_snapshot.firstRow = m_file.rows.size();
        endSnapshot();
        return cutOff("the file ends inside the tree of snapshot " + std::to_string(m_snapshot.number));
    }
    if (m_inSnapshot) {
        return cutOff("the file ends inside snapshot " + std::to_string(m_snapshot.number));
    }
    if (m_lines.isUnended()) {
        return cutOff("the last line is cut off");
    }
    const bool hasHeader = !m_file.command.empty() || !m_file.description.empty() || !m_file.timeUnit.empty();
    if (m_file.snapshots.empty() && m_lostSnapshots > 0) {
        return Error { ErrorCode::Malformed, "none of its snapshots can be read", m_lines.where(),
            "record again, or copy the file again" };
    }
    if (m_file.snapshots.empty() && !hasHeader) {
        return Error { ErrorCode::NotRecognized, "no Massif output: neither a header nor a snapshot", m_lines.where() };
    }
    if (m_file.timeUnit.empty()) {
        return cutOff("the line 'time_unit:' is missing, which says what its times count");
    }
    checkHeader();
    return {};
}

void MassifReader::checkHeader()
{
    if (m_unlistedNodes == 0) {
        return;
    }
    // Massif's own trees always add up; heaptrack leaves out what is small.
    const bool isExpected = m_file.description == "heaptrack";
    m_sink.issue(isExpected ? Severity::Notice : Severity::DataLoss, "massif.unlisted_bytes",
        { {}, {}, m_unlistedLine, {} },
        "nodes whose children hold less than they do: the rest is shown under '" + std::string(MassifTree::kUnlisted)
            + (isExpected ? "', as heaptrack lists large parts only"
                          : "'; Massif's trees add up, so numbers are damaged"),
        m_unlistedNodes);
}

} // namespace heaptoll
