// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/shell/status_strip.h"

#include "app/gui/job_manager.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/widget/elided_label.h"
#include "core/analysis/workspace_analysis.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QToolButton>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QToolButton* flatButton(const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setObjectName(u"status."_s + name);
    button->setProperty("role", u"flat"_s);
    button->setFocusPolicy(Qt::TabFocus);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

QString jobText(const JobInfo& job)
{
    QString text = job.title;
    if (job.total > 0) {
        text += u"  "_s + percentText(static_cast<double>(job.done) / static_cast<double>(job.total));
    }
    return text;
}

struct ContentCount {
    int profiles = 0;
    double samples = 0;
    double billRows = 0;
    int usageSeries = 0;
};

QString sourceText(const WorkspaceAnalysis& analysis)
{
    ContentCount count;
    for (const DocumentPtr& document : analysis.documents) {
        if (const auto profile = document->profile()) {
            ++count.profiles;
            count.samples += static_cast<double>(profile->samples.size());
        } else if (const auto costs = document->costs()) {
            count.billRows += static_cast<double>(costs->rowCount);
        } else if (const auto usage = document->usage()) {
            count.usageSeries += static_cast<int>(usage->series.size());
        }
    }
    QStringList parts { StatusStrip::tr("%n source(s)", "", static_cast<int>(analysis.documents.size())) };
    if (count.profiles > 0) {
        parts << StatusStrip::tr("%n profile(s)", "", count.profiles)
              << StatusStrip::tr("%1 samples").arg(countText(count.samples));
    }
    if (count.billRows > 0) {
        parts << StatusStrip::tr("%1 billing rows").arg(countText(count.billRows));
    }
    if (count.usageSeries > 0) {
        parts << StatusStrip::tr("%n usage series", "", count.usageSeries);
    }
    return parts.join(u" · "_s);
}

} // namespace

int dataNoteCount(const WorkspaceAnalysis& analysis)
{
    auto count = static_cast<int>(analysis.notes.size());
    for (const DocumentPtr& document : analysis.documents) {
        for (const Issue& issue : document->issues.all()) {
            count += issue.severity >= Severity::Notice ? 1 : 0;
        }
    }
    return count;
}

int partialFileCount(const WorkspaceAnalysis& analysis)
{
    int count = 0;
    for (const DocumentPtr& document : analysis.documents) {
        count += document->isPartial() ? 1 : 0;
    }
    return count;
}

StatusStrip::StatusStrip(JobManager& jobs, QWidget* parent)
    : QFrame(parent)
    , m_jobs(jobs)
    , m_state(flatButton(u"jobs"_s, this))
    , m_progress(new QProgressBar(this))
    , m_cancel(flatButton(u"cancel"_s, this))
    , m_sources(new ElidedLabel(this))
    , m_notes(flatButton(u"notes"_s, this))
    , m_units(new QLabel(this))
    , m_theme(flatButton(u"theme"_s, this))
{
    setProperty("role", u"statusbar"_s);
    setObjectName(u"statusStrip"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(6, 2, 6, 2);
    layout->setSpacing(14);
    m_state->setPopupMode(QToolButton::InstantPopup);
    m_state->setMenu(new QMenu(m_state));
    m_progress->setFixedWidth(110);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the running job"));
    m_cancel->setIcon(themedIcon(u"close"_s));
    m_cancel->setText(tr("Cancel"));
    m_units->setObjectName(u"status.units"_s);
    m_sources->setObjectName(u"status.sources"_s);
    layout->addWidget(m_state);
    layout->addWidget(m_progress);
    layout->addWidget(m_cancel);
    layout->addWidget(m_sources, 1);
    layout->addWidget(m_notes);
    layout->addWidget(m_units);
    layout->addWidget(m_theme);
    connect(&m_jobs, &JobManager::jobsChanged, this, &StatusStrip::showJobs);
    connect(m_state->menu(), &QMenu::aboutToShow, this, &StatusStrip::fillJobMenu);
    connect(m_cancel, &QToolButton::clicked, this, &StatusStrip::cancelRequested);
    connect(m_notes, &QToolButton::clicked, this, &StatusStrip::notesRequested);
    connect(m_theme, &QToolButton::clicked, this, &StatusStrip::themeRequested);
    showJobs();
    show(nullptr);
    showTheme();
}

void StatusStrip::showJobs()
{
    const bool isIdle = m_jobs.isIdle();
    m_progress->setVisible(!isIdle);
    m_cancel->setVisible(!isIdle);
    if (isIdle) {
        m_state->setIcon(themedIcon(u"done"_s));
        m_state->setText(tr("Ready"));
        m_state->setAccessibleName(tr("Ready, no jobs"));
        return;
    }
    const JobInfo& job = m_jobs.jobs().front();
    const int more = static_cast<int>(m_jobs.jobs().size()) - 1;
    m_state->setIcon(themedIcon(u"jobs"_s));
    m_state->setText(more > 0 ? tr("%1 and %n more", "", more).arg(jobText(job)) : jobText(job));
    m_state->setAccessibleName(m_state->text());
    constexpr int kSteps = 1000;
    m_progress->setRange(0, job.total > 0 ? kSteps : 0);
    if (job.total > 0) {
        m_progress->setValue(static_cast<int>(kSteps * static_cast<double>(job.done) / static_cast<double>(job.total)));
    }
}

void StatusStrip::fillJobMenu()
{
    QMenu* menu = m_state->menu();
    menu->clear();
    if (m_jobs.isIdle()) {
        menu->addAction(tr("No jobs are running"))->setEnabled(false);
    }
    for (const JobInfo& job : m_jobs.jobs()) {
        menu->addAction(themedIcon(u"close"_s), tr("Cancel: %1").arg(jobText(job)), this,
            [this, id = job.id] { m_jobs.cancel(id); });
    }
}

void StatusStrip::show(const WorkspaceAnalysis* analysis, int unread)
{
    const int notes = analysis != nullptr ? dataNoteCount(*analysis) + unread : 0;
    m_units->setVisible(analysis != nullptr);
    m_notes->setVisible(notes > 0);
    m_sources->setText(analysis != nullptr ? sourceText(*analysis) : QString());
    if (analysis == nullptr) {
        return;
    }
    m_notes->setIcon(themedIcon(u"warning"_s));
    m_notes->setText(tr("%n data note(s)", "", notes));
    QStringList currencies;
    for (const CurrencyTotals& total : analysis->totals.byCurrency) {
        currencies << toQString(total.currency);
    }
    const QString month = tr("month %1 h").arg(analysis->options.hoursPerMonth);
    QStringList units;
    if (!currencies.isEmpty()) {
        units << currencies.join(u", "_s) << month;
    }
    units << tr("IEC bytes") << tr("UTC");
    m_units->setText(units.join(u" · "_s));
    m_units->setToolTip(tr("Money per month is money per %1 hours. Bytes are 1024-based. Times are UTC.")
                            .arg(analysis->options.hoursPerMonth));
}

void StatusStrip::showTheme()
{
    m_theme->setText(tr("Theme: %1").arg(themeKey(activeTheme())));
    m_theme->setAccessibleName(m_theme->text());
    m_theme->setIcon(themedIcon(u"theme"_s));
}

} // namespace heaptoll::gui
