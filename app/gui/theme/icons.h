// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QIcon>
#include <QString>

class QColor;
class QPainter;
class QRectF;

namespace heaptoll::gui {

/// An icon of :/icons whose strokes have the text colour of the active theme, whatever that is when it is painted.
[[nodiscard]] QIcon themedIcon(const QString& name);
/// Paints an icon of :/icons in a colour: delegates.
void paintIcon(QPainter& painter, const QRectF& target, const QString& name, const QColor& color);

} // namespace heaptoll::gui
