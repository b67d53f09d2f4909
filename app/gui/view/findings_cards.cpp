// SPDX-License-Identifier: GPL-3.0-or-later
// The totals above the findings.
#include "app/gui/actions.h"
#include "app/gui/shell/status_strip.h"
#include "app/gui/text.h"
#include "app/gui/view/findings_page.h"
#include "app/gui/viewmodel/cost_rows.h"
#include "app/gui/widget/kpi_card.h"
#include "app/gui/widget/partial_chip.h"
#include "app/gui/workspace_controller.h"
#include "core/analysis/workspace_analysis.h"
#include "core/base/text_format.h"

#include <QAction>
#include <QHBoxLayout>
#include <QScrollArea>

#include <algorithm>
#include <array>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

enum Card : std::size_t { MemorySpend, Recoverable, LeakGrowth, CoverageCard, DataQuality, kCardCount };

} // namespace

QWidget* FindingsPage::makeCards()
{
    // Scrolls sideways in narrow windows rather than cutting numbers off.
    auto* scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* cards = new QWidget(scroll);
    cards->setProperty("role", u"scrolled"_s);
    auto* row = new QHBoxLayout(cards);
    row->setContentsMargins(12, 10, 12, 10);
    row->setSpacing(10);
    const std::array<std::pair<QString, QString>, kCardCount> names { {
        { u"memorySpend"_s, tr("Memory-driven spend") },
        { u"recoverable"_s, tr("Recoverable") },
        { u"growth"_s, tr("Leak growth") },
        { u"coverage"_s, tr("Coverage") },
        { u"quality"_s, tr("Data quality") },
    } };
    for (const auto& [name, title] : names) {
        m_cards.push_back(new KpiCard(name, title, cards));
        m_cards.back()->setContent({ u"—"_s, u" "_s });
        connect(m_cards.back(), &KpiCard::linkActivated, this,
            [this](const QString& action) { context().actions.action(action)->trigger(); });
        row->addWidget(m_cards.back());
    }
    row->addStretch();
    scroll->setWidget(cards);
    scroll->setFixedHeight(cards->sizeHint().height() + 2);
    return scroll;
}

/// What can be recovered by kind; of several currencies only that they are not one sum.
static QString recoverableParts(const WorkspaceTotals& totals)
{
    if (totals.isMixed()) {
        return FindingsPage::tr(
            "%n currencies, never added or compared", "", static_cast<int>(totals.byCurrency.size()));
    }
    if (totals.byCurrency.empty()) {
        return FindingsPage::tr("no bill");
    }
    const RecoverableTotals& r = totals.recoverablePerMonth;
    const std::vector<Decimal> parts = partsAsShown({ r.savesNow, r.freesCapacity, r.avoidsGrowth });
    return FindingsPage::tr("now %1 · capacity %2 · growth %3")
        .arg(moneyText(parts[0], totals.currency), moneyText(parts[1], totals.currency),
            moneyText(parts[2], totals.currency));
}

/// What is known to grow by leaks, and what more may.
static KpiCard::Content leakCard(const WorkspaceAnalysis& analysis, const QString& scope)
{
    double growth = 0;
    int sites = 0;
    int unsure = 0;
    std::set<std::string> services;
    for (const Finding& finding : analysis.findings) {
        // A rate from a run of seconds says little about an hour: such leaks are listed, but not added up.
        const bool isSure = !finding.isWeak && finding.confidence.level != ConfidenceLevel::Low;
        if (finding.kind == FindingKind::Leak && finding.growthBytesPerHour && isSure) {
            growth += *finding.growthBytesPerHour;
            ++sites;
            services.insert(finding.service);
        } else if (finding.kind == FindingKind::Leak) {
            ++unsure;
        }
    }
    QStringList leaks;
    if (sites > 0) {
        leaks << FindingsPage::tr("%n site(s)", "", sites) + u", "_s
                + FindingsPage::tr("%n service(s)", "", static_cast<int>(services.size()));
    }
    if (unsure > 0) {
        leaks << FindingsPage::tr("%n unsure, not added", "", unsure);
    }
    return { sites > 0   ? growthText(growth)
            : unsure > 0 ? FindingsPage::tr("none sure")
                         : FindingsPage::tr("none"),
        (leaks.isEmpty() ? FindingsPage::tr("no leak found") : leaks.join(u" · "_s)) + scope, u"memoryValue"_s, {},
        FindingsPage::tr("Leaks of low confidence and weak signals are listed, but not added up.") };
}

