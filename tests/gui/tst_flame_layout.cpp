// SPDX-License-Identifier: Apache-2.0
#include "app/gui/flame/flame_tree.h"
#include "tests/support/check.h"

using namespace heaptoll;
using namespace heaptoll::gui;

namespace {

/// all -> main -> { a -> a1, b, many small ones }
CallTree sampleTree(std::int64_t small)
{
    CallTree tree;
    const auto add = [&](std::uint32_t parent, const char* name, std::int64_t self) {
        tree.labels.push_back({ { name, "", 0, "" }, false, false, 0 });
        tree.nodes.push_back({ parent, static_cast<std::uint32_t>(tree.labels.size() - 1), self, self });
        return static_cast<std::uint32_t>(tree.nodes.size() - 1);
    };
    add(0, "all", 0);
    const auto main = add(0, "main", 0);
    const auto a = add(main, "a", 100);
    add(main, "b", 300);
    for (std::int64_t i = 0; i < small; ++i) {
        add(main, "small", 1);
    }
    add(a, "a", 500); // recursion
    for (std::size_t node = tree.nodes.size() - 1; node > 0; --node) {
        tree.nodes[tree.nodes[node].parent].total += tree.nodes[node].total;
    }
    return tree;
}

} // namespace

TEST(placeOfAPath_survivesFramesThatComeAndGo)
{
    const FlameTree tree(sampleTree(0), {}); // 1 main, 2 a, 3 b, 4 a in a
    CHECK_EQ(placeOf(tree, {}), 0U);
    CHECK_EQ(placeOf(tree, { "all", "main", "b" }), 3U);
    CHECK_EQ(placeOf(tree, { "all", "main", "a", "a" }), 4U); // the very path, not the heaviest
    CHECK_EQ(placeOf(tree, { "all", "main", "mallocgc", "b" }), 3U); // a frame on the way was folded
    CHECK_EQ(placeOf(tree, { "all", "rt0_go", "main", "a" }), 2U); // the heaviest of two
    CHECK_EQ(placeOf(tree, { "all", "main", "gone" }), 1U);
}

TEST(layout_isProportionalAndStaysInsideTheParent)
{
    const CallTree tree = sampleTree(0);
    const CallTreeIndex index(tree);
    const FlameLayout layout = layoutFlame(tree, index, 0, 900);
    CHECK_EQ(layout.rowCount(), 4U);
    CHECK_EQ(layout.boxes.size(), 5U);
    const FlameBox& a = layout.boxes[*layout.boxOf(2)];
    CHECK_NEAR(a.x1 - a.x0, 600, 1e-9);
    const FlameBox& b = layout.boxes[*layout.boxOf(3)];
    CHECK_NEAR(b.x0, a.x1, 1e-9);
    CHECK_NEAR(b.x1, 900, 1e-9);
}

TEST(layout_mergesSmallFramesIntoOneBlock)
{
    const CallTree tree = sampleTree(100);
    const CallTreeIndex index(tree);
    const FlameLayout layout = layoutFlame(tree, index, 0, 1000);
    std::uint32_t merged = 0;
    for (const FlameBox& box : layout.boxes) {
        merged += box.mergedCount;
    }
    CHECK_EQ(merged, 100U);
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        const FlameBox& box = layout.boxes[i];
        CHECK(box.x1 <= 1000.0 + 1e-9);
        CHECK_EQ(*layout.boxAt((box.x0 + box.x1) / 2, box.depth), i);
    }
    CHECK(!layout.boxAt(-1, 0));
    CHECK(!layout.boxAt(10, 99));
}

TEST(zoom_fillsTheWidthBelowItsPath)
{
    const CallTree tree = sampleTree(10);
    const CallTreeIndex index(tree);
    const FlameLayout layout = layoutFlame(tree, index, 2, 800);
    for (const std::uint32_t node : pathTo(tree, 2)) {
        const FlameBox& box = layout.boxes[*layout.boxOf(node)];
        CHECK_EQ(box.x0, 0.0);
        CHECK_EQ(box.x1, 800.0);
    }
    CHECK(!layout.boxOf(3));
}

TEST(matches_countEachStackOnce)
{
    const CallTree tree = sampleTree(0);
    const FlameMatches matches =
        matchFrames(tree, [](const CallTree::LabelInfo& label) { return label.site.function == "a"; });
    CHECK_EQ(matches.nodes.size(), 2U);
    CHECK_EQ(matches.total, 600);
}

TEST(emptyTree_hasNoBoxes)
{
    const CallTree tree;
    CHECK_EQ(layoutFlame(tree, CallTreeIndex(tree), 0, 100).boxes.size(), 0U);
}

HEAPTOLL_TEST_MAIN
