// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/viewmodel/import_model.h"

#include <QWidget>

class QComboBox;
class QDateTimeEdit;
class QLabel;

namespace heaptoll::gui {

/// What the user decides about the selected files: the importer, the service, the place on the calendar.
class ImportChoices : public QWidget {
    Q_OBJECT
public:
    explicit ImportChoices(QWidget* parent = nullptr);

    /// Shows what holds for the first item; what is chosen goes for all of them. Empty = nothing is selected.
    void show(const std::vector<const ImportItem*>& items, const QStringList& formats, const QStringList& services);
    /// Takes over what was typed and not confirmed.
    void commit();

signals:
    void formatChosen(const QString& format); ///< "" = as detected
    void serviceChosen(const QString& service); ///< "" = as its path says
    void placementChosen(const std::optional<heaptoll::TimePlacement>& placement); ///< absent = as the file says

private:
    void fillFormats(const ImportItem& item, const QStringList& formats);
    void fillServices(const ImportItem& item, const QStringList& services);
    void fillPlacement(const ImportItem& item);
    void choosePlacement();
    QLabel* m_title;
    QComboBox* m_format;
    QComboBox* m_service;
    QComboBox* m_clock;
    QDateTimeEdit* m_start;
    QString m_shownService; ///< what the field said before the user typed
};

} // namespace heaptoll::gui
