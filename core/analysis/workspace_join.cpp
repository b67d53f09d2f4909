// SPDX-License-Identifier: Apache-2.0
// Joins profiles, usage and bill by service.
#include "core/analysis/workspace_join.h"

#include "core/analysis/charge_days.h"

#include <algorithm>
#include <array>
#include <functional>

namespace heaptoll {
namespace {

/// What the service of a row depends on, as ids: tags, resource and, where rules ask for them, SKU and product.
using MatchKey = std::array<std::uint32_t, 4>;

std::array<const TextColumn*, 3> matchedColumns(const CostTable& table, const std::vector<ServiceRule>& rules)
{
    const auto isAsked = [&rules](std::string_view field) {
        return std::ranges::find(rules, field, &ServiceRule::field) != rules.end();
    };
    return { table.text(CostRole::Resource), isAsked("sku") ? table.text(CostRole::Sku) : nullptr,
        isAsked("service") ? table.text(CostRole::Service) : nullptr };
}

MatchKey matchKey(const CostTable& table, const std::array<const TextColumn*, 3>& columns, std::size_t row)
{
    MatchKey key { table.rowTags[row] };
    for (std::size_t i = 0; i < columns.size(); ++i) {
        key[i + 1] = columns[i] == nullptr ? 0 : columns[i]->ids[row];
    }
    return key;
}

} // namespace

WorkspaceJoin::WorkspaceJoin(WorkspaceAnalysis& analysis, const TaskContext& task)
    : m_analysis(analysis)
    , m_task(task)
    , m_mapper(analysis.options.rules)
{ }

ServiceView& WorkspaceJoin::view(const std::string& name)
{
    ServiceView& found = m_views[name];
    found.name = name;
    found.isBucket = name == kAmbiguousService || name == kUnassignedService;
    return found;
}

PriceOptions WorkspaceJoin::priceOptions() const
{
    const AnalysisOptions& options = m_analysis.options;
    return { options.cpuToMemoryRatio, options.rateCardPerGibHour, options.rateCardCurrency };
}

std::vector<std::shared_ptr<const CostTable>> WorkspaceJoin::bills() const
{
    std::vector<std::shared_ptr<const CostTable>> tables;
    for (const std::size_t d : m_analysis.costDocuments) {
        tables.push_back(m_analysis.documents[d]->costs());
    }
    return tables;
}

/// Every source may name services; the spelling of the bill's tags is preferred, then that of the workloads.
void WorkspaceJoin::learnNames()
{
    for (const auto& table : bills()) {
        m_mapper.learnTags(*table);
    }
    for (const WorkloadUsage& usage : m_analysis.workloads) {
        m_mapper.learn(usage.workload);
    }
    for (const auto& [path, service] : m_analysis.options.serviceOfPath) {
        m_mapper.learn(service);
    }
    for (const DocumentPtr& document : m_analysis.documents) {
        if (document->kind() == DocumentKind::HeapProfile) {
            m_mapper.learn(
                m_mapper.matchPath(document->path).rank == MatchRank::Heuristic ? serviceInPath(document->path) : "");
        }
    }
}

void WorkspaceJoin::joinProfiles()
{
    for (std::size_t d = 0; d < m_analysis.documents.size(); ++d) {
        const Document& document = *m_analysis.documents[d];
        if (document.kind() != DocumentKind::HeapProfile || !document.profile()) {
            continue;
        }
        const auto byHand = m_analysis.options.serviceOfPath.find(document.path);
        std::string service = byHand != m_analysis.options.serviceOfPath.end()
            ? m_mapper.learn(byHand->second)
            : m_mapper.matchPath(document.path).service;
        const std::string& command = document.profile()->command;
        if (service == kUnassignedService && !serviceInPath(command).empty()) {
            service = m_mapper.learn(serviceInPath(command));
        }
        view(service).profileDocuments.push_back(d);
    }
    for (auto& [name, service] : m_views) {
        std::ranges::stable_sort(service.profileDocuments, {},
            [&](std::size_t d) { return placedTime(m_analysis, *m_analysis.documents[d]).value_or(Instant {}); });
    }
}

void WorkspaceJoin::joinWorkloads()
{
    for (std::size_t w = 0; w < m_analysis.workloads.size(); ++w) {
        const WorkloadUsage& usage = m_analysis.workloads[w];
        view(m_mapper.matchPod(usage.ns, usage.workload).service).workloads.push_back(w);
    }
}

/// Every service is shown in the currency that most of its rows are in: money of different currencies is never added.
void WorkspaceJoin::chooseCurrencies()
{
    std::map<std::string, std::map<std::string, std::size_t>> rowsOf;
    std::map<std::string, std::size_t> all;
    const std::vector<std::shared_ptr<const CostTable>> tables = bills();
    for (std::size_t t = 0; t < tables.size(); ++t) {
        for (std::size_t row = 0; row < tables[t]->rowCount; ++row) {
            const std::string currency(tables[t]->textAt(CostRole::Currency, row));
            const ServiceMatch& match = m_analysis.costRowMatches[t][m_analysis.costRowMatch[t][row]];
            ++rowsOf[match.service][currency];
            ++all[currency];
        }
    }
    const auto mostOf = [](const std::map<std::string, std::size_t>& rows) {
        return std::ranges::max_element(rows, {}, [](const auto& entry) { return entry.second; })->first;
    };
    for (const auto& [service, rows] : rowsOf) {
        view(service).currency = mostOf(rows);
    }
    std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    for (const auto& [currency, rows] : all) {
        totals.push_back({ currency, rows, Decimal {}, {}, {}, {} });
    }
    std::ranges::stable_sort(totals, std::greater {}, &CurrencyTotals::rows);
    if (totals.size() > 1) {
        m_analysis.notes.push_back("the bill has " + std::to_string(totals.size())
            + " currencies, which are never added or compared: a service shows the one that most of its rows are in, "
              "and findings are ranked within a currency, "
            + totals.front().currency + " first, which most rows are in");
    }
}

/// That most rows are in; empty without a bill.
std::string WorkspaceJoin::mainCurrency() const
{
    const std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    return totals.empty() ? std::string() : totals.front().currency;
}

void WorkspaceJoin::addCoverage(Decimal cost, MatchRank rank)
{
    Coverage& coverage = m_analysis.coverage;
    switch (rank) {
    case MatchRank::Rule:
    case MatchRank::Tag: coverage.matched += cost; break;
    case MatchRank::Heuristic: coverage.heuristic += cost; break;
    case MatchRank::Ambiguous: coverage.ambiguous += cost; break;
    case MatchRank::Unassigned: coverage.unassigned += cost; break;
    }
}

void WorkspaceJoin::addCostRow(const CostTable& table, std::size_t row, const ServiceMatch& match)
{
    const DecimalColumn* money = table.money(m_analysis.options.basis);
    const Decimal cost = money != nullptr ? money->at(row) : Decimal {};
    const std::string currency(table.textAt(CostRole::Currency, row));
    std::vector<CurrencyTotals>& totals = m_analysis.totals.byCurrency;
    const auto total = std::ranges::find(totals, currency, &CurrencyTotals::currency);
    total->billed = total->billed.value_or(Decimal {}) + cost;
    m_billEvidence[currency].add(table, row, cost);
    if (total == totals.begin()) {
        addCoverage(cost, match.rank);
    }
    const std::vector<DayShare> shares = sharesByDay(table.chargeStart[row], table.chargeEnd[row], cost);
    m_lastDay = m_firstDay ? std::max(m_lastDay, shares.back().day) : shares.back().day;
    m_firstDay = m_firstDay ? std::min(*m_firstDay, shares.front().day) : shares.front().day;
    ServiceView& service = view(match.service);
    if (currency != service.currency) {
        service.otherCosts[currency] += cost;
        return;
    }
    service.worstRank = service.costRows == 0 ? match.rank : std::max(service.worstRank, match.rank);
    ++service.costRows;
    service.totalCost += cost;
    const bool isByUse = !isScheduledCharge(table, row);
    for (const DayShare& share : shares) {
        m_daily[match.service][share.day] += share.cost;
        if (isByUse) {
            m_dailyByUse[match.service][share.day] += share.cost.toDouble();
        }
    }
    m_evidence[match.service].add(table, row, cost);
}

Result<void> WorkspaceJoin::matchCostRows()
{
    constexpr std::size_t kPollRows = 4096;
    for (const auto& table : bills()) {
        std::map<MatchKey, std::uint32_t> known;
        std::optional<MatchKey> lastKey;
        std::uint32_t last = 0;
        const std::array<const TextColumn*, 3> columns = matchedColumns(*table, m_analysis.options.rules);
        std::vector<ServiceMatch> matches;
        std::vector<std::uint32_t> matchOfRow(table->rowCount);
        for (std::size_t row = 0; row < table->rowCount; ++row) {
            if (row % kPollRows == 0 && m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
            }
            const MatchKey key = matchKey(*table, columns, row);
            if (key != lastKey) {
                const auto [it, isNew] = known.try_emplace(key, static_cast<std::uint32_t>(matches.size()));
                if (isNew) {
                    matches.push_back(m_mapper.matchCostRow(*table, row));
                }
                lastKey = key;
                last = it->second;
            }
            matchOfRow[row] = last;
        }
        m_analysis.costRowMatches.push_back(std::move(matches));
        m_analysis.costRowMatch.push_back(std::move(matchOfRow));
    }
    return {};
}

Result<void> WorkspaceJoin::joinCosts()
{
    constexpr std::size_t kPollRows = 4096;
    HEAPTOLL_TRY(matchCostRows());
    chooseCurrencies();
    const std::vector<std::shared_ptr<const CostTable>> tables = bills();
    for (std::size_t t = 0; t < tables.size(); ++t) {
        if (tables[t]->money(m_analysis.options.basis) == nullptr) {
            m_analysis.notes.push_back("a bill has no " + std::string(name(m_analysis.options.basis)) + " cost");
        }
        for (std::size_t row = 0; row < tables[t]->rowCount; ++row) {
            if (row % kPollRows == 0 && m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
            }
            addCostRow(*tables[t], row, m_analysis.costRowMatches[t][m_analysis.costRowMatch[t][row]]);
        }
    }
    finishCosts();
    return {};
}

void WorkspaceJoin::finishServiceCost(ServiceView& service, double months)
{
    const double hours = m_analysis.options.hoursPerMonth;
    service.price = memoryPrice(m_evidence[service.name],
        m_billEvidence[service.currency.empty() ? mainCurrency() : service.currency], priceOptions());
    for (const auto& [day, cost] : m_daily[service.name]) {
        service.dailyCost.push_back({ day, cost });
    }
    if (service.costRows > 0 && months > 0) {
        service.costPerMonth = service.totalCost.scaledBy(1 / months);
        const MemoryEvidence& evidence = m_evidence[service.name];
        double share = service.price->memoryShare;
        if (service.price->method == PriceMethod::Direct) {
            MemoryEvidence machines = evidence; // beside the rows that are all memory, machines have their own share
            machines.directGibHours = 0;
            share = memoryPrice(machines, priceOptions()).memoryShare;
        }
        const Decimal memory = evidence.directCost + evidence.machineCost.scaledBy(std::clamp(share, 0.0, 1.0));
        if (memory > Decimal {}) {
            service.memoryCost = std::min(memory, std::max(Decimal {}, service.totalCost));
            service.memoryCostPerMonth = service.memoryCost->scaledBy(1 / months);
        }
    }
    if (m_analysis.costDocuments.empty() && service.price->method == PriceMethod::RateCard) {
        double gib = 0;
        for (const std::size_t w : service.workloads) {
            const WorkloadUsage& usage = m_analysis.workloads[w];
            for (std::size_t i = 0; i < usage.times.size(); ++i) {
                gib += std::max(usage.workingSetBytes[i], usage.requestBytes[i]) / 1073741824.0
                    / static_cast<double>(usage.times.size());
            }
        }
        service.currency = service.price->currency;
        if (gib > 0) { // no usage: how much it holds is not known, which is not nothing
            service.memoryCostPerMonth = Decimal::fromDouble(gib * service.price->perGibHour * hours);
        }
    }
    if (service.price->method == PriceMethod::None && m_analysis.costDocuments.empty()) {
        service.price.reset();
    }
}

void WorkspaceJoin::finishCosts()
{
    const double days = m_firstDay ? static_cast<double>(m_lastDay - *m_firstDay + 1) : 0;
    const double months = days * 24 / m_analysis.options.hoursPerMonth;
    WorkspaceTotals& totals = m_analysis.totals;
    for (auto& [currency, evidence] : m_billEvidence) {
        evidence.settle();
    }
    for (auto& [name, service] : m_views) {
        m_evidence[name].settle();
        finishServiceCost(service, months);
    }
    if (totals.byCurrency.empty() && m_analysis.options.rateCardPerGibHour) {
        totals.byCurrency.push_back({ m_analysis.options.rateCardCurrency, 0, {}, {}, {}, {} });
    }
    for (CurrencyTotals& total : totals.byCurrency) {
        total.billedPerMonth =
            total.billed && months > 0 ? std::optional(total.billed->scaledBy(1 / months)) : std::nullopt;
        for (const auto& [name, service] : m_views) {
            if (!service.isBucket && service.memoryCostPerMonth && service.currency == total.currency) {
                total.memoryPerMonth = total.memoryPerMonth.value_or(Decimal {}) + *service.memoryCostPerMonth;
            }
        }
    }
    if (totals.byCurrency.size() == 1) {
        const CurrencyTotals& only = totals.byCurrency.front();
        totals.currency = only.currency;
        totals.billed = only.billed;
        totals.billedPerMonth = only.billedPerMonth;
        totals.memoryPerMonth = only.memoryPerMonth;
    }
}

Result<void> WorkspaceJoin::run()
{
    learnNames();
    joinProfiles();
    joinWorkloads();
    HEAPTOLL_TRY(joinCosts());
    for (auto& [name, service] : m_views) {
        if (m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", {}, {} };
        }
        studyProfiles(service);
        studyUsage(service);
        studyCosts(service);
        attribute(service);
    }
    sortServices();
    return {};
}

void WorkspaceJoin::sortServices()
{
    for (auto& [name, service] : m_views) {
        m_analysis.services.push_back(std::move(service));
    }
    const WorkspaceTotals& totals = m_analysis.totals;
    const auto groupOf = [&totals](const ServiceView& service) {
        return service.totalCost > Decimal {} ? totals.rankOf(service.currency) : totals.byCurrency.size();
    };
    std::ranges::stable_sort(m_analysis.services, [&groupOf](const ServiceView& a, const ServiceView& b) {
        if (a.isBucket != b.isBucket) {
            return b.isBucket;
        }
        if (groupOf(a) != groupOf(b)) {
            return groupOf(a) < groupOf(b);
        }
        return a.totalCost != b.totalCost ? a.totalCost > b.totalCost : a.name < b.name;
    });
}

} // namespace heaptoll
