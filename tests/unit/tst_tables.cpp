// SPDX-License-Identifier: Apache-2.0
#include "core/model/frame_table.h"
#include "core/model/label_set.h"
#include "core/model/stack_trie.h"
#include "core/model/string_table.h"
#include "tests/support/check.h"

#include <algorithm>
#include <vector>

using namespace heaptoll;

TEST(stringTable_internsOnceAndKeepsViews)
{
    StringTable table;
    const StringId first = table.intern("openSession");
    const std::string_view view = table.view(first);
    for (int i = 0; i < 100'000; ++i) {
        (void)table.intern("name" + std::to_string(i));
    }
    CHECK_EQ(table.intern("openSession").value, first.value);
    CHECK_EQ(view, "openSession");
    CHECK_EQ(table.intern("").value, 0U);
    CHECK_EQ(table.size(), 100'002U);
    CHECK_EQ(table.view(table.intern(std::string(3'000'000, 'x'))).size(), 3'000'000U);
}

TEST(stackTrie_parentsComeBeforeChildren)
{
    StackTrie trie;
    for (std::uint32_t i = 0; i < 50'000; ++i) {
        const NodeId parent { i % 7 == 0 ? 0 : trie.size() - 1 };
        (void)trie.child(parent, FrameId { 1 + i % 1000 });
    }
    for (std::size_t node = 1; node < trie.size(); ++node) {
        CHECK(trie.parents()[node] < node);
    }
    const NodeId node = trie.child(NodeId { 3 }, FrameId { 7777 });
    CHECK_EQ(trie.child(NodeId { 3 }, FrameId { 7777 }).value, node.value);
    const TrieChildren children = childrenOf(trie);
    CHECK_EQ(children.nodes.size(), trie.size() - 1);
    std::size_t seen = 0;
    for (std::uint32_t parent = 0; parent < trie.size(); ++parent) {
        for (const std::uint32_t child : children.of(parent)) {
            CHECK_EQ(trie.parents()[child], parent);
            ++seen;
        }
    }
    CHECK_EQ(seen, trie.size() - 1);
}

namespace {

using Paths = std::vector<std::vector<FrameId>>;

Paths randomPaths(std::size_t count)
{
    Paths paths;
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
        auto& path = paths.emplace_back();
        state = state * 1664525U + 1013904223U;
        for (std::uint32_t depth = state >> 28U; depth > 0; --depth) {
            state = state * 1664525U + 1013904223U;
            path.emplace_back(1 + (state >> 30U));
        }
    }
    return paths;
}

std::vector<FrameId> framesOf(const StackTrie& trie, NodeId node)
{
    std::vector<FrameId> frames;
    for (; !node.isNone(); node = trie.parent(node)) {
        frames.insert(frames.begin(), trie.frame(node));
    }
    return frames;
}

} // namespace

TEST(stackTrie_orderOfStacksOnlyNumbersThem)
{
    const Paths shuffled = randomPaths(20'000);
    Paths ascending = shuffled;
    std::ranges::sort(ascending);
    Paths late = ascending; // in order until the index has to be made in the middle
    std::ranges::reverse(late.begin() + 10'000, late.end());
    std::size_t size = 0;
    for (const Paths& paths : { shuffled, ascending, late }) {
        StackTrie trie;
        std::vector<NodeId> nodes;
        for (const auto& path : paths) {
            nodes.push_back(trie.path(path));
        }
        for (std::size_t i = 0; i < paths.size(); ++i) {
            CHECK(framesOf(trie, nodes[i]) == paths[i]);
        }
        for (std::size_t node = 1; node < trie.size(); ++node) {
            CHECK(trie.parents()[node] < node);
        }
        CHECK_EQ(trie.path(paths[77]).value, nodes[77].value);
        CHECK(size == 0 || trie.size() == size);
        size = trie.size();
        trie.freeze();
        CHECK(framesOf(trie, nodes[77]) == paths[77]);
    }
}

TEST(stackTrie_childFindsWhatPathMade)
{
    StackTrie trie;
    const std::vector<FrameId> path { FrameId { 1 }, FrameId { 2 } };
    const NodeId leaf = trie.path(path);
    CHECK_EQ(trie.path({}).value, 0U);
    CHECK_EQ(trie.path(std::span(path).first(1)).value, trie.parent(leaf).value);
    CHECK_EQ(trie.child(trie.parent(leaf), FrameId { 2 }).value, leaf.value);
    CHECK_EQ(trie.path(path).value, leaf.value);
    CHECK_EQ(trie.size(), 3U);
}

TEST(frameTable_identityIsAllColumns)
{
    FrameTable frames;
    Frame frame;
    frame.function = StringId { 1 };
    frame.line = 14;
    const FrameId id = frames.intern(frame);
    CHECK_EQ(frames.intern(frame).value, id.value);
    frame.isInlined = true;
    CHECK(frames.intern(frame).value != id.value);
    CHECK(frames.intern(Frame {}).isNone());
}

TEST(labelTable_orderDoesNotMatter)
{
    LabelTable labels;
    const Label a { StringId { 1 }, StringId { 2 }, 0, {} };
    const Label b { StringId { 3 }, {}, 42, StringId { 4 } };
    const std::vector<Label> ab { a, b };
    const std::vector<Label> ba { b, a };
    CHECK_EQ(labels.intern(ab).value, labels.intern(ba).value);
    CHECK(labels.intern({}).isNone());
    CHECK_EQ(labels.textOf(labels.intern(ab), StringId { 1 }).value, 2U);
    CHECK(labels.textOf(labels.intern(ab), StringId { 9 }).isNone());
}

HEAPTOLL_TEST_MAIN
