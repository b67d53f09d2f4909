// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/findings_model.h"

#include "app/gui/text.h"
#include "app/gui/theme/theme.h"
#include "app/gui/viewmodel/cells.h"
#include "app/gui/viewmodel/roles.h"
#include "core/analysis/workspace_analysis.h"
#include "core/export/report_json.h"

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

enum class Severeness : std::uint8_t { High, Medium, Low, None };

/// Harm and certainty together: a weak or cheap finding never looks like an alarm.
Severeness severeness(const Finding& finding)
{
    if (finding.kind == FindingKind::UnattributedCost) {
        return Severeness::None;
    }
    const bool isHarmful = finding.kind == FindingKind::Leak || finding.kind == FindingKind::Underprovisioned;
    if (finding.isWeak || finding.confidence.level == ConfidenceLevel::Low) {
        return Severeness::Low;
    }
    if (isHarmful && finding.confidence.level == ConfidenceLevel::High) {
        return Severeness::High;
    }
    const bool isCheap = finding.kind == FindingKind::Churn || finding.kind == FindingKind::Retained;
    return isCheap ? Severeness::Low : Severeness::Medium;
}

double moneyOf(const Finding& finding)
{
    return finding.costPerMonth ? finding.costPerMonth->amount.toDouble() : 0;
}

bool isShown(const Finding& finding, const FindingsModel::Filter& filter, FindingState::State state)
{
    const bool isState = filter.states == FindingFilter::All
        || (filter.states == FindingFilter::Open && state == FindingState::State::Open)
        || (filter.states == FindingFilter::Done && state == FindingState::State::Done)
        || (filter.states == FindingFilter::Muted && state == FindingState::State::Muted);
    return isState && (!filter.kind || finding.kind == *filter.kind)
        && (filter.service.empty() || finding.service == filter.service);
}

} // namespace

QString confidenceText(ConfidenceLevel level)
{
    switch (level) {
    case ConfidenceLevel::Low: return FindingsModel::tr("Low");
    case ConfidenceLevel::Medium: return FindingsModel::tr("Medium");
    case ConfidenceLevel::High: return FindingsModel::tr("High");
    }
    return {};
}

QString findingKindText(FindingKind kind)
{
    switch (kind) {
    case FindingKind::Leak: return FindingsModel::tr("Leaks");
    case FindingKind::UnboundedCache: return FindingsModel::tr("Unbounded caches");
    case FindingKind::Churn: return FindingsModel::tr("Churn");
    case FindingKind::Retained: return FindingsModel::tr("Retained at exit");
    case FindingKind::Overprovisioned: return FindingsModel::tr("Over-provisioned");
    case FindingKind::Underprovisioned: return FindingsModel::tr("Under-provisioned");
    case FindingKind::CostAnomaly: return FindingsModel::tr("Cost anomalies");
    case FindingKind::UnattributedCost: return FindingsModel::tr("Unattributed cost");
    }
    return {};
}

QString severityIcon(const Finding& finding)
{
    switch (severeness(finding)) {
    case Severeness::High: return u"severity-high"_s;
    case Severeness::Medium: return u"severity-medium"_s;
    case Severeness::Low: return u"severity-low"_s;
    case Severeness::None: return u"severity-none"_s;
    }
    return {};
}

QColor severityColor(const Finding& finding)
{
    const Tokens& t = tokens();
    switch (severeness(finding)) {
    case Severeness::High: return t.high;
    case Severeness::Medium: return t.medium;
    case Severeness::Low: return t.memory;
    case Severeness::None: return t.muted;
    }
    return t.text;
}

QString severityText(const Finding& finding)
{
    switch (severeness(finding)) {
    case Severeness::High: return FindingsModel::tr("high severity");
    case Severeness::Medium: return FindingsModel::tr("medium severity");
    case Severeness::Low: return FindingsModel::tr("low severity");
    case Severeness::None: return FindingsModel::tr("information");
    }
    return {};
}

QString findingSubtitle(const Finding& finding)
{
    QStringList parts;
    if (!finding.service.empty()) {
        parts << toQString(finding.service);
    }
    if (finding.growthBytesPerHour) {
        parts << growthText(finding.growthBytesPerHour);
    }
    if (finding.range) {
        // Two spikes of a service are told apart by their days; a recording may be on no calendar.
        const QString days = daysText(*finding.range);
        const bool isAnomaly = finding.kind == FindingKind::CostAnomaly;
        const QString span = spanText(finding.range->length());
        parts << (isAnomaly ? FindingsModel::tr("%1 (%2)").arg(days, span) : span);
    }
    if (finding.isPartial) {
        parts << FindingsModel::tr("partial data");
    }
    return parts.join(u" · "_s);
}

