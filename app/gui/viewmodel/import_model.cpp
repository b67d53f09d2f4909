// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/import_model.h"

#include "app/gui/document_range.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/roles.h"
#include "core/analysis/service_mapper.h"

#include <QFileInfo>

#include <algorithm>
#include <array>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<const char*, ImportModel::ColumnCount> kTitles { QT_TRANSLATE_NOOP("ImportModel", "File"),
    QT_TRANSLATE_NOOP("ImportModel", "Detected as"), QT_TRANSLATE_NOOP("ImportModel", "Score"),
    QT_TRANSLATE_NOOP("ImportModel", "Evidence"), QT_TRANSLATE_NOOP("ImportModel", "Service"),
    QT_TRANSLATE_NOOP("ImportModel", "Time (UTC)"), QT_TRANSLATE_NOOP("ImportModel", "Size"),
    QT_TRANSLATE_NOOP("ImportModel", "State") };

QString formatText(const std::string& format, const std::string& version)
{
    return version.empty() ? toQString(format) : QString(toQString(format) + u' ' + toQString(version));
}

QString contentText(const ImportItem& item)
{
    double samples = 0;
    double rows = 0;
    double points = 0;
    for (const DocumentPtr& document : item.file.documents) {
        if (const auto profile = document->profile()) {
            samples += static_cast<double>(profile->samples.size());
        } else if (const auto costs = document->costs()) {
            rows += static_cast<double>(costs->rowCount);
        } else if (const auto usage = document->usage()) {
            points += static_cast<double>(usage->pointCount());
        }
    }
    if (rows > 0) {
        return ImportModel::tr("%1 rows").arg(countText(rows));
    }
    return points > 0 ? ImportModel::tr("%1 points").arg(countText(points))
                      : ImportModel::tr("%1 samples").arg(countText(samples));
}

QString stateText(const ImportItem& item)
{
    switch (item.state) {
    case ImportItem::State::Unclear: return ImportModel::tr("will be left out");
    case ImportItem::State::Waiting: return ImportModel::tr("waiting");
    case ImportItem::State::Reading:
        return item.progress >= 0 ? ImportModel::tr("reading %1").arg(percentText(item.progress))
                                  : ImportModel::tr("reading");
    case ImportItem::State::Read: return contentText(item);
    case ImportItem::State::Partial: return ImportModel::tr("partial, %1").arg(contentText(item));
    case ImportItem::State::Covered: return ImportModel::tr("counted once");
    case ImportItem::State::Failed: return ImportModel::tr("cannot be read");
    }
    return {};
}

QString iconOf(const ImportItem& item)
{
    switch (item.state) {
    case ImportItem::State::Unclear:
    case ImportItem::State::Failed: return u"error"_s;
    case ImportItem::State::Partial: return u"warning"_s;
    case ImportItem::State::Waiting:
    case ImportItem::State::Reading: return u"jobs"_s;
    case ImportItem::State::Read:
    case ImportItem::State::Covered: return u"ok"_s;
    }
    return {};
}

QColor colorOf(const ImportItem& item)
{
    const Tokens& t = tokens();
    switch (item.state) {
    case ImportItem::State::Unclear:
    case ImportItem::State::Failed: return t.high;
    case ImportItem::State::Partial: return t.medium;
    case ImportItem::State::Read: return t.ok;
    case ImportItem::State::Waiting:
    case ImportItem::State::Reading:
    case ImportItem::State::Covered: return t.muted;
    }
    return t.muted;
}

QString cellText(const ImportItem& item, int column)
{
    const auto& candidates = item.file.candidates;
    switch (column) {
    case ImportModel::File: return item.shownName.isEmpty() ? item.fileName() : item.shownName;
    case ImportModel::Detected: return detectedText(item);
    case ImportModel::Score:
        if (item.choice.format) {
            return ImportModel::tr("chosen");
        }
        return candidates.empty() ? u"—"_s : ImportModel::tr("%1 %").arg(candidates.front().score);
    case ImportModel::Evidence:
        if (!item.file.note.empty()) {
            return toQString(item.file.note);
        }
        return candidates.empty() || item.isLeftOut() ? (item.file.error ? toQString(item.file.error->message) : u"—"_s)
                                                      : toQString(candidates.front().reason);
    case ImportModel::Service: return serviceText(item);
    case ImportModel::Time: return placementText(item);
    case ImportModel::Size: return bytesText(static_cast<double>(item.sizeBytes));
    case ImportModel::State: return stateText(item);
    default: return {};
    }
}

} // namespace

QString ImportItem::path() const
{
    return toQString(file.path);
}

void ImportItem::isBelow(const QString& root)
{
    const QString whole = path();
    shownName = !root.isEmpty() && whole.startsWith(root + u'/') ? whole.mid(root.size() + 1) : fileName();
}

QString ImportItem::fileName() const
{
    return QFileInfo(path()).fileName();
}

DocumentPtr ImportItem::document() const
{
    return file.documents.empty() ? nullptr : file.documents.front();
}

bool ImportItem::isHeapProfile() const
{
    return std::ranges::any_of(
        file.documents, [](const DocumentPtr& d) { return d->kind() == DocumentKind::HeapProfile; });
}

void ImportItem::settle()
{
    progress = -1;
    if (!file.documents.empty()) {
        const bool isWhole = std::ranges::all_of(file.documents, [](const DocumentPtr& d) { return !d->isPartial(); });
        state = isWhole ? State::Read : State::Partial;
    } else if (file.error) {
        const ErrorCode code = file.error->code;
        state = code == ErrorCode::NotRecognized || code == ErrorCode::Ambiguous ? State::Unclear : State::Failed;
    } else {
        state = State::Covered;
    }
}

