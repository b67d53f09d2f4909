// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_setup.h"
#include "app/cli/heap_query.h"
#include "core/analysis/growth_processes.h"
#include "core/base/text_format.h"
#include "core/export/heap_json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 8> kFields { "function", "file", "module", "line", "class", "growth", "live",
    "service" };

/// rate: bytes per hour; absent where the unit is another.
FieldValue fieldOf(
    const std::string& service, const SiteGrowth& site, std::optional<double> rate, std::string_view field)
{
    if (field == "service") {
        return service;
    }
    if (field == "class") {
        return std::string(name(site.growthClass));
    }
    if (field == "growth") {
        return rate ? FieldValue { *rate } : FieldValue {};
    }
    return field == "live" ? FieldValue { static_cast<double>(site.liveBytes) } : siteField(site.site, field);
}

/// Live-bytes profiles of a service that the analysis could put into no series, in the order of `ordered`.
std::vector<DocumentPtr> withoutSeries(
    const WorkspaceAnalysis& analysis, const ServiceView& service, const std::vector<DocumentPtr>& ordered)
{
    std::vector<DocumentPtr> found;
    for (const DocumentPtr& document : ordered) {
        const bool isOfService = std::ranges::any_of(
            service.profileDocuments, [&](std::size_t d) { return analysis.documents[d] == document; });
        if (isOfService && document->profile()->valueIndex(Metric::LiveBytes)) {
            found.push_back(document);
        }
    }
    return found;
}

/// Is it a series by itself, of states that know their order and no time?
bool holdsStates(const std::vector<DocumentPtr>& documents)
{
    const auto profile = documents.size() == 1 ? documents.front()->profile() : nullptr;
    return profile && profile->timeline && profile->timeline->allocations().empty()
        && profile->timeline->checkpointTimes().size() > 1;
}

/// Profiles without times are a series by their order: by the numbers in their names, else by the time of the files.
Result<std::vector<ServiceGrowth>> orderedSeries(
    Context& context, const Inputs& inputs, const WorkspaceAnalysis& analysis)
{
    std::vector<ServiceGrowth> all;
    HEAPTOLL_TRY_ASSIGN(const std::vector<DocumentPtr> profiles, profilesOf(inputs));
    const bool hasSome = std::ranges::any_of(analysis.services, [&](const ServiceView& service) {
        const std::vector<DocumentPtr> documents = withoutSeries(analysis, service, profiles);
        return !service.growth && (documents.size() > 1 || holdsStates(documents));
    });
    if (!hasSome) {
        return all;
    }
    HEAPTOLL_TRY_ASSIGN(const std::vector<DocumentPtr> ordered, profilesInOrder(context, inputs));
    for (const ServiceView& service : analysis.services) {
        const std::vector<DocumentPtr> documents = withoutSeries(analysis, service, ordered);
        if (!service.growth && holdsStates(documents)) {
            all.push_back(
                { service.name, growthOfStates(documents.front()->profile(), analysis.options.growth, context.task),
                    isPartial(*documents.front()), documents.front()->path });
            context.note(service.name + ": " + all.back().growth.notes.front());
            continue;
        }
        if (service.growth || documents.size() < 2) {
            continue;
        }
        std::vector<SeriesPoint> points;
        std::vector<std::string> paths;
        for (const DocumentPtr& document : documents) {
            points.push_back({ {}, document->profile(), document->isComplete });
            paths.push_back(document->path);
        }
        const bool isPartialSeries = std::ranges::any_of(documents, [](const DocumentPtr& d) { return isPartial(*d); });
        GrowthReport growth = growthInOrder(points, paths, analysis.options.growth, context.task);
        context.note(service.name + ": " + growth.notes.front());
        all.push_back({ service.name, std::move(growth), isPartialSeries, {} });
    }
    return all;
}

/// Services with a series, the longest first. all: those that the analysis does not have.
std::vector<ServiceGrowth> collect(
    const WorkspaceAnalysis& analysis, const Filter& filter, std::vector<ServiceGrowth> all)
{
    for (const ServiceView& service : analysis.services) {
        if (!service.growth) {
            continue;
        }
        const bool isPartialService = std::ranges::any_of(service.profileDocuments,
            [&analysis](std::size_t document) { return isPartial(*analysis.documents[document]); });
        all.push_back({ service.name, *service.growth, isPartialService, service.growthSource });
        for (const GrowthStudy& study : service.furtherGrowth) {
            all.push_back({ service.name, study.growth, isPartialService, study.source });
        }
    }
    for (ServiceGrowth& one : all) {
        std::erase_if(one.growth.sites, [&](const SiteGrowth& site) {
            return !filter.isEmpty() && !filter.matches([&](std::string_view field) {
                return fieldOf(one.service, site, hourlyRate(one.growth, site), field);
            });
        });
    }
    std::ranges::stable_sort(all, std::ranges::greater {}, [](const ServiceGrowth& s) { return s.growth.points; });
    return all;
}