QString findingMarkdown(const Finding& finding)
{
    QString text = u"### "_s + toQString(finding.id) + u' ' + toQString(finding.title) + u"\n\n"_s;
    if (finding.costPerMonth) {
        text += u"**"_s + toQString(costPerMonthWithKind(finding)) + u"**\n\n"_s;
    }
    text += findingSubtitle(finding)
        + FindingsModel::tr("; confidence %1\n\n").arg(confidenceText(finding.confidence.level));
    if (finding.blame) {
        text += u'`' + siteText(*finding.blame) + u"`\n\n"_s;
    }
    for (const Evidence& evidence : finding.why) {
        text += u"- "_s + toQString(evidence.text) + u'\n';
    }
    if (!finding.actions.empty()) {
        text += FindingsModel::tr("\nWhat to do:\n");
    }
    int number = 1;
    for (const std::string& action : finding.actions) {
        text += QString::number(number) + u". "_s + toQString(action) + u'\n';
        ++number;
    }
    return text;
}

void FindingsModel::setFindings(
    std::shared_ptr<const WorkspaceAnalysis> analysis, const Filter& filter, const StateOf& stateOf)
{
    beginResetModel();
    m_analysis = std::move(analysis);
    m_rows.clear();
    m_weakHidden = 0;
    m_mostMoney.clear();
    m_mostGrowth = 0;
    for (std::size_t i = 0; m_analysis && i < m_analysis->findings.size(); ++i) {
        const Finding& finding = m_analysis->findings[i];
        if (!isShown(finding, filter, stateOf(finding))) {
            continue;
        }
        if (finding.isWeak && !filter.hasWeak) {
            ++m_weakHidden;
            continue;
        }
        m_rows.push_back(&finding);
        // Money without an owner is no saving: it must not dwarf the bars of those that are.
        const bool isSaving = finding.kind != FindingKind::UnattributedCost;
        if (isSaving && moneyOf(finding) > 0) {
            double& most = m_mostMoney[finding.costPerMonth->currency];
            most = std::max(most, moneyOf(finding));
        }
        m_mostGrowth = std::max(m_mostGrowth, finding.growthBytesPerHour.value_or(0));
    }
    endResetModel();
}

const Finding* FindingsModel::finding(int row) const
{
    return row >= 0 && row < rowCount() ? m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int FindingsModel::rowOf(const std::string& id) const
{
    const auto it = std::ranges::find(m_rows, id, [](const Finding* finding) { return finding->id; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

int FindingsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

/// Of the most money in the same currency: bars of two currencies say nothing about each other.
double FindingsModel::barOf(const Finding& finding) const
{
    if (finding.kind == FindingKind::UnattributedCost) {
        return 0.0; // money to be assigned, not to be saved: no share of what the others free
    }
    if (m_mostMoney.empty()) {
        return m_mostGrowth > 0 ? finding.growthBytesPerHour.value_or(0) / m_mostGrowth : 0.0;
    }
    const auto most = finding.costPerMonth ? m_mostMoney.find(finding.costPerMonth->currency) : m_mostMoney.end();
    return most == m_mostMoney.end() ? 0.0 : std::min(1.0, moneyOf(finding) / most->second);
}

QVariant FindingsModel::data(const QModelIndex& index, int role) const
{
    const Finding* finding = index.isValid() ? this->finding(index.row()) : nullptr;
    if (finding == nullptr) {
        return {};
    }
    const bool hasMoney = finding->costPerMonth.has_value();
    switch (role) {
    case Qt::DisplayRole: return toQString(finding->title);
    case MoneyRole:
        return hasMoney            ? moneyText(finding->costPerMonth->amount, finding->costPerMonth->currency)
            : !m_mostMoney.empty() ? u"—"_s
                                   : bytesText(finding->growthBytesPerHour);
    case UnitRole: return hasMoney || !m_mostMoney.empty() ? tr("/mo") : tr("/h");
    case SubtitleRole: return findingSubtitle(*finding);
    case ConfidenceRole: return confidenceText(finding->confidence.level);
    case SeverityRole: return severityText(*finding);
    case IconNameRole: return severityIcon(*finding);
    case IconColorRole: return severityColor(*finding);
    case KeyRole: return toQString(finding->id);
    case SortRole:
        return hasMoney ? QVariant(moneySortValue(
                   finding->costPerMonth->amount, m_analysis->totals.rankOf(finding->costPerMonth->currency)))
                        : QVariant();
    case BarRole: return barOf(*finding);
    case Qt::ToolTipRole: return hasMoney ? toQString(finding->howComputed) : toQString(finding->costReason);
    case Qt::AccessibleTextRole:
        return QStringList { toQString(finding->id), severityText(*finding), toQString(finding->title),
            data(index, MoneyRole).toString() + data(index, UnitRole).toString() }
            .join(u", "_s);
    default: return {};
    }
}

} // namespace heaptoll::gui
