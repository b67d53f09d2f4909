// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/call_tree.h"

#include "core/analysis/tree_builder.h"
#include "core/analysis/trie_walk.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace heaptoll {
namespace {

/// Bottom-up trees repeat every stack from its leaf; deep recursion with values at every depth would need the square
/// of its depth. Beyond this many nodes' worth of walking, callers are cut and shown as cut.
constexpr std::uint64_t kMaxInvertedSteps = std::uint64_t { 64 } << 20U;
constexpr std::uint64_t kMinInvertedDepth = 128;

class CallTreeMaker {
public:
    CallTreeMaker(const Profile& profile, std::span<const std::int64_t> self, const CallTreeOptions& options,
        const TaskContext& task)
        : m_poll(task)
        , m_profile(profile)
        , m_self(self)
        , m_options(options)
        , m_labels(functionLabels(profile))
        , m_tree(m_labels.names.size(), profile.stacks.size())
    {
        if (options.runtime == RuntimeFrames::Fold) {
            m_isRuntime = runtimeFlags(profile);
        }
        m_onPath.assign(m_labels.names.size(), kAbsent);
    }

    CallTree run()
    {
        if (!m_self.empty()) {
            m_tree.addSelf(0, m_self[0]); // samples without a stack
        }
        if (m_options.order == TreeOrder::TopDown) {
            topDown();
        } else {
            bottomUp();
        }
        if (m_poll.stopped()) {
            return {};
        }
        return m_tree.finish(m_profile, m_labels);
    }

private:
    static constexpr std::uint32_t kAbsent = std::numeric_limits<std::uint32_t>::max();

    [[nodiscard]] std::uint32_t frameAt(std::uint32_t node) const { return m_profile.stacks.frames()[node]; }
    [[nodiscard]] bool folds(std::uint32_t frame) const { return !m_isRuntime.empty() && m_isRuntime[frame] != 0; }

    /// Child of a tree node for a frame; with mergeRecursion the node of the same function that is on the path.
    /// run: runtime frames in a row up to the caller, moved on.
    std::uint32_t descend(std::uint32_t at, std::uint32_t frame, std::uint32_t& run)
    {
        if (folds(frame)) {
            return m_tree.foldInto(at, m_labels.ofFrame[frame], ++run);
        }
        run = 0;
        const std::uint32_t label = m_labels.ofFrame[frame];
        if (m_options.mergeRecursion && m_onPath[label] != kAbsent) {
            return m_onPath[label];
        }
        return m_tree.child(at, label);
    }

    void topDown()
    {
        const auto parents = m_profile.stacks.parents();
        std::vector<std::uint8_t> active(parents.size(), 0);
        for (std::size_t node = parents.size(); node-- > 1;) {
            active[node] = active[node] != 0 || m_self[node] != 0 ? 1 : 0;
            active[parents[node]] |= active[node];
        }
        const std::vector<std::int64_t> inclusive = inclusiveValues(parents, m_self);
        std::vector<std::uint32_t> treeNode(parents.size(), 0);
        std::vector<std::uint32_t> runs(m_isRuntime.empty() ? 0 : parents.size(), 0);
        std::vector<std::uint8_t> opened(m_options.mergeRecursion ? parents.size() : 0, 0);
        const auto enter = [&](std::uint32_t node) {
            if (active[node] == 0 || m_poll.stopped()) {
                return;
            }
            const std::uint32_t frame = frameAt(node);
            std::uint32_t run = runs.empty() ? 0 : runs[parents[node]];
            const std::uint32_t at = descend(treeNode[parents[node]], frame, run);
            treeNode[node] = at;
            if (!runs.empty()) {
                runs[node] = run;
            }
            m_tree.addSelf(at, m_self[node]);
            const std::uint32_t label = m_labels.ofFrame[frame];
            m_tree.noteFrame(label, frame, m_profile.frames.all()[frame].isInlined, magnitude(inclusive[node]));
            std::uint32_t& onPath = m_onPath[label];
            if (m_options.mergeRecursion && onPath == kAbsent && !folds(frame)) {
                onPath = at;
                opened[node] = 1;
            }
        };
        const auto leave = [&](std::uint32_t node) {
            if (!opened.empty() && opened[node] != 0) {
                m_onPath[m_labels.ofFrame[frameAt(node)]] = kAbsent;
            }
        };
        walkDepthFirst(parents, enter, leave);
    }

    /// The first frame towards the root that users own; the leaf itself when there is none.
    [[nodiscard]] std::uint32_t firstUserNode(std::uint32_t node) const
    {
        const auto parents = m_profile.stacks.parents();
        std::uint32_t at = node;
        while (at != 0 && folds(frameAt(at))) {
            at = parents[at];
        }
        return at == 0 ? node : at;
    }

