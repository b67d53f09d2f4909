// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/sdk/byte_source.h"
#include "core/sdk/cost_sink.h"
#include "core/sdk/heap_sink.h"
#include "core/sdk/severity.h"
#include "core/sdk/usage_sink.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// What an importer may look at to recognise its format. The prefix is decompressed.
struct ProbeInput {
    std::span<const std::byte> prefix; ///< first 64 KiB of the decoded stream, or all of it
    bool isWhole = false; ///< the prefix is the whole input
    std::string_view name; ///< file name without folders; only adds evidence
};

/// How sure an importer is. Score: 100 verified header, 75 structure matches, 50 plausible, 25 name only, 0 no.
struct ProbeResult {
    int score = 0;
    std::string formatVersion;
    std::string reason; ///< evidence in words: "gzip, profile.proto, 4 sample types"
};

/// A manifest that names other files (AWS CUR): the host imports the manifest and takes the files it names off the list
/// of inputs, and of several deliveries of the same thing only the newest. Relative names, '/' separated.
struct Bundle {
    std::string deliveryKey; ///< what is delivered: report, account and billing period; same key = replaces
    std::string deliveryId; ///< which delivery: assembly id
    bool pointsToNewest = false; ///< this manifest is the one that always names the newest delivery
    std::vector<std::string> parts;
};

/// Where parsed data goes. The importer calls only the sub-sinks of its kind.
class Sink {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    Sink(Sink&&) = delete;
    Sink& operator=(Sink&&) = delete;
    virtual ~Sink() = default;

    [[nodiscard]] virtual HeapSink& heap() = 0;
    [[nodiscard]] virtual CostSink& costs() = 0;
    [[nodiscard]] virtual UsageSink& usage() = 0;
    /// An observation that does not stop the import. Location.source may be empty: the host fills the file in.
    virtual void issue(Severity severity, std::string_view code, const Location& where, std::string_view message,
        std::uint64_t count = 1) = 0;
};

/// Reads one format. One instance per file, used by one thread. Never throws on purpose; every read of the input is
/// bounds-checked. After Truncated or Cancelled the importer has delivered and closed (endProfile, endCosts) what was
/// complete, so that the host can keep it as partial.
class Importer {
public:
    Importer() = default;
    Importer(const Importer&) = delete;
    Importer& operator=(const Importer&) = delete;
    Importer(Importer&&) = delete;
    Importer& operator=(Importer&&) = delete;
    virtual ~Importer() = default;

    /// Pure: no I/O, same answer for the same bytes.
    [[nodiscard]] virtual ProbeResult probe(const ProbeInput& input) const = 0;
    /// For manifests: what they name. nullopt for every ordinary format. Errors: as run().
    [[nodiscard]] virtual Result<std::optional<Bundle>> bundle(ByteSource& source) const;
    /// Reads the whole source into the sink. Errors: NotRecognized (not this format after all: detection goes on),
    /// Malformed, Truncated, Unsupported, LimitExceeded, or what the source returned.
    [[nodiscard]] virtual Result<void> run(ByteSource& source, Sink& sink, const TaskContext& task) = 0;
};

inline Result<std::optional<Bundle>> Importer::bundle(ByteSource& /*source*/) const
{
    return std::optional<Bundle> {};
}

} // namespace heaptoll::sdk
