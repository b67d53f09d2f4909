// SPDX-License-Identifier: GPL-3.0-or-later
// Format: resources/schema/workspace.schema.json, "view".
#include "app/gui/workspace_view.h"

#include "app/gui/text.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QJsonObject encodeLens(const Lens& lens)
{
    QJsonObject json { { u"metric"_s, metricKey(lens.metric) }, { u"basis"_s, toQString(name(lens.basis)) } };
    if (!lens.service.empty()) {
        json.insert(u"service"_s, toQString(lens.service));
    }
    if (!lens.frame.empty()) {
        json.insert(u"frame"_s, toQString(lens.frame));
    }
    if (!lens.fromFinding.empty()) {
        json.insert(u"fromFinding"_s, toQString(lens.fromFinding));
    }
    if (lens.range) {
        // Nanoseconds as text: a brush ends anywhere, and JSON numbers lose integers beyond 2^53.
        json.insert(u"fromNs"_s, QString::number(lens.range->start.ns));
        json.insert(u"toNs"_s, QString::number(lens.range->end.ns));
    }
    return json;
}

Lens decodeLens(const QJsonObject& json)
{
    Lens lens;
    lens.service = toUtf8(json.value(u"service"_s).toString());
    lens.frame = toUtf8(json.value(u"frame"_s).toString());
    lens.fromFinding = toUtf8(json.value(u"fromFinding"_s).toString());
    lens.metric = parseLensMetric(json.value(u"metric"_s).toString()).value_or(lens.metric);
    lens.basis = parseCostBasis(toUtf8(json.value(u"basis"_s).toString())).value_or(lens.basis);
    bool isFrom = false;
    bool isTo = false;
    const Instant from { json.value(u"fromNs"_s).toString().toLongLong(&isFrom) };
    const Instant to { json.value(u"toNs"_s).toString().toLongLong(&isTo) };
    if (isFrom && isTo && from < to) {
        lens.range = TimeRange { from, to };
    }
    return lens;
}

QString encodeBytes(const QByteArray& bytes)
{
    return QString::fromLatin1(bytes.toBase64());
}

QByteArray decodeBytes(const QJsonValue& value)
{
    return QByteArray::fromBase64(value.toString().toLatin1());
}

} // namespace

std::string WorkspaceView::toJson() const
{
    QJsonObject sizes;
    for (auto it = splitters.begin(); it != splitters.end(); ++it) {
        sizes.insert(it.key(), encodeBytes(it.value()));
    }
    QJsonObject json { { u"page"_s, viewKey(place.view) }, { u"lens"_s, encodeLens(place.lens) },
        { u"window"_s, encodeBytes(window) }, { u"splitters"_s, sizes } };
    if (!place.finding.empty()) {
        json.insert(u"finding"_s, toQString(place.finding));
    }
    if (!summary.isEmpty()) {
        json.insert(u"summary"_s, summary);
    }
    if (isSample) {
        json.insert(u"sample"_s, true);
    }
    if (!savedAs.isEmpty()) {
        json.insert(u"savedAs"_s, savedAs);
    }
    return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString();
}

WorkspaceView WorkspaceView::fromJson(const std::string& text)
{
    const QJsonObject json = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    WorkspaceView state;
    state.place.view = parseView(json.value(u"page"_s).toString()).value_or(ViewId::Findings);
    if (state.place.view == ViewId::Start) {
        state.place.view = ViewId::Findings; // a workspace that is open has an answer to show
    }
    state.place.lens = decodeLens(json.value(u"lens"_s).toObject());
    state.place.finding = toUtf8(json.value(u"finding"_s).toString());
    state.window = decodeBytes(json.value(u"window"_s));
    const QJsonObject sizes = json.value(u"splitters"_s).toObject();
    for (auto it = sizes.begin(); it != sizes.end(); ++it) {
        state.splitters.insert(it.key(), decodeBytes(it.value()));
    }
    state.summary = json.value(u"summary"_s).toString();
    state.isSample = json.value(u"sample"_s).toBool();
    state.savedAs = json.value(u"savedAs"_s).toString();
    return state;
}

} // namespace heaptoll::gui
