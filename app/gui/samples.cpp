// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/samples.h"

#include <QCoreApplication>
#include <QDir>
#include <QStringList>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

QString sampleFolder()
{
    const QString program = QCoreApplication::applicationDirPath();
    QStringList roots { qEnvironmentVariable("HEAPTOLL_SAMPLES"), program + u"/../share/heaptoll/samples"_s,
        u"/usr/share/heaptoll/samples"_s };
    // A program in the build tree (build/<preset>/app/gui or build/<preset>/bin) finds the samples of the sources.
    QDir folder(program);
    for (int level = 0; level < 6 && folder.cdUp(); ++level) {
        roots << folder.filePath(u"resources/samples"_s);
    }
    for (const QString& root : roots) {
        const QDir sample(root + u"/leaky-shop"_s);
        if (!root.isEmpty() && sample.exists()) {
            return QDir::cleanPath(sample.absolutePath());
        }
    }
    return {};
}

} // namespace heaptoll::gui
