// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/aws_cur_parser.h"

#include "core/sdk/support/bill_header.h"
#include "core/sdk/support/byte_reader.h"
#include "core/sdk/support/csv_reader.h"
#include "plugins/aws_cur/cur_columns.h"
#include "plugins/aws_cur/cur_dialect.h"
#include "plugins/aws_cur/cur_manifest.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr int kManifestScore = 100;
constexpr int kReportScore = 75; ///< plus up to 25 for the share of core columns
constexpr std::size_t kMaxManifestBytes = std::size_t { 16 } << 20U;

std::string_view textOf(std::span<const std::byte> bytes)
{
    return { reinterpret_cast<const char*>(bytes.data()), bytes.size() };
}

/// A source whose first block has been looked at and is delivered once more.
class PeekedSource final : public sdk::ByteSource {
public:
    explicit PeekedSource(sdk::ByteSource& source)
        : m_source(source)
    { }
    Result<std::string_view> peek()
    {
        HEAPTOLL_TRY_ASSIGN(const auto block, m_source.nextBlock());
        m_first.assign(textOf(block));
        m_isPeeked = true;
        return std::string_view(m_first);
    }
    Result<std::span<const std::byte>> nextBlock() override
    {
        if (m_isPeeked && !m_first.empty()) {
            m_isPeeked = false;
            return std::as_bytes(std::span(m_first.data(), m_first.size()));
        }
        return m_source.nextBlock();
    }
    [[nodiscard]] std::uint64_t offset() const override { return m_source.offset(); }
    [[nodiscard]] std::optional<std::uint64_t> size() const override { return m_source.size(); }
    [[nodiscard]] std::string displayName() const override { return m_source.displayName(); }
    Result<std::unique_ptr<ByteSource>> openSidecar(std::string_view relativeName) override
    {
        return m_source.openSidecar(relativeName);
    }
    [[nodiscard]] bool hasSidecar(std::string_view relativeName) const override
    {
        return m_source.hasSidecar(relativeName);
    }

private:
    sdk::ByteSource& m_source;
    std::string m_first;
    bool m_isPeeked = false;
};

/// One bill in the making, of one part or of many.
struct Bill {
    sdk::BillTotals totals;
    sdk::CostDelivery delivery;
    bool isBegun = false;
    std::optional<Error> partError; ///< of the first part that could not be read to its end
};

Result<void> readPart(const sdk::BillPart& part, Bill& bill)
{
    sdk::CsvReader csv(*part.source);
    HEAPTOLL_TRY_ASSIGN(const auto header, csv.readHeader());
    const CurMatch match = matchCur(header.names);
    if (!match.isCur) {
        return Error { ErrorCode::NotRecognized,
            "no cost and usage report: the column " + match.missing + " is missing",
            { part.source->displayName(), {}, 1, {} } };
    }
    const CurPlan plan = curPlan(sdk::columnNames(header, part));
    CurDialect dialect(part, plan, bill.totals);
    sdk::BillReader reader(part, plan.columns, dialect, bill.totals);
    bill.isBegun = true;
    bill.delivery.formatVersion = match.dialect;
    bill.delivery.parts.push_back(part.source->displayName());
    return reader.read(csv);
}

void finish(Bill& bill, sdk::Sink& sink)
{
    if (!bill.isBegun) {
        return;
    }
    bill.delivery.format = "aws-cur";
    bill.delivery.rowsRead = bill.totals.rowsRead;
    bill.delivery.roundedValues = bill.totals.rounded;
    for (const auto& [rule, exclusion] : bill.totals.excluded) {
        bill.delivery.excluded.push_back(exclusion);
    }
    sink.costs().endCosts(bill.delivery);
}

/// Reads one part of a delivery. A part that is not there or breaks off makes the bill partial, not
/// worthless.
Result<void> readListedPart(const std::string& key, const sdk::BillPart& manifest, Bill& bill)
{
    Location where { manifest.source->displayName(), {}, 0, "reportKeys" };
    const auto name = findCurPart(*manifest.source, key);
    if (!name) {
        manifest.sink->issue(Severity::DataLoss, "aws_cur.missing_part", where,
            "the part " + key + " of this delivery is not here: the bill is incomplete");
        return {};
    }
    auto opened = manifest.source->openSidecar(*name);
    sdk::BillPart part = manifest;
    Result<void> result;
    if (opened.ok()) {
        part.source = opened.value().get();
        result = readPart(part, bill);
    } else {
        result = std::move(opened).error();
    }
    if (!result.ok() && result.error().code != ErrorCode::Cancelled) {
        if (!result.error().where.source.empty()) {
            where = result.error().where;
        }
        manifest.sink->issue(Severity::DataLoss, "aws_cur.broken_part", where,
            "the part " + *name + " could not be read to its end: " + result.error().message);
        if (!bill.partError) {
            bill.partError = std::move(result).error();
        }
        return {};
    }
    return result;
}

