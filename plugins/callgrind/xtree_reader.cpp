// SPDX-License-Identifier: Apache-2.0
#include "plugins/callgrind/xtree_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace heaptoll {
namespace {

constexpr std::size_t kMaxDepth = 4096; ///< Valgrind's own limit is 500 (--num-callers)
constexpr std::size_t kMaxEvents = 256;
constexpr std::uint64_t kLinesPerPoll = 4096;
constexpr std::string_view kUnknownFile = "UnknownFile???";
constexpr std::string_view kUnknownFunction = "UnknownFn???";

std::string_view trimmed(std::string_view text)
{
    const std::size_t start = text.find_first_not_of(" \t");
    const std::size_t end = text.find_last_not_of(" \t");
    return start == std::string_view::npos ? std::string_view {} : text.substr(start, end - start + 1);
}

/// The next word of text, which it is taken from.
std::string_view takeWord(std::string_view& text)
{
    text = trimmed(text);
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

template<typename T>
std::optional<T> parseWhole(std::string_view text)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc {} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string known(std::string_view name, std::string_view unknown)
{
    return name == unknown ? std::string() : std::string(name);
}

} // namespace

bool CallgrindHeader::take(std::string_view line)
{
    const auto valueOf = [line](std::string_view key) {
        return line.starts_with(key) ? std::optional(trimmed(line.substr(key.size()))) : std::nullopt;
    };
    static constexpr std::array<std::string_view, 6> kIgnored {
        "version:", "pid:", "thread:", "part:", "desc:", "summary:"
    };
    if (line == "# callgrind format") {
        hasMark = true;
    } else if (const auto by = valueOf("creator:")) {
        creator = *by;
    } else if (const auto program = valueOf("cmd:")) {
        command = *program;
    } else if (const auto fields = valueOf("positions:")) {
        positions = *fields;
    } else if (const auto event = valueOf("event:")) {
        const std::size_t colon = event->find(':');
        const std::string_view longName = colon == event->npos ? std::string_view {} : event->substr(colon + 1);
        events.push_back({ std::string(trimmed(event->substr(0, colon))), std::string(trimmed(longName)) });
    } else if (auto names = valueOf("events:")) {
        std::vector<sdk::XtreeEvent> inOrder;
        for (std::string_view name = takeWord(*names); !name.empty() && inOrder.size() < kMaxEvents;
             name = takeWord(*names)) {
            const auto declared = std::ranges::find(events, name, &sdk::XtreeEvent::name);
            inOrder.push_back({ std::string(name), declared == events.end() ? std::string() : declared->longName });
        }
        events = std::move(inOrder);
    } else {
        return line.empty() || line.starts_with('#')
            || std::ranges::any_of(kIgnored, [line](std::string_view key) { return line.starts_with(key); });
    }
    return true;
}

Result<void> XtreeReader::run()
{
    HEAPTOLL_TRY(readHeader());
    begin();
    while (const auto line = m_lines.next()) {
        if (m_lines.isUnended()) {
            break; // it may be cut
        }
        if (m_lines.lineNumber() % kLinesPerPoll == 0 && m_task.cancelled()) {
            m_heap.endProfile({});
            return Error { ErrorCode::Cancelled, "cancelled", m_lines.where() };
        }
        bodyLine(*line);
    }
    Result<void> outcome = finish();
    m_heap.endProfile({});
    return outcome;
}

Result<void> XtreeReader::readHeader()
{
    while (const auto line = m_lines.next()) {
        if (!m_header.take(*line)) {
            return Error { ErrorCode::NotRecognized, "no callgrind format: a line that its header does not have",
                m_lines.where() };
        }
        if (line->starts_with("events:") && !m_lines.isUnended()) {
            if (m_header.isXtree() && m_header.events.empty()) {
                return Error { ErrorCode::Malformed, "the report names no counter", m_lines.where(),
                    "copy the file again" };
            }
            return m_header.isXtree() ? Result<void>() : Result<void>(refusal());
        }
    }
    HEAPTOLL_TRY(m_lines.status());
    if (!m_header.hasMark && m_header.creator.empty()) {
        return Error { ErrorCode::NotRecognized, "no callgrind format: the line 'events:' is missing",
            m_lines.where() };
    }
    return Error { ErrorCode::Truncated, "the file ends inside its header", m_lines.where(), "copy the file again" };
}

Error XtreeReader::refusal() const
{
    if (m_header.creator.starts_with("callgrind")) {
        return { ErrorCode::Unsupported,
            "this is a CPU profile of " + m_header.creator + ": it counts instructions, not memory", m_lines.where(),
            "kcachegrind shows it; valgrind --xtree-memory=full records memory in this format" };
    }
    return { ErrorCode::Unsupported,
        "callgrind format" + (m_header.creator.empty() ? "" : " of " + m_header.creator)
            + ": a graph of calls, without the stacks that Valgrind's xtree reports have",
        m_lines.where(), "open the profile it was made from (pprof, for one)" };
}

void XtreeReader::begin()
{
    m_columns = sdk::xtreeColumns(m_header.events);
    sdk::ProfileRow profile;
    for (const sdk::XtreeColumn& column : m_columns) {
        profile.values.push_back(column.type);
    }
    profile.command = m_header.command;
    profile.formatVersion = m_header.creator;
    m_heap.beginProfile(profile);
    m_sums.assign(m_header.events.size(), 0);
}

void XtreeReader::bodyLine(std::string_view line)
{
    if (trimmed(line).empty()) {
        endStack();
        return;
    }
    if (line.starts_with("totals:")) {
        endStack();
        checkTotals(line.substr(7));
        return;
    }
    const char first = line.front();
    const bool isCost = (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '*';
    // names are defined once and used ever after: also those of a stack that is skipped
    const auto wrong = isCost ? (m_isSkipping ? std::nullopt : costLine(line)) : keyLine(line);
    if (wrong && !m_isSkipping) {
        loseStack(*wrong);
    }
}

std::optional<std::string> XtreeReader::nameOf(Names& names, std::string_view text)
{
    if (!text.starts_with('(')) {
        return std::string(text);
    }
    const std::size_t close = text.find(')');
    const auto number =
        close == std::string_view::npos ? std::nullopt : parseWhole<std::uint64_t>(text.substr(1, close - 1));
    if (!number) {
        return std::string(text); // "(below main)"
    }
    const std::string key(text.substr(0, close + 1));
    if (const std::string_view name = trimmed(text.substr(close + 1)); !name.empty()) {
        return names[key] = name;
    }
    const auto it = names.find(key);
    return it == names.end() ? std::nullopt : std::optional(it->second);
}

std::optional<std::string> XtreeReader::nameLine(std::string_view key, const std::string& name)
{
    if (key == "fl") {
        m_file = known(name, kUnknownFile);
    } else if (key == "cfi" || key == "cfl") {
        m_callee.file = known(name, kUnknownFile);
    } else if (key == "cfn") {
        m_callee.function = known(name, kUnknownFunction);
        m_hasCallee = true;
    } else {
        return enter(known(name, kUnknownFunction));
    }
    return std::nullopt;
}

std::optional<std::string> XtreeReader::enter(const std::string& function)
{
    if (m_hasCallee && (m_callee.function != function || m_callee.file != m_file)) {
        return "goes on with another function than the one that is called";
    }
    if (m_stack.size() >= kMaxDepth) {
        return "is deeper than " + std::to_string(kMaxDepth) + " frames";
    }
    if (m_stack.empty() == m_hasCallee || m_hasCosts) {
        return "has a frame that nothing calls";
    }
    m_stack.push_back({ m_file, function, 0 });
    m_callee.file = m_file; // the format leaves the callee's file out where it is the same
    m_hasCallee = false;
    return std::nullopt;
}

std::optional<std::string> XtreeReader::keyLine(std::string_view line)
{
    const std::size_t equals = line.find('=');
    const std::string_view key = line.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? std::string_view {} : line.substr(equals + 1);
    const bool isFile = key == "fl" || key == "cfi" || key == "cfl";
    if (isFile || key == "fn" || key == "cfn") {
        const auto name = nameOf(isFile ? m_files : m_functions, value);
        return name ? nameLine(key, *name)
                    : std::optional("uses the name " + std::string(value) + ", which is not defined before");
    }
    if (key == "calls") {
        m_isAfterCalls = true;
        return m_hasCallee ? std::nullopt : std::optional<std::string>("has a call of no function");
    }
    if (key == "ob" || key == "cob") {
        return std::nullopt; // xtree reports have none; modules of others are not needed
    }
    return "has a line of no known kind";
}

std::optional<std::vector<std::int64_t>> XtreeReader::costsOf(std::string_view text) const
{
    std::vector<std::int64_t> costs;
    for (std::string_view word = takeWord(text); !word.empty(); word = takeWord(text)) {
        const auto value = parseWhole<std::int64_t>(word);
        if (!value || costs.size() == m_header.events.size()) {
            return std::nullopt;
        }
        costs.push_back(*value);
    }
    costs.resize(m_header.events.size(), 0); // the format leaves zeros at the end out
    return costs;
}

std::optional<std::string> XtreeReader::costLine(std::string_view line)
{
    const auto number = parseWhole<std::uint32_t>(takeWord(line));
    if (!number || m_stack.empty() || m_hasCosts) {
        return number ? "has costs of no frame" : "has a line number that is none";
    }
    m_stack.back().line = *number;
    if (trimmed(line).empty()) {
        return std::nullopt; // the frame's line; its call follows
    }
    auto costs = costsOf(line);
    if (!costs) {
        return "has costs that are no numbers, or more than there are events";
    }
    if (m_isAfterCalls) {
        m_isAfterCalls = false;
        if (!m_inclusive.empty() && m_inclusive != *costs) {
            return "has calls whose costs disagree";
        }
        m_inclusive = std::move(*costs);
        return std::nullopt;
    }
    if (!m_inclusive.empty() && m_inclusive != *costs) {
        return "has an end whose costs are not those of the calls to it";
    }
    m_costs = std::move(*costs);
    m_hasCosts = true;
    return std::nullopt;
}

void XtreeReader::endStack()
{
    const bool isPending = m_hasCallee || m_isAfterCalls;
    if (!m_isSkipping && !m_stack.empty() && (!m_hasCosts || isPending)) {
        loseStack("ends before its costs have come");
    } else if (!m_isSkipping && m_hasCosts) {
        addSample();
    }
    m_stack.clear();
    m_inclusive.clear();
    m_hasCallee = m_isAfterCalls = m_hasCosts = m_isSkipping = false;
}

void XtreeReader::loseStack(const std::string& why)
{
    ++m_lostStacks;
    m_isSkipping = true;
    m_sink.issue(Severity::DataLoss, "callgrind.stack_lost", m_lines.where(), "a stack " + why + "; it is left out");
}

void XtreeReader::addSample()
{
    m_path.clear();
    for (const StackFrame& frame : m_stack) {
        sdk::FrameRow row;
        const bool isUnknown = frame.function.empty() && frame.file.empty();
        row.function = m_heap.string(isUnknown ? std::string_view("(unknown)") : frame.function);
        row.file = m_heap.string(frame.file);
        row.line = frame.line;
        m_path.push_back(m_heap.frame(row));
    }
    m_values.assign(m_columns.size(), 0);
    bool hasOverflow = false;
    for (std::size_t i = 0; i < m_costs.size(); ++i) {
        hasOverflow = __builtin_add_overflow(m_sums[i], m_costs[i], &m_sums[i]) || hasOverflow;
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        for (const sdk::XtreeColumn::Term& term : m_columns[i].terms) {
            std::int64_t part = 0;
            hasOverflow = __builtin_mul_overflow(m_costs[term.event], term.sign, &part)
                || __builtin_add_overflow(m_values[i], part, &m_values[i]) || hasOverflow;
        }
    }
    if (hasOverflow) {
        m_sink.issue(Severity::DataLoss, "callgrind.value_overflow", m_lines.where(),
            "costs add up to more than 64 bits hold: numbers are damaged");
    }
    const sdk::StackRef stack = m_heap.stackFromRoot(m_path);
    m_heap.samples({ std::span(&stack, 1), m_values, {} });
    ++m_stacks;
}

void XtreeReader::checkTotals(std::string_view text)
{
    m_hasTotals = true;
    const auto totals = costsOf(text);
    if (!totals || *totals != m_sums) {
        m_sink.issue(Severity::DataLoss, "callgrind.totals_disagree", m_lines.where(),
            "the stacks do not add up to the totals that the file gives: stacks are missing, or numbers are damaged");
    }
}

Result<void> XtreeReader::finish()
{
    endStack();
    HEAPTOLL_TRY(m_lines.status());
    if (!m_hasTotals) {
        return Error { ErrorCode::Truncated, "the totals at its end are missing", m_lines.where(),
            "the stacks before are kept; copy the file again, or run the program to its end" };
    }
    if (m_stacks == 0 && m_lostStacks > 0) {
        m_sink.issue(Severity::DataLoss, "callgrind.no_stacks", m_lines.where(), "none of its stacks can be read");
    }
    return {};
}

} // namespace heaptoll
