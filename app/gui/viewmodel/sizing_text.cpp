// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/sizing_text.h"

#include "app/gui/text.h"

#include <QStringList>

#include <cmath>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

/// Kubernetes quantity, whole MiB.
QString quantity(double bytes)
{
    constexpr double kMib = 1024.0 * 1024.0;
    return QString::number(static_cast<qint64>(std::ceil(bytes / kMib))) + u"Mi"_s;
}

QString target(const SizingAdvice& advice)
{
    return (advice.ownerKind.empty() ? u"<kind>"_s : toQString(advice.ownerKind)) + u'/' + toQString(advice.workload);
}

} // namespace

QString yamlPatch(const SizingAdvice& advice)
{
    if (!advice.recommendedRequestBytes) {
        return {};
    }
    QStringList keys { u"spec"_s };
    if (advice.ownerKind == "cronjob") {
        keys << u"jobTemplate"_s << u"spec"_s;
    }
    keys << u"template"_s << u"spec"_s << u"containers"_s;
    QString text = advice.ownerKind.empty()
        ? u"# for %1: see which kind of workload made its pods\n"_s.arg(target(advice))
        : QString();
    for (qsizetype depth = 0; depth < keys.size(); ++depth) {
        text += QString(2 * depth, u' ') + keys[depth] + u":\n"_s;
    }
    const QString indent(2 * keys.size(), u' ');
    text += indent + u"- name: %1\n"_s.arg(toQString(advice.container)) + indent + u"  resources:\n"_s;
    text +=
        indent + u"    requests:\n"_s + indent + u"      memory: %1\n"_s.arg(quantity(*advice.recommendedRequestBytes));
    if (advice.recommendedLimitBytes) {
        text +=
            indent + u"    limits:\n"_s + indent + u"      memory: %1\n"_s.arg(quantity(*advice.recommendedLimitBytes));
    }
    return text;
}

QString kubectlCommand(const SizingAdvice& advice)
{
    if (!advice.recommendedRequestBytes) {
        return {};
    }
    QString command = u"kubectl"_s;
    if (!advice.ns.empty()) {
        command += u" -n "_s + toQString(advice.ns);
    }
    command += u" set resources %1 -c %2 --requests=memory=%3"_s.arg(
        target(advice), toQString(advice.container), quantity(*advice.recommendedRequestBytes));
    if (advice.recommendedLimitBytes) {
        command += u" --limits=memory="_s + quantity(*advice.recommendedLimitBytes);
    }
    return command + u'\n';
}

} // namespace heaptoll::gui
