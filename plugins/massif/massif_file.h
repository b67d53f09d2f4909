// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "core/sdk/support/text_lines.h"
#include "plugins/massif/massif_tree.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// "1807369", "0.533": heaptrack_print writes fractions.
struct MassifTime {
    std::int64_t whole = 0;
    std::int64_t billionths = 0;
    friend auto operator<=>(const MassifTime&, const MassifTime&) = default;
};

struct MassifSnapshot {
    std::uint64_t number = 0;
    std::uint64_t line = 0; ///< where it starts
    MassifTime time;
    std::int64_t heapBytes = 0;
    std::int64_t extraBytes = 0; ///< headers and rounding of the allocator
    std::int64_t stackBytes = 0;
    bool hasTree = false;
    bool isPeak = false;
    std::uint32_t rootFrame = 0; ///< of the tree: id of its text
    std::size_t firstRow = 0; ///< rows of the tree
    std::size_t lastRow = 0; ///< one beyond
    [[nodiscard]] std::int64_t totalBytes() const { return heapBytes + extraBytes + stackBytes; } ///< fits: parseBytes
};

/// What a file says, before it is put into a profile: heaptrack writes its header behind the snapshots.
struct MassifFile {
    std::string description;
    std::string command;
    std::string timeUnit; ///< "i", "ms", "B", "s"; empty = not said
    std::uint64_t timeUnitLine = 0;
    std::vector<MassifSnapshot> snapshots;
    MassifFrames frames;
    MassifRows rows;
    /// Valgrind's xtree reports in this format: each snapshot is a counter, named by the root of its tree.
    [[nodiscard]] bool isXtree() const { return description.starts_with("xtree."); }
};

/// Reads the lines of a file. What is damaged is left out with an issue: a tree, or a whole snapshot.
class MassifReader {
public:
    MassifReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_lines(source)
        , m_sink(sink)
        , m_task(task)
        , m_tree(m_file.frames, m_file.rows)
    { }
    /// Errors: as MassifParser::run(); file() holds what was complete.
    [[nodiscard]] Result<void> run();
    [[nodiscard]] const MassifFile& file() const { return m_file; }

private:
    [[nodiscard]] Result<void> line(std::string_view text);
    [[nodiscard]] bool headerLine(std::string_view text);
    void field(std::string_view text);
    void treeField(std::string_view value);
    void treeLine(std::string_view text);
    void beginSnapshot(std::string_view number);
    void endSnapshot();
    void endTree();
    void loseTree(const std::string& why);
    void loseSnapshot(const std::string& why);
    void checkHeader();
    [[nodiscard]] Result<void> finish();
    [[nodiscard]] Error cutOff(const std::string& what) const;

    sdk::TextLines m_lines;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    MassifFile m_file;
    MassifTree m_tree;
    MassifSnapshot m_snapshot; ///< the open one
    std::size_t m_nextField = 0; ///< index into kFields; beyond = all are read
    bool m_inSnapshot = false;
    bool m_isSkipping = false; ///< up to the next snapshot
    std::uint64_t m_lostSnapshots = 0;
    std::uint64_t m_unlistedNodes = 0;
    std::uint64_t m_unlistedLine = 0;
};

} // namespace heaptoll
