// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shell/lens_bar.h"

#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/view/view_state.h"
#include "app/gui/widget/tab_order.h"
#include "core/analysis/workspace_analysis.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

LensBar::LensBar(SelectionState& selection, QWidget* parent)
    : QFrame(parent)
    , m_selection(selection)
    , m_chips(new QHBoxLayout)
    , m_add(new QToolButton(this))
{
    setProperty("role", u"lensbar"_s);
    setObjectName(u"lensBar"_s);
    setAccessibleName(tr("Filters"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 1);
    layout->setSpacing(6);
    auto* label = new QLabel(tr("Filters:"), this);
    label->setProperty("role", u"muted"_s);
    layout->addWidget(label);
    m_chips->setSpacing(6);
    layout->addLayout(m_chips);
    m_add->setText(tr("+ add filter"));
    m_add->setProperty("role", u"flat"_s);
    m_add->setObjectName(u"lensBar.add"_s);
    m_add->setPopupMode(QToolButton::InstantPopup);
    m_add->setMenu(new QMenu(m_add));
    layout->addWidget(m_add);
    layout->addStretch();
}

/// A filter that the view does not follow says so: nobody must take its figures for filtered ones.
void LensBar::addChip(const QString& name, const QString& text, bool isUsed, const Lens& without)
{
    auto* chip = new QToolButton(this);
    chip->setObjectName(u"lensBar."_s + name);
    chip->setProperty("role", u"chip"_s);
    const QString shown = isUsed ? text : tr("%1, not used here").arg(text);
    chip->setText(shown + u"  ✕"_s);
    chip->setAccessibleName(tr("Remove filter %1").arg(shown));
    chip->setToolTip(
        isUsed ? tr("Only this is shown") : tr("This view shows everything; other views follow the filter"));
    connect(
        chip, &QToolButton::clicked, this, [this, without] { m_selection.setLens(without); }, Qt::QueuedConnection);
    m_chips->addWidget(chip);
}

/// The views of stacks show one service: without one in the lens they say which.
static QString chosenText(const WorkspaceAnalysis* analysis, const SelectionState& selection)
{
    const bool isOfOneService = selection.view() == ViewId::Flame || selection.view() == ViewId::Sites;
    const QString why = analysis != nullptr && isOfOneService ? chosenForYou(*analysis, selection.lens()) : QString();
    return why.isEmpty()
        ? why
        : LensBar::tr("No service is chosen; shown: %1 (%2)").arg(toQString(mainService(*analysis)->name), why);
}

void LensBar::show(const WorkspaceAnalysis* analysis)
{
    QStringList services;
    for (const ServiceView& service : analysis != nullptr ? analysis->services : std::vector<ServiceView> {}) {
        services << toQString(service.name);
    }
    if (m_services != services && !m_add->menu()->isVisible()) {
        fillAddMenu(services);
    }
    const Shown next { m_selection.lens(), analysis != nullptr ? analysis->range : std::nullopt,
        lensUse(m_selection.view()), chosenText(analysis, m_selection) };
    if (m_shown == next) {
        return;
    }
    bool hadFocus = false;
    while (QLayoutItem* item = m_chips->takeAt(0)) {
        hadFocus = hadFocus || item->widget()->hasFocus();
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    m_shown = next;
    addChips(next);
    if (hadFocus) {
        m_add->setFocus(); // where the chip was, not wherever Qt goes
    }
    orderTabs(this);
}

void LensBar::addChips(const Shown& shown)
{
    const Lens& lens = shown.lens;
    if (!lens.fromFinding.empty()) {
        auto* back = new QToolButton(this);
        back->setObjectName(u"lensBar.backToFinding"_s);
        back->setProperty("role", u"chip"_s);
        back->setText(tr("‹ Back to %1").arg(toQString(lens.fromFinding)));
        connect(
            back, &QToolButton::clicked, this,
            [this] {
                Place place = m_selection.place();
                place.view = ViewId::Findings;
                place.finding = place.lens.fromFinding;
                place.lens.fromFinding.clear();
                place.lens.range.reset();
                place.lens.service.clear();
                place.lens.frame.clear();
                m_selection.go(place);
            },
            Qt::QueuedConnection);
        m_chips->addWidget(back);
    }
    if (!lens.service.empty()) {
        Lens without = lens;
        without.service.clear();
        addChip(u"service"_s, toQString(lens.service), shown.use.service, without);
    }
    if (lens.range) {
        Lens without = lens;
        without.range.reset();
        addChip(u"range"_s, rangeText(*lens.range) + u" ("_s + spanText(lens.range->length()) + u')', shown.use.range,
            without);
    } else if (shown.whole) {
        auto* whole = new QLabel(rangeText(*shown.whole), this);
        whole->setObjectName(u"lensBar.wholeRange"_s);
        whole->setToolTip(tr("Everything there is data for"));
        m_chips->addWidget(whole);
    }
    if (!shown.chosen.isEmpty()) {
        auto* chosen = new QLabel(shown.chosen, this);
        chosen->setObjectName(u"lensBar.chosenService"_s);
        chosen->setProperty("role", u"muted"_s);
        m_chips->addWidget(chosen);
    }
    if (!lens.frame.empty()) {
        Lens without = lens;
        without.frame.clear();
        addChip(u"frame"_s, tr("frame: %1").arg(toQString(lens.frame)), shown.use.frame, without);
    }
}

void LensBar::fillAddMenu(const QStringList& names)
{
    m_services = names;
    QMenu* menu = m_add->menu();
    menu->clear();
    QMenu* services = menu->addMenu(tr("Service"));
    services->setEnabled(!names.isEmpty());
    for (const QString& name : names) {
        services->addAction(name, this, [this, name] {
            Lens lens = m_selection.lens();
            lens.service = toUtf8(name);
            m_selection.setLens(lens);
        });
    }
    menu->addAction(tr("Frame name contains…"), this, [this] {
        bool isOk = false;
        const QString text = QInputDialog::getText(
            window(), tr("Filter by frame"), tr("Part of a function name:"), QLineEdit::Normal, {}, &isOk);
        if (isOk && !text.isEmpty()) {
            Lens lens = m_selection.lens();
            lens.frame = toUtf8(text);
            m_selection.setLens(lens);
        }
    });
}

} // namespace heaptoll::gui
