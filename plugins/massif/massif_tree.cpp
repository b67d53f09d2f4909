// SPDX-License-Identifier: Apache-2.0
#include "plugins/massif/massif_tree.h"

#include <charconv>

namespace heaptoll {
namespace {

constexpr std::size_t kMaxDepth = 4096; ///< Massif's own limit is 200 (--depth)

/// A number at the start of text, which it is taken from.
template<typename T>
std::optional<T> takeNumber(std::string_view& text)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc {} || text.front() == '-') {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

} // namespace

std::uint32_t MassifFrames::intern(std::string_view text)
{
    if (const auto it = m_ids.find(text); it != m_ids.end()) {
        return it->second;
    }
    const auto id = static_cast<std::uint32_t>(m_texts.size());
    m_texts.push_back(m_ids.emplace(text, id).first->first);
    return id;
}

std::optional<MassifNodeLine> parseMassifNode(std::string_view line)
{
    MassifNodeLine node;
    node.depth = line.find_first_not_of(' ');
    if (node.depth == std::string_view::npos || line[node.depth] != 'n') {
        return std::nullopt;
    }
    line.remove_prefix(node.depth + 1);
    const auto children = takeNumber<std::uint64_t>(line);
    if (!children || !line.starts_with(": ")) {
        return std::nullopt;
    }
    line.remove_prefix(2);
    const auto bytes = takeNumber<std::int64_t>(line);
    if (!bytes || !line.starts_with(' ')) {
        return std::nullopt;
    }
    node.children = *children;
    node.bytes = *bytes;
    node.text = line.substr(1);
    return node;
}

void MassifTree::begin()
{
    m_nodes.clear();
    m_path.clear();
    m_firstRow = m_rows.size();
    m_firstFrame = m_rows.frames.size();
    m_unlistedNodes = 0;
    m_isOpen = true;
}

void MassifTree::abandon()
{
    m_rows.ends.resize(m_firstRow);
    m_rows.bytes.resize(m_firstRow);
    m_rows.frames.resize(m_firstFrame);
    m_isOpen = false;
}

void MassifTree::addRow(std::int64_t bytes)
{
    if (bytes == 0) {
        return;
    }
    if (m_path.empty()) {
        m_rows.frames.push_back(m_rootFrame);
    }
    m_rows.frames.insert(m_rows.frames.end(), m_path.begin(), m_path.end());
    m_rows.ends.push_back(m_rows.frames.size());
    m_rows.bytes.push_back(bytes);
}

/// Closes the nodes whose children have all come.
void MassifTree::closeNodes()
{
    while (!m_nodes.empty() && m_nodes.back().childrenLeft == 0) {
        if (m_nodes.back().bytesLeft > 0) {
            ++m_unlistedNodes;
            m_path.push_back(m_frames.intern(kUnlisted));
            addRow(m_nodes.back().bytesLeft);
            m_path.pop_back();
        }
        m_nodes.pop_back();
        if (!m_path.empty()) {
            m_path.pop_back();
        }
    }
    m_isOpen = !m_nodes.empty();
}

std::optional<std::string> MassifTree::add(const MassifNodeLine& line)
{
    if (line.depth != m_nodes.size()) {
        return "is " + std::to_string(line.depth) + " deep, where the nodes before it leave only "
            + std::to_string(m_nodes.size());
    }
    if (line.depth > kMaxDepth) {
        return "is deeper than " + std::to_string(kMaxDepth) + " frames";
    }
    if (m_nodes.empty()) {
        m_rootFrame = m_frames.intern(line.text);
        m_totalBytes = line.bytes;
    } else {
        Node& parent = m_nodes.back();
        if (line.bytes > parent.bytesLeft) {
            return "has more bytes (" + std::to_string(line.bytes) + ") than its parent has left ("
                + std::to_string(parent.bytesLeft) + ')';
        }
        parent.bytesLeft -= line.bytes;
        --parent.childrenLeft;
        const bool isRest =
            line.text.starts_with("in ") && line.text.find("below massif's threshold") != std::string_view::npos;
        m_path.push_back(m_frames.intern(isRest ? kBelowThreshold : line.text));
    }
    if (line.children == 0) {
        addRow(line.bytes);
        m_nodes.push_back({});
    } else {
        m_nodes.push_back({ line.children, line.bytes });
    }
    closeNodes();
    return std::nullopt;
}

} // namespace heaptoll
