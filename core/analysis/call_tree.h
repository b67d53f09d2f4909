// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/site.h"
#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/model/profile.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// What a row of a table stands for.
enum class GroupBy : std::uint8_t { Function, Site, File, Module };
[[nodiscard]] std::string_view name(GroupBy by); ///< "function", ...
[[nodiscard]] std::optional<GroupBy> parseGroupBy(std::string_view name);

/// Self values of one value column per trie node. Shape: profile.stacks.size(). Complexity: O(samples).
[[nodiscard]] std::vector<std::int64_t> selfPerNode(const Profile& profile, std::size_t valueIndex);

struct TopRow {
    std::string name; ///< of the group: function, "function file:line", file, or module
    Site site; ///< representative
    std::int64_t self = 0; ///< of stacks whose innermost frame is in the group
    std::int64_t total = 0; ///< of stacks with a frame in the group, each stack once
    bool isInlined = false; ///< every frame of the group was inlined
};

struct TopTable {
    ValueType type;
    std::optional<std::int64_t> total; ///< nullopt = does not fit 64 bits
    std::vector<TopRow> rows; ///< most total first, ties by name
};

/// Which runtime and allocator frames fold into their caller. Patterns are in runtime_frames.h.
enum class RuntimeFrames : std::uint8_t { Keep, Fold };

/// Self and total per group. Units: those of the value type. Complexity: O(trie nodes + samples), recursion-free.
/// What a cancelled task gets, here and below, is not to be used.
[[nodiscard]] TopTable topTable(const Profile& profile, std::size_t valueIndex, GroupBy by,
    RuntimeFrames runtime = RuntimeFrames::Keep, const TaskContext& task = {});
/// The same over values that are not a column of the profile (a range of a recording, a difference, money).
/// Shape: self has one value per trie node.
[[nodiscard]] TopTable topTable(const Profile& profile, std::span<const std::int64_t> self, const ValueType& type,
    GroupBy by, RuntimeFrames runtime = RuntimeFrames::Keep, const TaskContext& task = {});

enum class TreeOrder : std::uint8_t { TopDown, BottomUp };
struct CallTreeOptions {
    TreeOrder order = TreeOrder::TopDown;
    RuntimeFrames runtime = RuntimeFrames::Keep;
    bool mergeRecursion = false;
};

/// A tree of functions (lines and addresses merged), for flame graphs. Shape: parallel columns; node 0 is "all";
/// parent[i] < i; siblings are ordered by total descending, ties by name. Labels index `names`.
struct CallTree {
    struct Node {
        std::uint32_t parent = 0;
        std::uint32_t label = 0; ///< index into labels
        std::int64_t self = 0;
        std::int64_t total = 0;
    };
    struct LabelInfo {
        Site site; ///< function, and the file/line of its heaviest node
        bool isRuntime = false;
        bool isInlined = false;
        std::uint32_t foldedFrames = 0; ///< > 0: this label stands for folded runtime frames
    };
    std::vector<Node> nodes;
    std::vector<LabelInfo> labels;
};
[[nodiscard]] CallTree callTree(const Profile& profile, std::span<const std::int64_t> self,
    const CallTreeOptions& options, const TaskContext& task = {});

/// "root;child;leaf value" lines, sorted by text; zero values left out.
[[nodiscard]] std::string foldedText(const CallTree& tree, const TaskContext& task = {});

enum class DiffClass : std::uint8_t { Grew, New, Shrank, Gone, Same };
[[nodiscard]] std::string_view name(DiffClass diffClass); ///< "grew", ...
struct DiffRow {
    std::string name;
    Site site;
    std::int64_t before = 0;
    std::int64_t after = 0;
    std::int64_t delta = 0;
    DiffClass diffClass = DiffClass::Same;
};
/// Total per group, before and after; largest absolute delta first, ties by name.
[[nodiscard]] std::vector<DiffRow> diffTables(const TopTable& before, const TopTable& after);

} // namespace heaptoll
