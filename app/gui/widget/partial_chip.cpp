// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/widget/partial_chip.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "core/analysis/workspace_analysis.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kHeight = 20;
constexpr int kPadding = 10;
constexpr int kMaxWidth = 300;

/// Bills and usage are of every service, profiles only of theirs.
bool concerns(const WorkspaceAnalysis& analysis, std::size_t document, const std::string& service)
{
    if (service.empty() || !analysis.documents[document]->profile()) {
        return true;
    }
    const ServiceView* view = analysis.service(service);
    return view != nullptr && std::ranges::find(view->profileDocuments, document) != view->profileDocuments.end();
}

QString lossOf(const Document& document)
{
    for (const Issue& issue : document.issues.all()) {
        if (issue.severity >= Severity::DataLoss) {
            return toQString(issue.message);
        }
    }
    return PartialChip::tr("was not read to its end");
}

} // namespace

PartialChip::PartialChip(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"partialChip"_s);
    setFont(textFont(TextSize::Note));
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    hide();
}

void PartialChip::setAnalysis(const WorkspaceAnalysis* analysis, const std::string& service)
{
    QStringList names;
    QStringList losses;
    for (std::size_t i = 0; analysis != nullptr && i < analysis->documents.size(); ++i) {
        const Document& document = *analysis->documents[i];
        if (document.isPartial() && concerns(*analysis, i, service)) {
            const QString path = toQString(document.path);
            names << path.mid(path.lastIndexOf(u'/') + 1);
            losses << names.back() + u": "_s + lossOf(document);
        }
    }
    setVisible(!names.isEmpty());
    if (names.isEmpty()) {
        m_text.clear();
        return;
    }
    const auto more = static_cast<int>(names.size()) - 1;
    m_text =
        more > 0 ? tr("partial: %1 and %n more", "", more).arg(names.front()) : tr("partial: %1").arg(names.front());
    constexpr qsizetype kMaxLines = 10;
    setToolTip(losses.mid(0, kMaxLines).join(u'\n') + u'\n' + tr("Totals that rest on these files are lower bounds."));
    setAccessibleName(m_text);
    setAccessibleDescription(toolTip());
    updateGeometry();
    update();
}

QSize PartialChip::sizeHint() const
{
    return { std::min(kMaxWidth, fontMetrics().horizontalAdvance(m_text) + 2 * kPadding), kHeight };
}

QSize PartialChip::minimumSizeHint() const
{
    return { fontMetrics().horizontalAdvance(tr("partial")) + 2 * kPadding, kHeight };
}

void PartialChip::paintEvent(QPaintEvent* /*event*/)
{
    const Tokens& t = tokens();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath shape;
    shape.addRoundedRect(box, kHeight / 2.0, kHeight / 2.0);
    painter.fillPath(shape, t.background);
    painter.setClipPath(shape);
    QColor stripe = t.medium;
    stripe.setAlphaF(0.16F);
    painter.setPen(QPen(stripe, 4));
    constexpr int kStep = 10;
    for (int x = -kHeight; x < width(); x += kStep) {
        painter.drawLine(QPointF(x, kHeight), QPointF(x + kHeight, 0));
    }
    painter.setClipping(false);
    painter.setPen(QPen(t.medium, t.borderWidth));
    painter.drawPath(shape);
    painter.setPen(t.text);
    painter.setFont(font());
    const int room = width() - 2 * kPadding;
    painter.drawText(rect().adjusted(kPadding, 0, -kPadding, 0), Qt::AlignCenter,
        fontMetrics().elidedText(m_text, Qt::ElideMiddle, room));
}

} // namespace heaptoll::gui
