// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/source_rows.h"

#include "app/gui/document_range.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/cells.h"

#include <QCoreApplication>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("SourcesPage", text);
}

/// Icon, word and colour: state is never colour alone.
Cell stateCell(const ImportedFile& file, bool isMissing)
{
    Cell cell;
    if (isMissing) {
        cell = textCell(tr("missing"), toQString(heaptoll::format(*file.error)));
        cell.icon = u"error"_s;
        cell.iconColor = &Tokens::high;
    } else if (!file.documents.empty()) {
        const bool isPartial = std::ranges::any_of(file.documents, [](const DocumentPtr& d) { return d->isPartial(); });
        cell = textCell(isPartial ? tr("partial") : tr("read"));
        cell.icon = isPartial ? u"severity-medium"_s : u"ok"_s;
        cell.iconColor = isPartial ? &Tokens::medium : &Tokens::ok;
    } else if (file.error) {
        const bool isUnknown = file.error->code == ErrorCode::NotRecognized;
        cell = textCell(isUnknown ? tr("not recognised") : tr("not read"), toQString(heaptoll::format(*file.error)));
        cell.icon = u"error"_s;
        cell.iconColor = isUnknown ? &Tokens::muted : &Tokens::high;
    } else {
        cell = textCell(tr("counted once"), toQString(file.note));
        cell.icon = u"ok"_s;
        cell.iconColor = &Tokens::muted;
    }
    return cell;
}

QString serviceOf(const WorkspaceAnalysis& analysis, const std::string& path)
{
    for (const ServiceView& service : analysis.services) {
        for (const std::size_t document : service.profileDocuments) {
            if (analysis.documents[document]->path == path) {
                return toQString(service.name);
            }
        }
    }
    return {};
}

QString contentText(const Document& document)
{
    if (const auto profile = document.profile()) {
        return tr("%1 samples").arg(countText(static_cast<double>(profile->samples.size())));
    }
    if (const auto costs = document.costs()) {
        return tr("%1 rows").arg(countText(static_cast<double>(costs->rowCount)));
    }
    const auto usage = document.usage();
    return usage ? tr("%1 points").arg(countText(static_cast<double>(usage->pointCount()))) : QString();
}

QString timeText(const DocumentPtr& document)
{
    if (const auto range = timeRangeOf(document)) {
        const QString iso = toQString(toIso8601(range->start));
        // Whole days are enough to tell files apart; the tooltip has the minutes.
        if (range->length() < Span::days(1)) {
            return dayText(range->start) + u' ' + iso.mid(11, 5);
        }
        return dayText(range->start) + u" – "_s + dayText(range->end - Span { 1 });
    }
    const auto profile = document->profile();
    return profile ? tr("relative, %1").arg(spanText(profile->duration)) : u"—"_s;
}

QString exactTimeText(const DocumentPtr& document)
{
    const auto range = timeRangeOf(document);
    if (!range) {
        return {};
    }
    return toQString(toIso8601(range->start)) + u" – "_s + toQString(toIso8601(range->end));
}

} // namespace

QString commonFolder(const QStringList& paths)
{
    QString folder = paths.isEmpty() ? QString() : paths.front().left(paths.front().lastIndexOf(u'/') + 1);
    for (const QString& path : paths) {
        while (!path.startsWith(folder)) {
            folder = folder.left(folder.lastIndexOf(u'/', -2) + 1);
        }
    }
    return folder;
}

Row sourceRow(const ImportedFile& file, const QString& folder, const WorkspaceAnalysis* analysis, bool isMissing)
{
    Row row;
    row.key = toQString(file.path);
    const DocumentPtr document = file.documents.empty() ? nullptr : file.documents.front();
    const QString name = row.key.mid(folder.size());
    QString service = analysis == nullptr ? QString() : serviceOf(*analysis, file.path);
    if (service.isEmpty() && document && document->kind() != DocumentKind::HeapProfile) {
        service = tr("by rules");
    }
    row.cells = { stateCell(file, isMissing), textCell(name, row.key),
        document ? textCell(toQString(document->format),
            toQString(document->format) + u' ' + toQString(document->formatVersion) + u", %1 %\n"_s.arg(document->score)
                + toQString(document->reason))
                 : textCell(u"—"_s),
        textCell(service.isEmpty() ? u"—"_s : service),
        textCell(document ? timeText(document) : u"—"_s, document ? exactTimeText(document) : QString()),
        textCell(document ? contentText(*document) : toQString(file.note)) };
    if (isMissing) {
        for (Cell& cell : row.cells) {
            cell.textColor = &Tokens::high;
        }
    }
    return row;
}

Row keyRow(const CostKey& key, std::size_t index, const WorkspaceTotals& totals)
{
    const bool isBucket = key.rank == MatchRank::Ambiguous || key.rank == MatchRank::Unassigned;
    Row row;
    row.key = QString::number(index);
    Cell cost = moneyCell(moneyText(key.cost, key.currency), key.cost, key.currency, {}, totals.rankOf(key.currency));
    cost.textColor = &Tokens::costText;
    Cell service = textCell(toQString(key.assignedTo), toQString(key.why));
    service.isBold = isBucket;
    Cell rows = textCell(countText(static_cast<double>(key.rows)));
    rows.sortValue = static_cast<double>(key.rows);
    const Cell label = textCell(key.text.empty() ? tr("(no resource, no product)") : toQString(key.text));
    row.cells = { label, service, cost, textCell(isBucket ? toQString(heaptoll::name(key.rank)) : toQString(key.why)),
        rows };
    return row;
}

} // namespace heaptoll::gui
