// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/english_plurals.h"

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

QString EnglishPlurals::translate(
    const char* /*context*/, const char* sourceText, const char* /*disambiguation*/, int n) const
{
    if (n < 0 || sourceText == nullptr) {
        return {}; // no number: the source text stands as it is
    }
    QString text = QString::fromUtf8(sourceText);
    return text.replace(u"(s)"_s, n == 1 ? QString() : u"s"_s);
}

} // namespace heaptoll::gui
