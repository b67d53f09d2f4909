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
    CallTreeMaker(const Profile& profile, std::span<const std::int64_t> self, const CallTreeOptions& options)
        : m_profile(profile)
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
            if (active[node] == 0) {
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
        for (std::uint32_t node = firstUserNode(leaf); node != 0; node = parents[node]) {
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

} // namespace

CallTree callTree(const Profile& profile, std::span<const std::int64_t> self, const CallTreeOptions& options)
{
    return CallTreeMaker(profile, self, options).run();
}

std::string foldedText(const CallTree& tree)
{
    std::vector<std::string> names;
    names.reserve(tree.labels.size());
    for (const CallTree::LabelInfo& label : tree.labels) {
        names.push_back(foldedName(label.site.function));
    }
    std::vector<std::string> lines;
    std::vector<std::uint32_t> path;
    for (std::uint32_t node = 1; node < tree.nodes.size(); ++node) {
        if (tree.nodes[node].self == 0) {
            continue;
        }
        path.clear();
        for (std::uint32_t at = node; at != 0; at = tree.nodes[at].parent) {
            path.push_back(tree.nodes[at].label);
        }
        std::string line;
        for (std::size_t i = path.size(); i-- > 0;) {
            line += names[path[i]];
            line += i == 0 ? ' ' : ';';
        }
        line += std::to_string(tree.nodes[node].self);
        lines.push_back(std::move(line));
    }
    std::ranges::sort(lines);
    std::string text;
    for (const std::string& line : lines) {
        text += line;
        text += '\n';
    }
    return text;
}

} // namespace heaptoll