    struct Leaf {
        std::uint64_t key = 0;
        std::uint32_t node = 0;
    };

    /// Nodes with a value, those together whose inverted stacks begin alike: what one needs of the tree is then in the
    /// cache from the one before. The key holds as many labels as fit, the innermost in the highest bits.
    [[nodiscard]] std::vector<Leaf> leaves() const
    {
        const auto parents = m_profile.stacks.parents();
        const auto bits = static_cast<unsigned>(std::bit_width(m_labels.names.size()));
        std::vector<Leaf> leaves;
        for (std::uint32_t leaf = 1; leaf < parents.size(); ++leaf) {
            if (m_self[leaf] == 0) {
                continue;
            }
            std::uint64_t key = 0;
            unsigned free = 64;
            for (std::uint32_t node = firstUserNode(leaf); node != 0 && free >= bits; node = parents[node]) {
                free -= bits;
                key |= std::uint64_t { m_labels.ofFrame[frameAt(node)] } << free;
            }
            leaves.push_back({ key, leaf });
        }
        std::ranges::sort(
            leaves, [](const Leaf& a, const Leaf& b) { return a.key != b.key ? a.key < b.key : a.node < b.node; });
        return leaves;
    }

    void bottomUp()
    {
        const std::vector<Leaf> sorted = leaves();
        const std::uint64_t maxDepth =
            std::max(kMinInvertedDepth, kMaxInvertedSteps / std::max<std::uint64_t>(sorted.size(), 1));
        for (const Leaf& leaf : sorted) {
            if (m_poll.stopped()) {
                return;
            }
            invert(leaf.node, maxDepth);
        }
    }

    void invert(std::uint32_t leaf, std::uint64_t maxDepth)
    {
        const auto parents = m_profile.stacks.parents();
        std::uint32_t at = 0;
        std::uint64_t depth = 0;
        std::uint32_t run = 0;
        m_opened.clear();
        for (std::uint32_t node = firstUserNode(leaf); node != 0 && !m_poll.stopped(); node = parents[node]) {
            if (++depth > maxDepth) {
                at = m_tree.cutChild(at);
                break;
            }
            const std::uint32_t frame = frameAt(node);
            at = descend(at, frame, run);
            const std::uint32_t label = m_labels.ofFrame[frame];
            m_tree.noteFrame(label, frame, m_profile.frames.all()[frame].isInlined, magnitude(m_self[leaf]));
            if (m_options.mergeRecursion && m_onPath[label] == kAbsent && !folds(frame)) {
                m_onPath[label] = at;
                m_opened.push_back(label);
            }
        }
        for (const std::uint32_t label : m_opened) {
            m_onPath[label] = kAbsent;
        }
        m_tree.addSelf(at, m_self[leaf]);
    }

    StopPoll m_poll;
    const Profile& m_profile;
    std::span<const std::int64_t> m_self;
    CallTreeOptions m_options;
    FunctionLabels m_labels;
    TreeBuilder m_tree;
    std::vector<std::uint8_t> m_isRuntime; ///< empty = runtime frames are kept
    std::vector<std::uint32_t> m_onPath; ///< per label: its tree node on the current path
    std::vector<std::uint32_t> m_opened;
};

/// Folded text has its own separators: names may not hold them.
std::string foldedName(std::string_view name)
{
    std::string text(name);
    std::ranges::replace(text, ';', ':');
    std::ranges::replace(text, '\n', ' ');
    std::ranges::replace(text, '\r', ' ');
    return text;
}

/// The lines of folded text, sorted by text without being written down: those of a large profile are many times its size.
class FoldedLines {
public:
    FoldedLines(const CallTree& tree, const TaskContext& task)
        : m_task(task)
        , m_poll(task)
        , m_tree(tree)
    {
        m_names.reserve(tree.labels.size());
        for (const CallTree::LabelInfo& label : tree.labels) {
            m_names.push_back(foldedName(label.site.function));
        }
        for (std::uint32_t node = 1; node < tree.nodes.size() && !m_poll.stopped(); ++node) {
            if (tree.nodes[node].self != 0) {
                m_lines.push_back({ m_labels.size(), node });
                appendPath(node);
            }
        }
    }

