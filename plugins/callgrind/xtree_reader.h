// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "core/sdk/support/text_lines.h"
#include "core/sdk/support/xtree_columns.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// What a file in callgrind format says of itself.
struct CallgrindHeader {
    std::string creator;
    std::string command;
    std::string positions; ///< "line"
    std::vector<sdk::XtreeEvent> events;
    bool hasMark = false; ///< the first line is "# callgrind format"
    [[nodiscard]] bool isXtree() const { return creator.starts_with("xtree-") && positions == "line"; }
    /// Takes one line of the header; false = it is none.
    [[nodiscard]] bool take(std::string_view line);
};

/// Reads an xtree report. A paragraph is one stack, from its root on; each of its calls repeats the costs of its end:
///
///     fl=(1) /src/a.cpp        file of the frame; "(1) name" defines, "(1)" repeats
///     fn=(1) main              its function
///     8                        its line
///     cfi=(1)                  file and ...
///     cfn=(2) grow(int)        ... function that it calls
///     calls=0 5
///     8 4780 40                line of the call, costs: must be those of the end
///     fl=(1)
///     fn=(2)
///     5 4780 40                the end: line, costs
///
/// What disagrees is left out with an issue. Behind the stacks come their sums ("totals:"), which are checked.
class XtreeReader {
public:
    XtreeReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_lines(source)
        , m_sink(sink)
        , m_heap(sink.heap())
        , m_task(task)
    { }
    /// Errors: as CallgrindParser::run().
    [[nodiscard]] Result<void> run();

private:
    using Names = std::unordered_map<std::string, std::string>; ///< "(1)" -> name

    struct StackFrame {
        std::string file;
        std::string function;
        std::uint32_t line = 0;
    };

    [[nodiscard]] Result<void> readHeader();
    [[nodiscard]] Error refusal() const;
    void begin();
    void bodyLine(std::string_view line);
    [[nodiscard]] std::optional<std::string> keyLine(std::string_view line); ///< why it is wrong; so the next three
    [[nodiscard]] std::optional<std::string> nameLine(std::string_view key, const std::string& name);
    [[nodiscard]] std::optional<std::string> enter(const std::string& function);
    [[nodiscard]] std::optional<std::string> costLine(std::string_view line);
    [[nodiscard]] static std::optional<std::string> nameOf(Names& names, std::string_view text);
    [[nodiscard]] std::optional<std::vector<std::int64_t>> costsOf(std::string_view text) const;
    void endStack();
    void loseStack(const std::string& why);
    void checkTotals(std::string_view text);
    void addSample();
    [[nodiscard]] Result<void> finish();

    sdk::TextLines m_lines;
    sdk::Sink& m_sink;
    sdk::HeapSink& m_heap;
    const TaskContext& m_task;
    CallgrindHeader m_header;
    std::vector<sdk::XtreeColumn> m_columns;
    Names m_files;
    Names m_functions;
    std::vector<StackFrame> m_stack; ///< the open one, root first
    std::string m_file; ///< of the next frame
    StackFrame m_callee; ///< that the open frame calls
    bool m_hasCallee = false;
    bool m_isAfterCalls = false;
    bool m_hasCosts = false; ///< the open stack's end has come
    bool m_isSkipping = false; ///< up to the next paragraph
    std::vector<std::int64_t> m_inclusive; ///< costs of the calls of the open stack; empty = none yet
    std::vector<std::int64_t> m_costs;
    std::vector<std::int64_t> m_sums;
    std::vector<sdk::FrameRef> m_path;
    std::vector<std::int64_t> m_values;
    std::uint64_t m_stacks = 0;
    std::uint64_t m_lostStacks = 0;
    bool m_hasTotals = false;
};

} // namespace heaptoll
