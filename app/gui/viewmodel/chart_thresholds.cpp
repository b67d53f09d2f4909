// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/chart_thresholds.h"

#include "app/gui/text.h"
#include "core/analysis/workspace_analysis.h"

#include <QCoreApplication>

#include <algorithm>
#include <map>

namespace heaptoll::gui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartData", text);
}

/// What the pods of one workload ask for from a time on. Units: bytes.
struct Change {
    std::int64_t ns = 0;
    std::size_t workload = 0;
    double request = 0;
    double limit = 0;
};

std::vector<Change> changesOf(const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    std::vector<Change> changes;
    for (const std::size_t index : service.workloads) {
        const WorkloadUsage& usage = analysis.workloads[index];
        for (std::size_t i = 0; i < usage.times.size(); ++i) {
            changes.push_back({ usage.times[i].ns, index, usage.requestBytes[i], usage.limitBytes[i] });
        }
        if (!usage.times.empty()) {
            changes.push_back({ usage.times.back().ns + 1, index, 0, 0 }); // it ended; others may go on
        }
    }
    std::ranges::stable_sort(changes, {}, &Change::ns);
    return changes;
}

/// Sums of what was asked for last by each workload. What lasts at most `shortest` seconds is a lost scrape, or a pod that
/// is being replaced, and no other request.
ChartData::Threshold sumOf(
    const ChartData& chart, const std::vector<Change>& changes, double Change::*bytes, double shortest)
{
    ChartData::Threshold threshold;
    QList<QPointF>& steps = threshold.steps;
    std::map<std::size_t, double> now;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        now[changes[i].workload] = changes[i].*bytes;
        if (i + 1 < changes.size() && changes[i + 1].ns == changes[i].ns) {
            continue;
        }
        double sum = 0;
        for (const auto& [workload, part] : now) {
            sum += part;
        }
        const double x = chart.seconds(Instant { changes[i].ns });
        if (i + 1 == changes.size()) { // all have ended: the line ends, too
            steps << QPointF(x, steps.isEmpty() ? sum : steps.back().y());
            break;
        }
        while (!steps.isEmpty() && steps.back().y() != sum && x - steps.back().x() <= shortest) {
            steps.removeLast();
        }
        if (steps.isEmpty() || steps.back().y() != sum) {
            steps << QPointF(x, sum);
        }
    }
    for (const QPointF& step : steps) {
        threshold.bytes = std::max(threshold.bytes, step.y());
    }
    return threshold;
}

} // namespace

void addThresholds(ChartData& chart, const WorkspaceAnalysis& analysis, std::span<const std::size_t> workloads)
{
    double request = 0;
    double limit = 0;
    for (const std::size_t index : workloads) {
        for (const PodUsage& pod : analysis.workloads[index].pods) {
            request = std::max(request, pod.requestBytes.value_or(0));
            limit = std::max(limit, pod.limitBytes.value_or(0));
        }
    }
    if (limit > 0) {
        chart.thresholds.push_back({ limit,
            (limit == request ? tr("request = limit %1 / pod") : tr("limit %1 / pod")).arg(bytesText(limit)) });
    }
    if (request > 0 && request != limit) {
        chart.thresholds.push_back({ request, tr("request %1 / pod").arg(bytesText(request)) });
    }
}

void addThresholdSums(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    const std::vector<Change> changes = changesOf(analysis, service);
    double shortest = 0;
    for (const std::size_t index : service.workloads) {
        shortest = std::max(shortest, kMaxGapSteps * analysis.workloads[index].stepHours * 3600);
    }
    ChartData::Threshold request = sumOf(chart, changes, &Change::request, shortest);
    ChartData::Threshold limit = sumOf(chart, changes, &Change::limit, shortest);
    const bool isSame = limit.steps == request.steps;
    if (limit.bytes > 0) {
        const QString label = isSame ? tr("request = limit, all pods, at most %1") : tr("limit, all pods, at most %1");
        limit.label = label.arg(bytesText(limit.bytes));
        chart.thresholds.push_back(std::move(limit));
    }
    if (request.bytes > 0 && !isSame) {
        request.label = tr("request, all pods, at most %1").arg(bytesText(request.bytes));
        chart.thresholds.push_back(std::move(request));
    }
}

} // namespace heaptoll::gui
