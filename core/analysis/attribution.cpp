// SPDX-License-Identifier: Apache-2.0
// Memory money per allocation site, closed to the last atto. Method: FINDINGS.md "Attribution".
#include "core/analysis/attribution.h"

#include "core/analysis/growth_units.h"
#include "core/base/text_format.h"

#include <algorithm>
#include <numeric>

namespace heaptoll {

MemoryMeans memoryMeans(const std::vector<const WorkloadUsage*>& workloads)
{
    MemoryMeans means;
    for (const WorkloadUsage* usage : workloads) {
        const UsageMeans own = usageMeans(*usage);
        means.allocatedBytes += own.paidBytes;
        means.workingSetBytes += own.workingSetBytes;
    }
    means.replicas = meanPods(workloads);
    return means;
}

std::vector<AttributedSite> meanLiveSites(
    const UnifiedSeries& series, std::span<const std::size_t> segmentStarts, double minShareOfHeap)
{
    std::vector<AttributedSite> sites;
    for (const GrowthUnit& unit : growthUnits(series, segmentStarts, minShareOfHeap)) {
        AttributedSite site;
        site.site = siteOfFrame(*series.index, unit.frame);
        double area = 0;
        for (std::size_t p = 1; p < unit.bytes.size(); ++p) {
            area += (unit.bytes[p] + unit.bytes[p - 1]) / 2 * (series.times[p] - series.times[p - 1]).toHours();
        }
        const double hours = (series.times.back() - series.times.front()).toHours();
        site.meanLiveBytes = hours > 0
            ? area / hours
            : std::accumulate(unit.bytes.begin(), unit.bytes.end(), 0.0) / static_cast<double>(unit.bytes.size());
        if (site.meanLiveBytes > 0) {
            sites.push_back(std::move(site));
        }
    }
    std::ranges::stable_sort(sites, [](const AttributedSite& a, const AttributedSite& b) {
        return a.meanLiveBytes != b.meanLiveBytes ? a.meanLiveBytes > b.meanLiveBytes : a.site < b.site;
    });
    return sites;
}

Attribution attributeMemory(
    Decimal memoryCost, std::vector<AttributedSite> sites, const MemoryMeans& means, const TimeRange& window)
{
    Attribution result;
    result.window = window;
    result.memoryCost = memoryCost;
    const double heap = std::accumulate(sites.begin(), sites.end(), 0.0, [](double sum, const AttributedSite& site) {
        return sum + site.meanLiveBytes;
    }) * means.replicas;
    if (means.allocatedBytes <= 0) {
        result.note = "no usage data: what the service was given is unknown, so sites cannot be priced";
        return result;
    }
    if (heap > means.workingSetBytes) {
        result.note = "the profiled heap (" + formatBytes(heap) + ") is larger than the working set ("
            + formatBytes(means.workingSetBytes) + "): profiles and usage are not of the same process or time";
        return result;
    }
    for (AttributedSite& site : sites) {
        site.cost = memoryCost.scaledBy(site.meanLiveBytes * means.replicas / means.allocatedBytes);
        result.sitesCost += site.cost;
    }
    result.nonHeapCost = memoryCost.scaledBy((means.workingSetBytes - heap) / means.allocatedBytes);
    result.headroomCost = memoryCost.scaledBy((means.allocatedBytes - means.workingSetBytes) / means.allocatedBytes);
    result.residual = memoryCost - result.sitesCost - result.nonHeapCost - result.headroomCost;
    result.sites = std::move(sites);
    result.isValid = true;
    return result;
}

std::optional<MemorySplit> memorySplit(const ServiceView& service)
{
    const Attribution& whole = service.attribution;
    if (!whole.isValid || !service.memoryCostPerMonth || whole.memoryCost.isZero()) {
        return std::nullopt;
    }
    MemorySplit split;
    split.memory = *service.memoryCostPerMonth;
    const double months = split.memory.toDouble() / whole.memoryCost.toDouble();
    split.sites = whole.sitesCost.scaledBy(months);
    split.nonHeap = whole.nonHeapCost.scaledBy(months);
    split.headroom = whole.headroomCost.scaledBy(months);
    split.residual = split.memory - split.sites - split.nonHeap - split.headroom;
    return split;
}

} // namespace heaptoll