    std::string text()
    {
        if (!sortLines()) {
            return {};
        }
        std::size_t bytes = 0;
        for (const Line& line : m_lines) {
            bytes += pathBytes(line) + std::to_string(m_tree.nodes[line.node].self).size() + 1;
        }
        std::string text;
        text.reserve(bytes);
        for (const Line& line : m_lines) {
            if (m_poll.stopped()) {
                return {};
            }
            appendFrom(line, 0, text);
            text += '\n';
        }
        return text;
    }

private:
    struct Line {
        std::size_t path = 0; ///< index into m_labels: as many as the node is deep, outermost first, then kEnd
        std::uint32_t node = 0;
    };
    static constexpr std::uint32_t kEnd = std::numeric_limits<std::uint32_t>::max();

    /// Sorted runs, merged: millions of lines take seconds, and no sort of the library can be stopped. False: it was.
    [[nodiscard]] bool sortLines()
    {
        constexpr std::size_t kRun = std::size_t { 1 } << 16U;
        const auto isLess = [this](const Line& a, const Line& b) { return isBefore(a, b); };
        const std::size_t count = m_lines.size();
        const auto at = [this](std::size_t i) { return m_lines.begin() + static_cast<std::ptrdiff_t>(i); };
        for (std::size_t begin = 0; begin < count; begin += kRun) {
            StopPoll now(m_task);
            if (now.stopped()) {
                return false;
            }
            std::sort(at(begin), at(std::min(begin + kRun, count)), isLess);
        }
        std::vector<Line> merged;
        for (std::size_t run = kRun; run < count; run *= 2) {
            merged.clear();
            merged.reserve(count);
            for (std::size_t begin = 0; begin < count; begin += 2 * run) {
                const std::size_t middle = std::min(begin + run, count);
                const std::size_t end = std::min(begin + 2 * run, count);
                std::size_t left = begin;
                std::size_t right = middle;
                while (left < middle || right < end) {
                    if (m_poll.stopped()) {
                        return false;
                    }
                    const bool isRight = left == middle || (right < end && isLess(m_lines[right], m_lines[left]));
                    merged.push_back(m_lines[isRight ? right++ : left++]);
                }
            }
            m_lines.swap(merged);
        }
        return true;
    }

    void appendPath(std::uint32_t node)
    {
        const std::size_t first = m_labels.size();
        for (std::uint32_t at = node; at != 0; at = m_tree.nodes[at].parent) {
            m_labels.push_back(m_tree.nodes[at].label);
        }
        std::reverse(m_labels.begin() + static_cast<std::ptrdiff_t>(first), m_labels.end());
        m_labels.push_back(kEnd);
    }

    [[nodiscard]] std::size_t pathBytes(const Line& line) const
    {
        std::size_t bytes = 0;
        for (std::size_t i = line.path; m_labels[i] != kEnd; ++i) {
            bytes += m_names[m_labels[i]].size() + 1;
        }
        return bytes;
    }

    /// The line from its frame number `depth` on: "leaf;inner 42".
    void appendFrom(const Line& line, std::size_t depth, std::string& text) const
    {
        for (std::size_t i = line.path + depth; m_labels[i] != kEnd; ++i) {
            text += m_names[m_labels[i]];
            text += m_labels[i + 1] == kEnd ? ' ' : ';';
        }
        text += std::to_string(m_tree.nodes[line.node].self);
    }

    [[nodiscard]] bool isBefore(const Line& a, const Line& b) const
    {
        std::size_t depth = 0;
        while (m_labels[a.path + depth] == m_labels[b.path + depth] && m_labels[a.path + depth] != kEnd) {
            ++depth;
        }
        const std::uint32_t left = m_labels[a.path + depth];
        const std::uint32_t right = m_labels[b.path + depth];
        if (left != kEnd && right != kEnd) {
            const std::string& leftName = m_names[left];
            const std::string& rightName = m_names[right];
            const std::size_t common = std::min(leftName.size(), rightName.size());
            if (const int order = leftName.compare(0, common, rightName, 0, common); order != 0) {
                return order < 0;
            }
        }
        // One name starts with the other, or one stack with the other: what follows decides, separators included.
        depth -= depth > 0 ? 1U : 0U;
        std::string leftRest;
        std::string rightRest;
        appendFrom(a, depth, leftRest);
        appendFrom(b, depth, rightRest);
        return leftRest < rightRest;
    }

    const TaskContext& m_task;
    StopPoll m_poll;
    const CallTree& m_tree;
    std::vector<std::string> m_names;
    std::vector<std::uint32_t> m_labels;
    std::vector<Line> m_lines;
};

} // namespace

CallTree callTree(
    const Profile& profile, std::span<const std::int64_t> self, const CallTreeOptions& options, const TaskContext& task)
{
    return CallTreeMaker(profile, self, options, task).run();
}

std::string foldedText(const CallTree& tree, const TaskContext& task)
{
    return FoldedLines(tree, task).text();
}

} // namespace heaptoll
