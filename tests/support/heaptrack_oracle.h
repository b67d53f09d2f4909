// SPDX-License-Identifier: Apache-2.0
#pragma once

// Puts a profile into the words of heaptrack_print, to compare them line by line with its output.

#include "core/model/profile.h"

#include <cctype>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::test {

using FoldedCosts = std::map<std::string, std::int64_t>; ///< "root;...;leaf;" -> cost, lines of the same stack added

/// "std::vector<int>" -> "std::vector<>"; operator<, << and -> keep their signs.
inline std::string withoutTemplates(std::string_view name)
{
    std::string out;
    int depth = 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool isOperator = out.ends_with("operator") || out.ends_with("operator<") || out.ends_with("operator>");
        if (name[i] == '<' && !isOperator) {
            out += depth++ == 0 ? "<" : "";
        } else if (name[i] == '>' && depth > 0) {
            out += --depth == 0 ? ">" : "";
        } else if (depth == 0) {
            out += name[i];
        }
    }
    return out;
}

inline std::string heaptrackFrame(const Profile& profile, const Frame& frame)
{
    std::ostringstream out;
    const std::string_view function = profile.strings.view(frame.function);
    const std::string_view file = profile.strings.view(frame.file);
    if (function.empty()) {
        out << "0x" << std::hex << frame.address;
    } else {
        out << withoutTemplates(function);
    }
    if (!file.empty()) {
        out << " (" << file.substr(file.rfind('/') + 1) << ')';
    }
    out << ';';
    return out.str();
}

/// heaptrack_print's line for a stack: from main on, without operator new at its leaf, and of one address the innermost inlined function first (which
/// is the wrong way round in a list that starts at the root; the trie has it right).
inline std::string heaptrackStack(const Profile& profile, NodeId stack)
{
    std::vector<std::vector<const Frame*>> addresses; // leaf first; frames innermost first
    bool startsNew = true;
    const auto isOperatorNew = [&](const Frame& frame) {
        const std::string_view name = profile.strings.view(frame.function);
        return name.starts_with("operator new(") || name.starts_with("operator new[](");
    };
    while (!stack.isNone() && isOperatorNew(profile.frameOf(stack))) {
        stack = profile.stacks.parent(stack);
    }
    for (NodeId node = stack; !node.isNone(); node = profile.stacks.parent(node)) {
        const Frame& frame = profile.frameOf(node);
        if (startsNew) {
            addresses.emplace_back();
        }
        addresses.back().push_back(&frame);
        startsNew = !frame.isInlined;
    }
    std::string line;
    for (const auto& frames : addresses) {
        std::string text;
        bool isMain = false;
        for (const Frame* frame : frames) {
            text += heaptrackFrame(profile, *frame);
            isMain = isMain || profile.strings.view(frame->function) == "main";
        }
        line = text + line;
        if (isMain) {
            break;
        }
    }
    return line;
}

inline FoldedCosts foldedLikeHeaptrack(const Profile& profile, Metric metric)
{
    FoldedCosts costs;
    const std::size_t column = *profile.valueIndex(metric);
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
        costs[heaptrackStack(profile, NodeId { profile.samples.stacks[row] })] += profile.samples.values[column][row];
    }
    return costs;
}

inline FoldedCosts parseFolded(const std::string& text)
{
    FoldedCosts costs;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const std::size_t space = line.rfind(' ');
        costs[line.substr(0, space)] += std::stoll(line.substr(space + 1));
    }
    return costs;
}

} // namespace heaptoll::test
