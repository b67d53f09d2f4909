// SPDX-License-Identifier: Apache-2.0
#include "core/model/frame_table.h"
#include "core/model/label_set.h"
#include "core/model/stack_trie.h"
#include "core/model/string_table.h"
#include "tests/support/check.h"

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
