// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import/import_text.h"

#include "app/gui/document_range.h"
#include "app/gui/text.h"
#include "core/analysis/call_tree.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString translated(const char* text)
{
    return QCoreApplication::translate("ImportSheet", text);
}

QString whereText(const Location& where)
{
    Location inFile = where;
    inFile.source.clear(); // the sentence names the file already
    QString text = toQString(format(inFile));
    if (where.line > 0) {
        text = translated("line %1").arg(where.line);
        if (!where.column.empty()) {
            text += translated(", column %1").arg(toQString(where.column));
        }
    } else if (where.offset) {
        text = translated("byte %1").arg(countText(static_cast<double>(*where.offset)));
    }
    return text;
}

/// The core's hints speak of the options of the command line where there is one; here the sheet has the control.
QString hintText(const Error& error)
{
    switch (error.code) {
    case ErrorCode::NotRecognized:
        return error.hint.find("--") == std::string::npos && !error.hint.empty()
            ? toQString(error.hint)
            : translated("Choose its importer if you know what it is");
    case ErrorCode::Ambiguous: return translated("Choose the right importer");
    default: return error.hint.find("--") == std::string::npos ? toQString(error.hint) : QString();
    }
}

QString sentence(QString text)
{
    if (!text.isEmpty()) {
        text[0] = text[0].toUpper();
        if (!text.endsWith(u'.')) {
            text += u'.';
        }
    }
    return text;
}

const Issue* lossOf(const ImportItem& item)
{
    for (const DocumentPtr& document : item.file.documents) {
        const auto& issues = document->issues.all();
        const auto it = std::ranges::find(issues, Severity::DataLoss, &Issue::severity);
        if (it != issues.end()) {
            return &*it;
        }
    }
    return nullptr;
}

QString partialText(const ImportItem& item)
{
    const Issue* loss = lossOf(item);
    const bool wasStopped = loss != nullptr && loss->code.ends_with(".stopped");
    QString text = wasStopped ? translated("%1 was not read to its end").arg(item.fileName())
                              : translated("%1 ends early").arg(item.fileName());
    if (loss != nullptr) {
        const QString where = whereText(loss->where);
        text += u": "_s + toQString(loss->message);
        if (!where.isEmpty()) {
            text += u" ("_s + where + u')';
        }
    }
    text += translated(". Every number that rests on it is marked partial.");
    if (!wasStopped) {
        text += u' ' + translated("Usual causes: program still running, disk full, copy interrupted.");
    }
    return text;
}

QString profilePreview(const Profile& profile)
{
    const std::size_t value = profile.valueIndex(Metric::LiveBytes).value_or(profile.defaultValue);
    if (value >= profile.valueTypes.size()) {
        return {};
    }
    TopTable table = topTable(profile, value, GroupBy::Function, RuntimeFrames::Fold);
    std::ranges::stable_sort(table.rows, std::ranges::greater {}, &TopRow::self);
    constexpr std::size_t kShown = 3;
    const bool isBytes = table.type.unit == "bytes";
    QStringList parts;
    for (std::size_t i = 0; i < std::min(kShown, table.rows.size()) && table.rows[i].self > 0; ++i) {
        const auto self = static_cast<double>(table.rows[i].self);
        parts << shortFunction(table.rows[i].name) + u' ' + (isBytes ? bytesText(self) : countText(self));
    }
    return parts.isEmpty() ? QString() : translated("top frames  ") + parts.join(u"  |  "_s);
}

} // namespace

QString problemText(const ImportItem& item)
{
    if (item.state == ImportItem::State::Partial) {
        return partialText(item);
    }
    if (!item.isLeftOut() || !item.file.error) {
        return {};
    }
    const Error& error = *item.file.error;
    const QString where = whereText(error.where);
    QString text = item.fileName() + u": "_s + toQString(error.message);
    if (!where.isEmpty()) {
        text += u" ("_s + where + u')';
    }
    text = (text.endsWith(u'.') ? text : QString(text + u'.'))
        + translated(" It is left out; the other files are not affected.");
    const QString hint = sentence(hintText(error));
    return hint.isEmpty() ? text : QString(text + u' ' + hint);
}

QString detailsText(const ImportItem& item, const QByteArray& firstBytes)
{
    QStringList lines { QDir::toNativeSeparators(item.path()),
        translated("size: %1").arg(exactBytesText(static_cast<double>(item.sizeBytes))) };
    for (const DetectionCandidate& candidate : item.file.candidates) {
        lines
            << u"%1 %2 %: %3"_s.arg(toQString(candidate.format)).arg(candidate.score).arg(toQString(candidate.reason));
    }
    if (item.file.error) {
        lines << toQString(heaptoll::name(item.file.error->code)) + u": "_s + toQString(format(*item.file.error));
    }
    for (const DocumentPtr& document : item.file.documents) {
        for (const Issue& issue : document->issues.all()) {
            lines << u"%1 × %2 (%3): %4"_s.arg(countText(static_cast<double>(issue.count)), toQString(issue.code),
                toQString(format(issue.where)), toQString(issue.message));
        }
    }
    constexpr qsizetype kMaxBytes = 32;
    if (!firstBytes.isEmpty()) {
        lines << translated("first bytes: ") + QString::fromLatin1(firstBytes.left(kMaxBytes).toHex(' '));
    }
    return lines.join(u'\n') + u'\n';
}

QString previewText(const std::vector<DocumentPtr>& documents)
{
    if (documents.empty()) {
        return {};
    }
    const Document& document = *documents.front();
    QStringList parts;
    if (documents.size() > 1) {
        parts << translated("%1 profiles").arg(documents.size());
    }
    const auto range = timeRangeOf(documents.front());
    if (const auto profile = document.profile()) {
        parts << profilePreview(*profile);
    } else if (const auto costs = document.costs()) {
        parts << translated("%1 rows").arg(countText(static_cast<double>(costs->rowCount)));
    } else if (const auto usage = document.usage()) {
        parts << translated("%1 series").arg(usage->series.size())
              << translated("%1 points").arg(countText(static_cast<double>(usage->pointCount())));
    }
    if (range && range->length().ns > 0) {
        parts << rangeText(*range);
    }
    parts.removeAll(QString());
    return parts.join(u"  |  "_s);
}

QString hexText(const QByteArray& bytes)
{
    constexpr qsizetype kPerLine = 16;
    QStringList lines;
    for (qsizetype at = 0; at < bytes.size(); at += kPerLine) {
        const QByteArray line = bytes.mid(at, kPerLine);
        QString text;
        for (const char c : line) {
            text += c >= ' ' && c <= '~' ? QChar::fromLatin1(c) : u'.';
        }
        lines << u"%1  %2  %3"_s.arg(static_cast<qulonglong>(at), 8, 16, QChar(u'0'))
                     .arg(QString::fromLatin1(line.toHex(' ')), -static_cast<int>(3 * kPerLine - 1))
                     .arg(text);
    }
    return lines.join(u'\n');
}

} // namespace heaptoll::gui
