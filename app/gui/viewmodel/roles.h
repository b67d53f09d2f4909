// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/qnamespace.h>

namespace heaptoll::gui {

/// Roles that all models of the GUI share. DisplayRole is the formatted text, ToolTipRole the full precision.
enum Role : int {
    SortRole = Qt::UserRole + 1, ///< raw value (double or QString); invalid = unknown, sorts last
    BarRole, ///< double 0..1: share bar behind the number
    BarColorRole, ///< QColor of the bar
    SparklineRole, ///< QList<double>: drawn instead of text
    IconNameRole, ///< QString: icon of :/icons before the text
    IconColorRole, ///< QColor of that icon
    KeyRole, ///< stable key of the row (service name, finding id), for selection
};

} // namespace heaptoll::gui
