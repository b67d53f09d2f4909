// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of billing importers share: files (gzip or not) as sources, and the comparison of a bill
// with the exact sums its generator wrote down (truth.json).

#include "core/analysis/cost_query.h"
#include "core/sdk/support/json_text.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace heaptoll::test {

inline std::string fileBytes(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return { std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>() };
}

/// The bytes as the host hands them over: decompressed when they are gzip.
inline std::string decoded(const std::filesystem::path& path)
{
    std::string bytes = fileBytes(path);
    if (bytes.starts_with("\x1f\x8b")) {
        return gunzip(bytes).value_or(std::string());
    }
    return bytes;
}

/// Every file below a folder as sidecar of a manifest in it.
inline std::map<std::string, std::string, std::less<>> sidecarsOf(const std::filesystem::path& folder)
{
    std::map<std::string, std::string, std::less<>> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files[entry.path().lexically_relative(folder).generic_string()] = decoded(entry.path());
        }
    }
    return files;
}

/// Runs an importer over bytes; keeps the result, the issues and the bill.
struct BillRun {
    template<typename Parser>
    static std::unique_ptr<BillRun> of(Parser&& parser, std::string bytes, MemorySourceOptions options = {})
    {
        auto run = std::make_unique<BillRun>();
        MemorySource source(std::move(bytes), std::move(options));
        run->result = parser.run(source, run->sink, TaskContext {});
        run->bill = run->sink.takeCosts();
        return run;
    }

    [[nodiscard]] std::string total(CostBasis basis) const
    {
        if (!bill) {
            return "no bill";
        }
        const auto answer = queryCosts(*bill, basis, {}, {}, {}, TaskContext {});
        if (!answer.ok() || !answer.value().hasBasis) {
            return "no basis";
        }
        Decimal sum;
        for (const auto& [currency, cost] : answer.value().totals.byCurrency) {
            sum += cost.value_or(Decimal {});
        }
        return sum.toString();
    }
    [[nodiscard]] bool isPartial() const { return !result.ok() || sink.issues.hasDataLoss(); }

    TestSink sink;
    Result<void> result;
    std::shared_ptr<const CostTable> bill;
};

/// Sums of several bills by the keys of a query, in one basis.
using Sums = std::map<std::vector<std::string>, Decimal>;
inline Sums sumsOf(
    const std::vector<std::shared_ptr<const CostTable>>& bills, CostBasis basis, const std::vector<CostDimension>& by)
{
    Sums sums;
    for (const auto& bill : bills) {
        const auto answer = queryCosts(*bill, basis, by, {}, {}, TaskContext {});
        CHECK(answer.ok());
        for (const CostGroup& group : answer.ok() ? answer.value().groups : std::vector<CostGroup> {}) {
            sums[group.keys] += group.cost;
        }
    }
    return sums;
}

inline std::vector<sdk::JsonValue> objectOf(const std::string& text)
{
    return sdk::parseJsonObject(text).value_or(std::vector<sdk::JsonValue> {});
}

inline std::vector<sdk::JsonValue> membersOf(const std::vector<sdk::JsonValue>& object, std::string_view key)
{
    const sdk::JsonValue* const value = sdk::findJson(object, key);
    return value == nullptr ? std::vector<sdk::JsonValue> {} : objectOf(value->text);
}

inline Decimal measureOf(const std::vector<sdk::JsonValue>& measures, std::string_view name)
{
    const sdk::JsonValue* const value = sdk::findJson(measures, name);
    const auto parsed = value == nullptr ? std::nullopt : Decimal::parse(value->text);
    CHECK(parsed.has_value());
    return parsed ? parsed->value : Decimal {};
}

/// Compares bills with truth.json to the last digit: per service and day, per day, per tag app, and in total.
inline void checkTruth(const std::string& truthText, const std::vector<std::shared_ptr<const CostTable>>& bills,
    const std::vector<std::pair<std::string, CostBasis>>& measures)
{
    const auto truth = objectOf(truthText);
    CHECK(!truth.empty());
    if (truth.empty() || bills.empty()) {
        CHECK(!bills.empty());
        return;
    }
    std::size_t rows = 0;
    for (const auto& bill : bills) {
        rows += bill->rowCount;
        CHECK(reconcile(*bill).reconciles);
    }
    CHECK_EQ(std::to_string(rows), sdk::findJson(truth, "rows_written")->text);
    for (const auto& [measure, basis] : measures) {
        const Sums total = sumsOf(bills, basis, {});
        CHECK_EQ(total.begin()->second.toString(), measureOf(membersOf(truth, "total"), measure).toString());
        Sums expected;
        for (const sdk::JsonValue& service : membersOf(truth, "by_service_day")) {
            for (const sdk::JsonValue& day : objectOf(service.text)) {
                expected[{ service.key, day.key }] = measureOf(objectOf(day.text), measure);
            }
        }
        CHECK(!expected.empty());
        CHECK(sumsOf(bills, basis, { { "service" }, { "day" } }) == expected);
        expected.clear();
        for (const sdk::JsonValue& app : membersOf(truth, "by_app_tag")) {
            expected[{ app.key == "(untagged)" ? "" : app.key }] = measureOf(objectOf(app.text), measure);
        }
        CHECK(sumsOf(bills, basis, { { "tag:app" } }) == expected);
    }
}

} // namespace heaptoll::test