QString detectedText(const ImportItem& item)
{
    if (const DocumentPtr document = item.document()) {
        return formatText(document->format, document->formatVersion);
    }
    if (item.choice.format) {
        return toQString(*item.choice.format);
    }
    if (item.file.candidates.empty()) {
        return ImportModel::tr("not recognised");
    }
    const DetectionCandidate& best = item.file.candidates.front();
    QString name = formatText(best.format, best.formatVersion);
    if (item.state != ImportItem::State::Unclear) {
        return name;
    }
    const bool isTie = item.file.error && item.file.error->code == ErrorCode::Ambiguous;
    return isTie ? ImportModel::tr("could be %1 or %2").arg(name, toQString(item.file.candidates[1].format))
                 : ImportModel::tr("not recognised (best: %1, %2 %)").arg(name).arg(best.score);
}

QString serviceText(const ImportItem& item)
{
    if (item.choice.service) {
        return toQString(*item.choice.service);
    }
    const DocumentPtr document = item.document();
    if (!document) {
        return u"—"_s;
    }
    if (!item.isHeapProfile()) {
        return ImportModel::tr("by rules");
    }
    const std::string fromPath = serviceInPath(item.file.path);
    return fromPath.empty() ? ImportModel::tr("not assigned") : toQString(fromPath);
}

QString placementText(const ImportItem& item)
{
    const DocumentPtr document = item.document();
    if (!document) {
        return u"—"_s;
    }
    if (item.choice.placement) {
        const TimePlacement& placement = *item.choice.placement;
        if (placement.clock == TimePlacement::Clock::RateOnly) {
            return ImportModel::tr("rate only");
        }
        if (placement.start) {
            return ImportModel::tr("starts %1").arg(instantText(*placement.start));
        }
    }
    if (const auto profile = document->profile()) {
        return profile->time ? ImportModel::tr("wall clock %1").arg(instantText(*profile->time))
                             : ImportModel::tr("relative, not placed");
    }
    const auto range = timeRangeOf(document);
    return range ? rangeText(*range) : u"—"_s;
}

void ImportModel::clear()
{
    beginResetModel();
    m_items.clear();
    m_rowOfPath.clear();
    endResetModel();
}

void ImportModel::insert(ImportItem item)
{
    const auto isBefore = [](const ImportItem& a, const ImportItem& b) {
        return a.rank == b.rank ? a.file.path < b.file.path : a.rank < b.rank;
    };
    const auto at = std::ranges::upper_bound(m_items, item, isBefore);
    const auto row = static_cast<int>(at - m_items.begin());
    const bool isLast = at == m_items.end();
    beginInsertRows({}, row, row);
    const QString path = item.path();
    m_items.insert(at, std::move(item));
    if (isLast) {
        m_rowOfPath.insert(path, row);
    } else {
        reindex();
    }
    endInsertRows();
}

void ImportModel::change(const QString& path, const std::function<void(ImportItem&)>& edit)
{
    const auto it = m_rowOfPath.constFind(path);
    if (it != m_rowOfPath.constEnd()) {
        edit(m_items[static_cast<std::size_t>(*it)]);
        emit dataChanged(index(*it, 0), index(*it, ColumnCount - 1));
    }
}

void ImportModel::removeIf(const std::function<bool(const ImportItem&)>& isGone)
{
    for (auto row = static_cast<int>(m_items.size()) - 1; row >= 0; --row) {
        if (isGone(m_items[static_cast<std::size_t>(row)])) {
            beginRemoveRows({}, row, row);
            m_items.erase(m_items.begin() + row);
            reindex();
            endRemoveRows();
        }
    }
}

void ImportModel::reindex()
{
    m_rowOfPath.clear();
    for (std::size_t row = 0; row < m_items.size(); ++row) {
        m_rowOfPath.insert(m_items[row].path(), static_cast<int>(row));
    }
}

const ImportItem* ImportModel::find(const QString& path) const
{
    const auto it = m_rowOfPath.constFind(path);
    return it == m_rowOfPath.constEnd() ? nullptr : &m_items[static_cast<std::size_t>(*it)];
}

int ImportModel::count(ImportItem::State state) const
{
    return static_cast<int>(std::ranges::count(m_items, state, &ImportItem::state));
}

int ImportModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int ImportModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ImportModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) {
        return {};
    }
    const ImportItem& item = m_items[static_cast<std::size_t>(index.row())];
    const int column = index.column();
    const bool isNumber = column == Score || column == Size;
    switch (role) {
    case Qt::DisplayRole: return cellText(item, column);
    case Qt::ToolTipRole:
        return column == File    ? item.path()
            : column == Size     ? exactBytesText(static_cast<double>(item.sizeBytes))
            : column == Detected ? cellText(item, Evidence)
                                 : cellText(item, column);
    case Qt::TextAlignmentRole: return int(isNumber ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter);
    case Qt::ForegroundRole:
        return column == State && (item.isLeftOut() || item.state == ImportItem::State::Partial)
            ? QVariant(colorOf(item))
            : QVariant();
    case BarRole: return column == State && item.progress >= 0 ? QVariant(item.progress) : QVariant();
    case IconNameRole: return column == State ? QVariant(iconOf(item)) : QVariant();
    case IconColorRole: return column == State ? QVariant(colorOf(item)) : QVariant();
    case KeyRole: return item.path();
    default: return {};
    }
}

QVariant ImportModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return tr(kTitles.at(static_cast<std::size_t>(section)));
    }
    const bool isNumber = section == Score || section == Size;
    return role == Qt::TextAlignmentRole
        ? QVariant(int(isNumber ? Qt::AlignRight : Qt::AlignLeft) | int(Qt::AlignVCenter))
        : QVariant();
}

} // namespace heaptoll::gui
