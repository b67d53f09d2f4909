// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/workspace_controller.h"

#include <QAbstractTableModel>
#include <QHash>

#include <functional>
#include <vector>

namespace heaptoll::gui {

/// One file on the import sheet: what it is, what became of it, what the user decided.
struct ImportItem {
    enum class State : std::uint8_t {
        Unclear, ///< not recognised, or could be two things: left out until an importer is chosen
        Waiting,
        Reading,
        Read,
        Partial,
        Covered, ///< an older delivery, a part of another file, or the same bytes again: counted once
        Failed,
    };
    ImportedFile file;
    State state = State::Waiting;
    quint64 sizeBytes = 0;
    double progress = -1; ///< 0..1, < 0 = not begun
    SourceChoice choice;
    QString shownName; ///< its path in the folder that was given; its name, when that is itself
    qsizetype rank = 0; ///< rows stand in the order in which the user gave the files

    /// What the user gave: the file itself, or a folder above it.
    void isBelow(const QString& root);
    [[nodiscard]] QString path() const;
    [[nodiscard]] QString fileName() const;
    /// Document that tells about the file; null when there is none.
    [[nodiscard]] DocumentPtr document() const;
    [[nodiscard]] bool isHeapProfile() const;
    [[nodiscard]] bool isLeftOut() const { return state == State::Unclear || state == State::Failed; }
    [[nodiscard]] bool isPending() const { return state == State::Waiting || state == State::Reading; }
    /// Sets state from file: the end of its import.
    void settle();
};

/// The table of the import sheet. Rows come one by one and change one by one: a running import never resets it.
class ImportModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { File, Detected, Score, Evidence, Service, Time, Size, State, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;

    void clear();
    /// By rank, then by path: workers detect in any order.
    void insert(ImportItem item);
    /// Changes one row, if the path has one.
    void change(const QString& path, const std::function<void(ImportItem&)>& edit);
    void removeIf(const std::function<bool(const ImportItem&)>& isGone);
    [[nodiscard]] const std::vector<ImportItem>& items() const { return m_items; }
    [[nodiscard]] const ImportItem* find(const QString& path) const; ///< null when there is none
    [[nodiscard]] int count(ImportItem::State state) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reindex();
    std::vector<ImportItem> m_items;
    QHash<QString, int> m_rowOfPath;
};

/// How the importer's guess reads: "heaptrack 1.4", "not recognised (best: pprof, 4 %)".
[[nodiscard]] QString detectedText(const ImportItem& item);
/// Service of a profile as it will be: chosen, or what its path says.
[[nodiscard]] QString serviceText(const ImportItem& item);
/// Where it lies on the calendar: "wall clock Nov 5 04:00", "relative, not placed", "Nov 1 – Nov 21".
[[nodiscard]] QString placementText(const ImportItem& item);

} // namespace heaptoll::gui