/// How much of the bill belongs to services: of the currency that most rows are in. Without a bill nothing is known.
static KpiCard::Content coverageCard(const WorkspaceAnalysis& analysis, bool hasBill)
{
    if (!hasBill) {
        return { u"—"_s, FindingsPage::tr("no bill") };
    }
    const std::string& currency = analysis.totals.byCurrency.front().currency;
    Decimal open;
    for (const ServiceView& service : analysis.services) {
        const bool isCounted = service.isBucket && service.currency == currency;
        open += isCounted ? service.costPerMonth.value_or(Decimal {}) : Decimal {};
    }
    return { percentText(analysis.coverage.matchedShare()),
        FindingsPage::tr("%1 / mo not mapped").arg(moneyText(open, currency)), {},
        open.isZero() ? QString() : u"view.sources"_s };
}

static KpiCard::Content qualityCard(const WorkspaceAnalysis& analysis, int unread)
{
    const int notes = dataNoteCount(analysis);
    const int partial = partialFileCount(analysis);
    QStringList quality;
    if (partial > 0) {
        quality << FindingsPage::tr("%n partial file(s)", "", partial);
    }
    if (unread > 0) {
        quality << FindingsPage::tr("%n file(s) not read", "", unread);
    }
    const bool isGood = notes == 0 && quality.isEmpty();
    return { notes > 0 ? FindingsPage::tr("%n note(s)", "", notes)
            : isGood   ? FindingsPage::tr("good")
                       : FindingsPage::tr("incomplete"),
        quality.isEmpty() ? FindingsPage::tr("all files read whole") : quality.join(u" · "_s), {},
        isGood ? QString() : u"view.sources"_s };
}

void FindingsPage::showCards()
{
    const WorkspaceAnalysis& a = *analysis();
    const WorkspaceTotals& totals = a.totals;
    const auto each = [&totals](const auto& amountOf) {
        const QString text = moneyOfEach(totals, amountOf, false);
        return text.isEmpty() ? u"—"_s : text + tr(" / mo");
    };
    // The list follows the service of the lens, the totals are of the workspace.
    const QString scope = lens().service.empty() ? QString() : tr(" · all services");
    const bool hasBill = !totals.byCurrency.empty() && totals.byCurrency.front().billedPerMonth;
    m_cards[MemorySpend]->setContent({ each([](const CurrencyTotals& total) { return total.memoryPerMonth; }),
        hasBill ? tr("of %1 billed").arg(each([](const CurrencyTotals& total) { return total.billedPerMonth; })) + scope
                : tr("no bill: use a rate card"),
        {}, hasBill ? QString() : u"analyze.rateCard"_s });
    const QString recoverable = each([](const CurrencyTotals& total) {
        const Decimal all = total.recoverablePerMonth.all();
        return total.billedPerMonth || !all.isZero() ? std::optional(all) : std::nullopt;
    });
    m_cards[Recoverable]->setContent({ recoverable, recoverableParts(totals) + scope, u"costValue"_s, {},
        tr("Of the cost of memory: leaks and over-provisioning, what both would save counted once, never above what "
           "memory costs. Cost anomalies and unattributed cost are not in it: they are of all cost.") });
    m_cards[LeakGrowth]->setContent(leakCard(a, scope));
    m_cards[CoverageCard]->setContent(coverageCard(a, hasBill));
    m_partial->setAnalysis(&a, {});
    m_cards[DataQuality]->setContent(qualityCard(a, context().controller.unreadCount()));
}

} // namespace heaptoll::gui
