// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/call_tree.h"
#include "plugins/pprof/pprof_parser.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/proto_writer.h"
#include "tests/support/test_sink.h"

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace heaptoll::test {

struct Import {
    Result<void> result;
    std::vector<std::shared_ptr<const Profile>> profiles;
    IssueList issues;

    [[nodiscard]] bool has(std::string_view code) const
    {
        return std::ranges::find(issues.all(), code, &Issue::code) != issues.all().end();
    }
};

inline Import importPprof(std::string bytes, MemorySourceOptions options = {})
{
    MemorySource source(std::move(bytes), std::move(options));
    TestSink sink;
    Result<void> result = pprof::PprofParser().run(source, sink, {});
    return { std::move(result), sink.takeProfiles(), sink.issues };
}

inline const std::string kGoldens = HEAPTOLL_SOURCE_DIR "/tests/golden/pprof/";
inline const std::string kSharedData = HEAPTOLL_SOURCE_DIR "/../shared/data/";

/// What `go tool pprof -top -unit=B` printed.
struct TopOracle {
    struct Row {
        std::int64_t flat = 0;
        std::int64_t cum = 0;
        bool isInline = false;
    };
    std::string type;
    std::map<std::string, Row> rows;
    std::int64_t total = 0;
    std::size_t dropped = 0; ///< nodes below the cut
    std::size_t kept = 0; ///< nodes above it, printed or not
};

/// One report, up to the end of the text or the next "== file" line.
inline TopOracle readTopOracle(const std::string& text)
{
    TopOracle oracle;
    std::istringstream lines(text);
    std::string line;
    bool inTable = false;
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string word;
        if (line.starts_with("Type: ")) {
            oracle.type = line.substr(6);
        } else if (const std::size_t of = line.find(" of ");
                   line.starts_with("Showing nodes accounting") && of != std::string::npos) {
            oracle.total = std::stoll(line.substr(of + 4));
        } else if (line.starts_with("Dropped ")) {
            oracle.dropped = std::stoul(line.substr(8));
        } else if (line.starts_with("Showing top ")) {
            oracle.kept = std::stoul(line.substr(line.find("out of ") + 7));
        } else if (line.find("flat  flat%") != std::string::npos) {
            inTable = true;
        } else if (inTable) {
            TopOracle::Row row;
            std::string percent;
            std::string sum;
            words >> word >> percent >> sum;
            row.flat = std::stoll(word);
            words >> word >> percent;
            row.cum = std::stoll(word);
            std::string name;
            std::getline(words >> std::ws, name);
            for (const std::string_view suffix : { " (inline)", " (partial-inline)" }) {
                if (name.ends_with(suffix)) {
                    row.isInline = suffix == " (inline)";
                    name.resize(name.size() - suffix.size());
                }
            }
            oracle.rows[name] = row;
        }
    }
    oracle.kept = std::max(oracle.kept, oracle.rows.size());
    return oracle;
}

/// Index of the value column with the file's own name for it.
inline std::optional<std::size_t> valueIndexOf(const Profile& profile, const std::string& type)
{
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        if (profile.valueTypes[i].type == type) {
            return i;
        }
    }
    return std::nullopt;
}

/// Compares every row the oracle has, and the number of rows. Returns what differs, "" when nothing does.
inline std::string compareTop(const Profile& profile, const TopOracle& oracle, GroupBy by = GroupBy::Function)
{
    const auto value = valueIndexOf(profile, oracle.type);
    if (!value) {
        return "no sample type " + oracle.type;
    }
    const TopTable table = topTable(profile, *value, by);
    std::ostringstream differences;
    if (table.total != oracle.total) {
        differences << "total " << table.total.value_or(-1) << " is not " << oracle.total << "; ";
    }
    if (by == GroupBy::Function && table.rows.size() != oracle.kept + oracle.dropped) {
        differences << table.rows.size() << " rows instead of " << oracle.kept + oracle.dropped << "; ";
    }
    std::map<std::string, const TopRow*> mine;
    for (const TopRow& row : table.rows) {
        mine[row.name] = &row;
    }
    for (const auto& [name, row] : oracle.rows) {
        const auto it = mine.find(name);
        if (it == mine.end()) {
            differences << "no row " << name << "; ";
        } else if (it->second->self != row.flat || it->second->total != row.cum) {
            differences << name << " " << it->second->self << '/' << it->second->total << " is not " << row.flat << '/'
                        << row.cum << "; ";
        }
    }
    return differences.str();
}

} // namespace heaptoll::test
