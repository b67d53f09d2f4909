// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/chart_events.h"

#include "app/gui/text.h"
#include "core/analysis/workspace_analysis.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<const char*, kEventKindCount> kLaneTitles { QT_TRANSLATE_NOOP("ChartData", "deploys"),
    QT_TRANSLATE_NOOP("ChartData", "restarts"), QT_TRANSLATE_NOOP("ChartData", "OOM kills"),
    QT_TRANSLATE_NOOP("ChartData", "anomalies"), QT_TRANSLATE_NOOP("ChartData", "placed") };
constexpr std::array<const char*, kEventKindCount> kIcons { "flag", "restart", "oom", "warning", "clock" };

QString tr(const char* text)
{
    return QCoreApplication::translate("ChartData", text);
}

/// What happened in one hour: a deploy restarts many pods at once.
struct Bucket {
    Instant first;
    std::set<QString> details;
    int count = 0;
};
using Buckets = std::map<std::pair<std::int64_t, EventKind>, Bucket>;

void note(Buckets& buckets, EventKind kind, Instant time, const QString& detail)
{
    Bucket& bucket = buckets[{ time.ns / Span::hours(1).ns, kind }];
    bucket.first = bucket.count == 0 ? time : std::min(bucket.first, time);
    bucket.details.insert(detail);
    ++bucket.count;
}

void noteDeploys(Buckets& buckets, const WorkloadUsage& workload)
{
    std::map<std::string_view, Instant> firstOf;
    for (const PodUsage& pod : workload.pods) {
        const std::string_view hash = templateHashOfPod(pod.pod, workload.workload);
        if (hash.empty() || pod.times.empty()) {
            continue;
        }
        const auto [it, isNew] = firstOf.emplace(hash, pod.times.front());
        it->second = isNew ? it->second : std::min(it->second, pod.times.front());
    }
    const auto oldest = std::ranges::min_element(firstOf, {}, [](const auto& entry) { return entry.second; });
    for (auto it = firstOf.begin(); it != firstOf.end(); ++it) {
        if (it != oldest) { // the first template was there when recording began
            note(buckets, EventKind::Deploy, it->second, toQString(workload.workload) + u' ' + toQString(it->first));
        }
    }
}

} // namespace

QString eventLaneTitle(EventKind kind)
{
    return tr(kLaneTitles.at(static_cast<std::size_t>(kind)));
}

QString eventLabel(EventKind kind, int count)
{
    if (kind == EventKind::Anomaly || kind == EventKind::Recording) {
        return QCoreApplication::translate("ChartData", "%n event(s)", nullptr, count);
    }
    const QString what = kind == EventKind::OomKill ? tr("OOM kill")
        : kind == EventKind::Deploy                 ? tr("deploy")
                                                    : tr("restart");
    return count > 1 ? u"%1 × %2"_s.arg(what).arg(count) : what;
}

QString eventIcon(EventKind kind)
{
    return QLatin1String(kIcons.at(static_cast<std::size_t>(kind)));
}

std::string_view templateHashOfPod(std::string_view pod, std::string_view workload)
{
    if (!pod.starts_with(workload) || pod.size() <= workload.size() + 1 || pod[workload.size()] != '-') {
        return {};
    }
    const std::string_view rest = pod.substr(workload.size() + 1); // "7d9f4c8b5-x2k4p"
    const std::size_t dash = rest.find('-');
    constexpr std::size_t kSuffix = 5;
    constexpr std::size_t kLongestHash = 10;
    const bool isDeployment = dash != std::string_view::npos && dash >= kSuffix && dash <= kLongestHash
        && rest.size() == dash + 1 + kSuffix && rest.find('-', dash + 1) == std::string_view::npos;
    return isDeployment ? rest.substr(0, dash) : std::string_view {};
}

void addEvents(ChartData& chart, const WorkspaceAnalysis& analysis, const ServiceView& service)
{
    Buckets buckets;
    for (const std::size_t index : service.workloads) {
        const WorkloadUsage& workload = analysis.workloads[index];
        for (const PodEvent& event : workload.events) {
            const bool isKill = event.kind == PodEvent::Kind::OomKill;
            note(buckets, isKill ? EventKind::OomKill : EventKind::Restart, event.time, toQString(event.pod));
        }
        noteDeploys(buckets, workload);
    }
    for (const auto& [key, bucket] : buckets) {
        const QStringList details(bucket.details.begin(), bucket.details.end());
        chart.events.push_back({ chart.seconds(bucket.first), key.second, eventLabel(key.second, bucket.count),
            details.join(u'\n'), 0, bucket.count });
    }
    for (const AnomalyEvent& anomaly : service.anomalies) {
        chart.events.push_back({ chart.seconds(anomaly.range.start), EventKind::Anomaly,
            tr("cost %1").arg(toQString(name(anomaly.kind)).replace(QLatin1Char('_'), QLatin1Char(' '))),
            toQString(service.name), 0 });
    }
    std::ranges::stable_sort(chart.events, {}, &ChartData::Event::at);
}

std::vector<Recording> relativeRecordings(const WorkspaceAnalysis& analysis)
{
    std::vector<Recording> recordings;
    for (const DocumentPtr& document : analysis.documents) {
        const auto profile = document->profile();
        if (!profile || profile->time) {
            continue;
        }
        Recording recording;
        recording.path = document->path;
        const QString path = toQString(document->path);
        recording.name = path.mid(path.lastIndexOf(u'/') + 1);
        recording.duration = profile->duration;
        const auto placed = analysis.options.placementOfPath.find(document->path);
        if (placed != analysis.options.placementOfPath.end()) {
            recording.isRateOnly = placed->second.clock == TimePlacement::Clock::RateOnly;
            recording.start = recording.isRateOnly ? std::nullopt : placed->second.start;
        }
        recordings.push_back(std::move(recording));
    }
    return recordings;
}

} // namespace heaptoll::gui
