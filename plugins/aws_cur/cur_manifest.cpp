// SPDX-License-Identifier: Apache-2.0
#include "plugins/aws_cur/cur_manifest.h"

#include "core/sdk/support/json_text.h"

#include <algorithm>

namespace heaptoll {
namespace {

std::string textOf(const std::vector<sdk::JsonValue>& members, std::string_view key)
{
    const sdk::JsonValue* const value = sdk::findJson(members, key);
    return value == nullptr ? std::string() : value->text;
}

bool leavesFolder(std::string_view key)
{
    if (key.empty() || key.starts_with('/') || key.find('\\') != std::string_view::npos
        || key.find('\0') != std::string_view::npos) {
        return true;
    }
    const std::string framed = '/' + std::string(key) + '/';
    return framed.find("/../") != std::string::npos || framed.find("/./") != std::string::npos;
}

} // namespace

bool looksLikeCurManifest(std::string_view prefix)
{
    const std::size_t first = prefix.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return first != std::string_view::npos && prefix[first] == '{'
        && prefix.find("\"assemblyId\"") != std::string_view::npos;
}

Result<CurManifest> parseCurManifest(std::string_view text, const std::string& source)
{
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    const auto members = sdk::parseJsonObject(text);
    const sdk::JsonValue* const list = members ? sdk::findJson(*members, "reportKeys") : nullptr;
    if (list == nullptr || sdk::findJson(*members, "assemblyId") == nullptr) {
        return Error { ErrorCode::NotRecognized, "no manifest of a cost and usage report: no assemblyId or reportKeys",
            { source } };
    }
    CurManifest manifest;
    manifest.assemblyId = textOf(*members, "assemblyId");
    manifest.account = textOf(*members, "account");
    manifest.reportName = textOf(*members, "reportName");
    if (const auto period = sdk::parseJsonObject(textOf(*members, "billingPeriod"))) {
        manifest.periodStart = textOf(*period, "start");
        manifest.periodEnd = textOf(*period, "end");
    }
    const auto keys = sdk::parseJsonArray(list->text);
    if (!keys) {
        return Error { ErrorCode::Malformed, "reportKeys is not a list", { source, {}, 0, "reportKeys" },
            "get the manifest from the bucket again" };
    }
    for (const sdk::JsonValue& key : *keys) {
        if (leavesFolder(key.text)) {
            return Error { ErrorCode::Malformed,
                "the manifest names a part that leaves its folder (\"" + key.text + "\"); nothing was opened",
                { source, {}, 0, "reportKeys" }, "get the manifest from the bucket again" };
        }
        const bool isRepeated = std::ranges::find(manifest.keys, key.text) != manifest.keys.end();
        (isRepeated ? manifest.repeatedKeys : manifest.keys).push_back(key.text);
    }
    return manifest;
}

std::optional<std::string> findCurPart(const sdk::ByteSource& manifest, std::string_view key)
{
    while (true) {
        if (manifest.hasSidecar(key)) {
            return std::string(key);
        }
        const std::size_t slash = key.find('/');
        if (slash == std::string_view::npos) {
            return std::nullopt;
        }
        key.remove_prefix(slash + 1);
    }
}

} // namespace heaptoll