Result<void> readDelivery(const CurManifest& manifest, const sdk::BillPart& part, Bill& bill)
{
    const Location where { part.source->displayName(), {}, 0, "reportKeys" };
    for (const std::string& key : manifest.repeatedKeys) {
        part.sink->issue(Severity::DataLoss, "aws_cur.part_listed_twice", where,
            "the manifest lists the part " + key + " twice; it is counted once");
    }
    for (const std::string& key : manifest.keys) {
        HEAPTOLL_TRY(readListedPart(key, part, bill));
    }
    if (!bill.isBegun) {
        Error error { ErrorCode::Io,
            "none of the " + std::to_string(manifest.keys.size()) + " parts of this delivery could be read", where,
            "copy the parts beside the manifest" };
        if (bill.partError) { // the first reason, at its place
            error.message += ": " + bill.partError->message;
            error.where = bill.partError->where;
            error.hint = bill.partError->hint;
        }
        return error;
    }
    return {};
}

std::string folderOf(const std::string& path)
{
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
        return {};
    }
    const std::size_t before = path.rfind('/', slash - 1);
    return path.substr(before == std::string::npos || slash == 0 ? 0 : before + 1,
        slash - (before == std::string::npos || slash == 0 ? 0 : before + 1));
}

} // namespace

sdk::ProbeResult AwsCurParser::probe(const sdk::ProbeInput& input) const
{
    const std::string_view text = textOf(input.prefix);
    if (looksLikeCurManifest(text) && text.find("\"reportKeys\"") != std::string_view::npos) {
        return { kManifestScore, "manifest", "JSON with assemblyId and reportKeys" };
    }
    if (looksLikeCurManifest(text) && !input.isWhole && text.find("\"columns\"") != std::string_view::npos) {
        return { kReportScore, "manifest", "JSON with assemblyId and columns" };
    }
    const auto header = sdk::parseCsvHeader(text, input.isWhole);
    if (!header) {
        return {};
    }
    const CurMatch match = matchCur(header->names);
    if (!match.isCur) {
        return {};
    }
    const std::size_t share = match.matched * (100 - kReportScore) / match.defined;
    return { kReportScore + static_cast<int>(share), match.dialect,
        std::to_string(match.matched) + " of " + std::to_string(match.defined) + " core columns, " + match.dialect
            + " dialect" };
}

Result<std::optional<sdk::Bundle>> AwsCurParser::bundle(sdk::ByteSource& source) const
{
    PeekedSource peeked(source);
    HEAPTOLL_TRY_ASSIGN(const auto prefix, peeked.peek());
    if (!looksLikeCurManifest(prefix)) {
        return std::optional<sdk::Bundle> {};
    }
    HEAPTOLL_TRY_ASSIGN(const auto bytes, sdk::readAll(peeked, kMaxManifestBytes));
    HEAPTOLL_TRY_ASSIGN(const auto manifest, parseCurManifest(textOf(bytes), source.displayName()));
    sdk::Bundle bundle;
    bundle.deliveryKey =
        manifest.reportName + '|' + manifest.account + '|' + manifest.periodStart + '-' + manifest.periodEnd;
    bundle.deliveryId = manifest.assemblyId;
    bundle.pointsToNewest = folderOf(source.displayName()) != manifest.assemblyId;
    for (const std::string& key : manifest.keys) {
        if (auto name = findCurPart(source, key)) {
            bundle.parts.push_back(std::move(*name));
        }
    }
    return std::optional(std::move(bundle));
}

Result<void> AwsCurParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    PeekedSource peeked(source);
    HEAPTOLL_TRY_ASSIGN(const auto prefix, peeked.peek());
    const sdk::BillPart part { &peeked, &sink, &task, "aws_cur" };
    Bill bill;
    Result<void> result;
    if (looksLikeCurManifest(prefix)) {
        HEAPTOLL_TRY_ASSIGN(const auto bytes, sdk::readAll(peeked, kMaxManifestBytes));
        HEAPTOLL_TRY_ASSIGN(const auto manifest, parseCurManifest(textOf(bytes), source.displayName()));
        result = readDelivery(manifest, part, bill);
    } else {
        result = readPart(part, bill);
    }
    finish(bill, sink);
    return result;
}

} // namespace heaptoll
