// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flame/flame_tree.h"

#include <QRegularExpression>

namespace heaptoll::gui {

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
