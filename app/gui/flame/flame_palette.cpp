// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/flame/flame_palette.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace heaptoll::gui {
namespace {

using namespace Qt::StringLiterals;

/// "a::b<c::d>::f(int)" -> "a::b<c::d>": the last :: outside brackets.
qsizetype lastScope(const QString& name)
{
    int depth = 0;
    qsizetype last = -1;
    for (qsizetype i = 0; i + 1 < name.size(); ++i) {
        const QChar c = name.at(i);
        if (c == u'(') {
            break;
        }
        depth += c == u'<' ? 1 : 0;
        depth -= c == u'>' ? 1 : 0;
        if (depth == 0 && c == u':' && name.at(i + 1) == u':') {
            last = i;
        }
    }
    return last;
}

} // namespace

QString packageOf(const Site& site)
{
    const QString name = QString::fromStdString(site.function);
    if (const qsizetype scope = lastScope(name); scope > 0) {
        return name.left(name.indexOf(u"::"_s));
    }
    const qsizetype slash = name.lastIndexOf(u'/');
    const qsizetype dot = name.indexOf(u'.', slash < 0 ? 0 : slash);
    if (dot > 0 && !name.contains(u'(')) {
        return name.left(dot);
    }
    if (dot > 0 && dot < name.indexOf(u'(')) {
        return name.left(dot);
    }
    const QString module = QString::fromStdString(site.module);
    return module.mid(module.lastIndexOf(u'/') + 1);
}

FlameCategories categorise(const CallTree& tree)
{
    QHash<QString, double> weight;
    QStringList packageOfLabel;
    for (const CallTree::LabelInfo& label : tree.labels) {
        packageOfLabel << (label.isRuntime ? QString() : packageOf(label.site));
    }
    for (std::size_t node = 1; node < tree.nodes.size(); ++node) {
        const CallTree::Node& one = tree.nodes[node];
        weight[packageOfLabel.at(static_cast<qsizetype>(one.label))] += std::abs(static_cast<double>(one.total));
    }
    weight.remove(QString());
    QStringList order = weight.keys();
    std::ranges::sort(order, [&](const QString& a, const QString& b) {
        return weight.value(a) != weight.value(b) ? weight.value(a) > weight.value(b) : a < b;
    });
    FlameCategories categories;
    for (const QString& package : order.mid(0, 6)) {
        categories.packages.push_back(package);
    }
    for (const QString& package : packageOfLabel) {
        const auto it = std::ranges::find(categories.packages, package);
        categories.slotOfLabel.push_back(it == categories.packages.end() || package.isEmpty()
                ? FlameCategories::kRuntime
                : static_cast<std::uint8_t>(it - categories.packages.begin()));
    }
    return categories;
}

} // namespace heaptoll::gui
