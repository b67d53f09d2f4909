// SPDX-License-Identifier: Apache-2.0
#pragma once

// The generated usage sets beside the checkout, through the parser that the product uses. Link ZLIB::ZLIB.

#include "core/sdk/support/json_pull.h"
#include "plugins/prometheus/prometheus_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace heaptoll::test {

/// All metrics of a set ("scenario/usage"). Skips the test when the data is absent.
inline std::vector<std::shared_ptr<const UsageTable>> usageTables(const std::string& set)
{
    constexpr std::array<const char*, 5> kFiles { "container_memory_working_set_bytes",
        "kube_pod_container_resource_limits", "kube_pod_container_resource_requests",
        "kube_pod_container_status_last_terminated_reason", "kube_pod_container_status_restarts_total" };
    std::vector<std::shared_ptr<const UsageTable>> tables;
    for (const char* file : kFiles) {
        auto text = readGunzipped(
            std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/generated/") + set + "/" + file + ".00.json.gz");
        if (!text) {
            SKIP("no shared data beside the checkout");
        }
        MemorySource source(std::move(*text));
        TestSink sink;
        CHECK(PrometheusParser().run(source, sink, {}).ok());
        tables.push_back(sink.takeUsage());
    }
    return tables;
}

/// The numbers and texts of the "apps" of a truth.json: app -> key -> value; lists become "name.count".
inline std::map<std::string, std::map<std::string, std::string>> truthOfApps(const std::string& set)
{
    using sdk::JsonKind;
    auto text = readGunzipped(std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/generated/") + set + "/truth.json");
    if (!text) {
        SKIP("no shared data beside the checkout");
    }
    MemorySource source(std::move(*text));
    sdk::JsonPull json(source);
    std::map<std::string, std::map<std::string, std::string>> apps;
    std::vector<std::string> path;
    std::string key;
    while (true) {
        const auto token = json.next();
        if (!token.ok() || token.value().kind == JsonKind::End) {
            CHECK(token.ok());
            return apps;
        }
        const JsonKind kind = token.value().kind;
        if (kind == JsonKind::Key) {
            key = token.value().text;
        } else if (kind == JsonKind::BeginObject || kind == JsonKind::BeginArray) {
            if (path.size() == 4 && path[1] == "apps") {
                apps[path[2]][path[3] + ".count"] =
                    std::to_string(std::stoul("0" + apps[path[2]][path[3] + ".count"]) + 1);
            }
            path.push_back(key);
            key.clear();
        } else if (kind == JsonKind::EndObject || kind == JsonKind::EndArray) {
            path.pop_back();
        } else if (path.size() == 3 && path[1] == "apps") {
            apps[path[2]][key] = kind == JsonKind::True ? "true"
                : kind == JsonKind::False               ? "false"
                                                        : std::string(token.value().text);
        }
    }
}

} // namespace heaptoll::test
