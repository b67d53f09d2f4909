// SPDX-License-Identifier: Apache-2.0
#include "plugins/focus/focus_parser.h"

#include "core/sdk/support/bill_header.h"
#include "core/sdk/support/csv_reader.h"
#include "plugins/focus/focus_columns.h"
#include "plugins/focus/focus_dialect.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr int kSureScore = 75; ///< all required columns; the rest of the way to 100 is the share of the others
constexpr int kPlausibleScore = 55; ///< clearly FOCUS, but a required column is missing: run() says which
constexpr double kMinShare = 0.8;

bool isCur(const std::vector<std::string>& names)
{
    return std::ranges::any_of(names, [](const std::string& n) { return n.starts_with("lineItem/"); });
}

} // namespace

sdk::ProbeResult FocusParser::probe(const sdk::ProbeInput& input) const
{
    const std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    const auto header = sdk::parseCsvHeader(text, input.isWhole);
    if (!header || isCur(header->names)) {
        return {};
    }
    const FocusMatch match = matchFocus(header->names);
    const double share = static_cast<double>(match.matched) / static_cast<double>(match.defined);
    if (!match.hasRequired && share < kMinShare) {
        return {};
    }
    sdk::ProbeResult result;
    result.formatVersion = match.version();
    result.reason = std::to_string(match.matched) + " of " + std::to_string(match.defined) + " columns, FOCUS "
        + match.version();
    result.score = kSureScore + static_cast<int>(share * (100 - kSureScore));
    if (!match.hasRequired) {
        result.score = kPlausibleScore;
        result.reason += ", but no " + match.missing;
    }
    return result;
}

Result<void> FocusParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    sdk::CsvReader csv(source);
    HEAPTOLL_TRY_ASSIGN(const auto header, csv.readHeader());
    const sdk::BillPart part { &source, &sink, &task, "focus" };
    const FocusMatch match = matchFocus(header.names);
    if (!match.hasRequired) {
        const bool isFocus = static_cast<double>(match.matched) >= kMinShare * static_cast<double>(match.defined);
        return Error { isFocus ? ErrorCode::Malformed : ErrorCode::NotRecognized,
            "the mandatory column " + match.missing + " is missing: its costs would be a guess",
            { source.displayName(), {}, 1, match.missing }, "export the bill with all mandatory FOCUS columns" };
    }
    const auto plan = focusPlan(sdk::columnNames(header, part));
    FocusDialect dialect(part, plan);
    sdk::BillTotals totals;
    Result<void> result;
    {
        sdk::BillReader reader(part, plan, dialect, totals);
        result = reader.read(csv);
    }
    sdk::CostDelivery delivery;
    delivery.format = "focus";
    delivery.formatVersion = match.version();
    delivery.rowsRead = totals.rowsRead;
    delivery.roundedValues = totals.rounded;
    delivery.parts = { source.displayName() };
    for (const auto& [rule, exclusion] : totals.excluded) {
        delivery.excluded.push_back(exclusion);
    }
    sink.costs().endCosts(delivery);
    return result;
}

} // namespace heaptoll