/// "60 min", or what stands for the times.
std::string spanInWords(const GrowthReport& growth)
{
    switch (growth.rateUnit) {
    case RateUnit::Hour: return "over " + formatSpan(Span { static_cast<std::int64_t>(growth.hours * 3.6e12) });
    case RateUnit::Profile: return "without times, in order";
    case RateUnit::Unknown: return "of the same time";
    }
    return {};
}

std::string rateOf(const GrowthReport& growth, const SiteGrowth& site)
{
    switch (growth.rateUnit) {
    case RateUnit::Hour: return formatGrowth(site.bytesPerHour);
    case RateUnit::Profile: return formatBytes(site.bytesPerHour) + "/profile";
    case RateUnit::Unknown: return std::string(kUnknown);
    }
    return {};
}

std::string intervalOf(const GrowthReport& growth, const SiteGrowth& site)
{
    if (growth.rateUnit == RateUnit::Unknown) {
        return std::string(kUnknown);
    }
    return formatBytes(site.low) + " – " + formatBytes(site.high);
}

std::string growthTable(const ServiceGrowth& service, std::size_t limit, const TextStyle& style)
{
    const GrowthReport& growth = service.growth;
    const std::string source = service.source.empty() ? std::string() : ", recording " + printable(service.source);
    std::string out = emphasised(printable(service.service), Emphasis::Strong, style) + source + ": "
        + formatCount(static_cast<double>(growth.points)) + " profiles " + spanInWords(growth)
        + (service.isPartial ? " (partial)" : "") + "\n\n";
    TextTable table({ { "CLASS", Align::Left, false }, { "GROWTH", Align::Right, false },
        { growth.rateUnit == RateUnit::Profile ? "95 %, PER PROFILE" : "95 %, PER HOUR", Align::Right, false },
        { "p", Align::Right, false }, { "LIVE", Align::Right, false }, { "FUNCTION", Align::Left, true },
        { "WHERE", Align::Left, true } });
    for (std::size_t i = 0; i < shownRows(growth.sites.size(), limit); ++i) {
        const SiteGrowth& site = growth.sites[i];
        const Emphasis look = site.growthClass == GrowthClass::Leak ? Emphasis::Bad : Emphasis::None;
        table.addRow({ { std::string(name(site.growthClass)), look }, rateOf(growth, site), intervalOf(growth, site),
            site.pValue < 0.001 ? std::string("< 0.001") : Decimal::fromDouble(site.pValue).toFixed(3),
            formatBytes(static_cast<double>(site.liveBytes)), site.site.function, placeOf(site.site) });
    }
    return out + table.render(style) + moreRows(growth.sites.size(), limit);
}

} // namespace

Result<CommandOutput> runGrowth(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(const std::size_t tableLimit, rowLimit(context, true));
    HEAPTOLL_TRY_ASSIGN(const std::size_t limit, rowLimit(context, false));
    HEAPTOLL_TRY_ASSIGN(const AnalysisOptions options, analysisOptions(context));
    const std::string metric = context.arguments.value("metric").value_or("live_bytes");
    if (metric != "live_bytes") {
        return usageError("growth is measured on live_bytes, not on '" + metric + '\'',
            "for other metrics compare two profiles: heaptoll diff A B --metric " + metric);
    }
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    HEAPTOLL_TRY_ASSIGN(const auto profiles, profilesOf(inputs));
    HEAPTOLL_TRY_ASSIGN(const auto analysis, analyzeInputs(context, inputs, options));
    HEAPTOLL_TRY_ASSIGN(auto ordered, orderedSeries(context, inputs, *analysis));
    const std::vector<ServiceGrowth> services = collect(*analysis, filter, std::move(ordered));
    if (services.empty()) {
        return Error { ErrorCode::NotRecognized,
            profiles.size() == 1
                ? std::string("growth needs two profiles of one service, and found one profile")
                : "growth needs two profiles of one service with live bytes, and none of the services of the "
                    + formatCount(static_cast<double>(profiles.size())) + " profiles has two such",
            {}, "name the service of files with --service NAME=GLOB" };
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [services, limit, tableLimit, sources = inputs.sources](
                        OutputFormat format, const TextStyle& style) {
        if (format == OutputFormat::Json) {
            return growthJson(services, sources, limit);
        }
        if (format == OutputFormat::Csv) {
            return growthCsv(services, limit);
        }
        std::string out;
        for (const ServiceGrowth& service : services) {
            out += (out.empty() ? "" : "\n") + growthTable(service, tableLimit, style);
        }
        return out;
    };
    return output;
}

} // namespace heaptoll::cli
