// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace heaptoll {

/// Frames of a file by their text, each once. Ids count from 0.
class MassifFrames {
public:
    std::uint32_t intern(std::string_view text);
    [[nodiscard]] const std::vector<std::string_view>& texts() const { return m_texts; }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view> {}(text); }
    };
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> m_ids;
    std::vector<std::string_view> m_texts; ///< views of the keys, which do not move
};

/// The stacks of the trees of a file: rows of frames, leaf first, with the bytes they hold.
struct MassifRows {
    std::vector<std::uint32_t> frames; ///< of all rows, one after the other
    std::vector<std::size_t> ends; ///< of each row in frames
    std::vector<std::int64_t> bytes; ///< of each row
    [[nodiscard]] std::size_t size() const { return ends.size(); }
};

/// One line of a tree: " n2: 48768 0x109785: f (a.cpp:3)". The number of spaces is the depth.
struct MassifNodeLine {
    std::size_t depth = 0;
    std::uint64_t children = 0;
    std::int64_t bytes = 0;
    std::string_view text;
};
[[nodiscard]] std::optional<MassifNodeLine> parseMassifNode(std::string_view line);

/// Reads one tree, node by node, into rows.
///
///     n2: 100 (heap allocation functions) malloc/new/new[], --alloc-fns, etc.
///      n1: 90 0x10: grow (a.cpp:3)            <- allocates
///       n0: 90 0x20: main (a.cpp:9)           <- its caller: row {grow, main} 90
///      n0: 10 in 4 places, all below massif's threshold (1.00%)
///
/// A row is the path to a node without children. Massif's children always add up to their node; heaptrack leaves small
/// ones out: what is missing becomes a row of the node itself with the frame kUnlisted, and is counted.
class MassifTree {
public:
    static constexpr std::string_view kBelowThreshold = "(below massif's threshold)";
    static constexpr std::string_view kUnlisted = "(not listed by the recorder)";

    MassifTree(MassifFrames& frames, MassifRows& rows)
        : m_frames(frames)
        , m_rows(rows)
    { }
    void begin();
    /// The next line of the tree. Returns why it cannot be one; the tree is then to be abandoned.
    [[nodiscard]] std::optional<std::string> add(const MassifNodeLine& line);
    [[nodiscard]] bool isOpen() const { return m_isOpen; } ///< more lines belong to it
    [[nodiscard]] std::size_t depth() const { return m_nodes.size(); } ///< of the next line
    [[nodiscard]] std::int64_t totalBytes() const { return m_totalBytes; } ///< of the root
    [[nodiscard]] std::uint32_t rootFrame() const { return m_rootFrame; } ///< id of the root's text
    [[nodiscard]] std::uint64_t unlistedNodes() const { return m_unlistedNodes; }
    /// Forgets the rows of the tree.
    void abandon();

private:
    struct Node {
        std::uint64_t childrenLeft = 0;
        std::int64_t bytesLeft = 0;
    };
    void addRow(std::int64_t bytes);
    void closeNodes();

    MassifFrames& m_frames;
    MassifRows& m_rows;
    std::vector<Node> m_nodes; ///< the open ones, root first
    std::vector<std::uint32_t> m_path; ///< frames of the open nodes but the root
    std::uint32_t m_rootFrame = 0;
    std::size_t m_firstRow = 0;
    std::size_t m_firstFrame = 0;
    std::int64_t m_totalBytes = 0;
    std::uint64_t m_unlistedNodes = 0;
    bool m_isOpen = false;
};

} // namespace heaptoll
