// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flame/flame_tree.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString labelName(const CallTree::LabelInfo& label)
{
    if (label.foldedFrames > 0) {
        return QCoreApplication::translate(
            "FlameTree", "%n runtime frame(s)", nullptr, static_cast<int>(label.foldedFrames));
    }
    const QString name = label.site.function.empty() ? QCoreApplication::translate("FlameTree", "(no function name)")
                                                     : QString::fromStdString(label.site.function);
    return label.isInlined ? QString(name + u" (inl)"_s) : name;
}

/// 0 = no frame has that name.
std::uint32_t heaviestNamed(const CallTree& tree, const QString& name)
{
    std::vector<char> isNamed; // by label: there are far fewer labels than nodes
    for (const CallTree::LabelInfo& label : tree.labels) {
        isNamed.push_back(labelName(label) == name ? 1 : 0);
    }
    std::uint32_t heaviest = 0;
    for (std::uint32_t node = 1; node < tree.nodes.size(); ++node) {
        const CallTree::Node& one = tree.nodes[node];
        if (isNamed[one.label] != 0 && (heaviest == 0 || one.total > tree.nodes[heaviest].total)) {
            heaviest = node;
        }
    }
    return heaviest;
}

} // namespace

QString frameName(const CallTree& tree, std::uint32_t node)
{
    return node == 0 ? QCoreApplication::translate("FlameTree", "all") : labelName(tree.labels[tree.nodes[node].label]);
}

std::uint32_t placeOf(const FlameTree& tree, const QStringList& path)
{
    std::uint32_t place = 0;
    for (qsizetype level = 1; level < path.size(); ++level) {
        const auto children = tree.index.of(place);
        const auto it = std::ranges::find_if(
            children, [&](std::uint32_t child) { return frameName(tree.calls, child) == path.at(level); });
        if (it == children.end()) {
            const std::uint32_t heaviest = heaviestNamed(tree.calls, path.back());
            return heaviest != 0 ? heaviest : place;
        }
        place = *it;
    }
    return place;
}

FlameMatches matchesOf(const CallTree& tree, const QString& search)
{
    const bool isRegex = search.size() > 2 && search.startsWith(u'/') && search.endsWith(u'/');
    const QRegularExpression pattern(isRegex ? search.mid(1, search.size() - 2) : QRegularExpression::escape(search),
        QRegularExpression::CaseInsensitiveOption);
    if (search.isEmpty() || !pattern.isValid()) {
        return {};
    }
    return matchFrames(tree, [&](const CallTree::LabelInfo& label) {
        return QString::fromStdString(label.site.function).contains(pattern)
            || QString::fromStdString(label.site.file).contains(pattern);
    });
}

FlameTree::FlameTree(CallTree tree, const QString& searched)
    : calls(std::move(tree))
    , index(calls)
    , categories(categorise(calls))
    , search(searched)
    , matches(matchesOf(calls, searched))
{ }

} // namespace heaptoll::gui
