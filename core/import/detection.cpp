// SPDX-License-Identifier: Apache-2.0
#include "core/import/detection.h"

#include "core/import/guarded.h"
#include "core/io/decoded_source.h"

#include <algorithm>
#include <filesystem>

namespace heaptoll {
namespace {

constexpr std::size_t kPrefixBytes = std::size_t { 64 } << 10U;

struct Prefix {
    std::vector<std::byte> bytes;
    bool isWhole = false;
    std::vector<std::string> containers;
    std::optional<Error> error; ///< the stream breaks within the prefix
};

Result<Prefix> readPrefix(const std::string& path)
{
    HEAPTOLL_TRY_ASSIGN(auto source, DecodedSource::open(path, path, {}));
    Prefix prefix;
    prefix.containers = source->containers();
    while (prefix.bytes.size() < kPrefixBytes) {
        auto block = source->nextBlock();
        if (!block.ok()) {
            prefix.error = std::move(block).error();
            break;
        }
        if (block.value().empty()) {
            prefix.isWhole = true;
            break;
        }
        const std::size_t count = std::min(block.value().size(), kPrefixBytes - prefix.bytes.size());
        prefix.bytes.insert(
            prefix.bytes.end(), block.value().begin(), block.value().begin() + static_cast<std::ptrdiff_t>(count));
    }
    return prefix;
}

std::string joined(const std::vector<std::string>& containers)
{
    std::string text;
    for (const std::string& container : containers) {
        text += container + ", ";
    }
    return text;
}

Error notRecognized(const std::string& path, const Prefix& prefix, const std::vector<Detector::Ranked>& ranked)
{
    if (prefix.bytes.empty() && prefix.isWhole) {
        return { ErrorCode::NotRecognized,
            prefix.containers.empty() ? "the file is empty (0 bytes)" : "the file holds no data once it is unpacked",
            { path, {}, 0, {} }, "the recording may have failed or is still in a buffer" };
    }
    if (prefix.bytes.empty() && prefix.error) {
        return *prefix.error;
    }
    std::string best = "no importer knows its content";
    if (!ranked.empty()) {
        best = "best guess " + ranked.front().candidate.format + ", " + std::to_string(ranked.front().candidate.score)
            + " %: " + ranked.front().candidate.reason;
    }
    return { ErrorCode::NotRecognized, "not recognised (" + best + ")", { path, {}, 0, {} },
        "use --input-format to say what it is" };
}

} // namespace

Detector::Answer Detector::detect(const std::string& path) const
{
    Answer answer;
    auto read = guarded("reading it", [&] { return readPrefix(path); });
    if (!read.ok()) {
        answer.error = std::move(read).error();
        return answer;
    }
    const Prefix prefix = std::move(read).value();
    answer.containers = prefix.containers;
    const std::string name = std::filesystem::path(path).filename().string();
    for (const ImporterRegistry::Impl::Format& format : impl().formats()) {
        const auto importer = impl().create(format);
        if (!importer.ok()) {
            continue; // shown by `plugins list`; the file may still be someone else's
        }
        const Result<sdk::ProbeResult> probe =
            guarded("the importer " + format.info->id, [&]() -> Result<sdk::ProbeResult> {
                return importer.value()->probe({ prefix.bytes, prefix.isWhole, name });
            });
        if (probe.ok() && probe.value().score > 0) { // one that fails has said nothing about the file
            answer.ranked.push_back(
                { { format.info->id, probe.value().score, joined(prefix.containers) + probe.value().reason,
                      probe.value().formatVersion },
                    format });
        }
    }
    std::ranges::stable_sort(answer.ranked, [](const Ranked& a, const Ranked& b) {
        return std::pair(a.candidate.score, a.format.info->weight)
            > std::pair(b.candidate.score, b.format.info->weight);
    });
    if (answer.ranked.empty() || answer.ranked.front().candidate.score < kMinImportScore) {
        answer.error = notRecognized(path, prefix, answer.ranked);
    } else if (answer.ranked.size() > 1 && answer.ranked[0].candidate.score == answer.ranked[1].candidate.score
        && answer.ranked[0].format.info->weight == answer.ranked[1].format.info->weight) {
        answer.error = Error { ErrorCode::Ambiguous,
            "could be " + answer.ranked[0].candidate.format + " or " + answer.ranked[1].candidate.format,
            { path, {}, 0, {} },
            "say which with --input-format " + answer.ranked[0].candidate.format + " or --input-format "
                + answer.ranked[1].candidate.format };
    }
    return answer;
}

Detection detectFile(const ImporterRegistry& registry, const std::string& path)
{
    const Detector::Answer answer = Detector { registry }.detect(path);
    Detection detection;
    for (const Detector::Ranked& ranked : answer.ranked) {
        detection.candidates.push_back(ranked.candidate);
    }
    detection.error = answer.error;
    return detection;
}

} // namespace heaptoll
