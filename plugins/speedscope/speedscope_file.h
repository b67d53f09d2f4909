// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/base/task_context.h"
#include "core/sdk/importer.h"
#include "core/sdk/support/json_pull.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace heaptoll {

struct SpeedscopeFrame {
    std::string name;
    std::string file;
    std::uint32_t line = 0;
};

/// All stacks of a file. Node 0 is the root; a parent comes before its children.
class SpeedscopeStacks {
public:
    [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::uint32_t frame);
    [[nodiscard]] std::uint32_t parent(std::uint32_t node) const { return m_nodes[node].first; }
    [[nodiscard]] std::uint32_t frame(std::uint32_t node) const { return m_nodes[node].second; }
    [[nodiscard]] std::size_t size() const { return m_nodes.size(); }

private:
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_nodes { { 0, 0 } };
    std::unordered_map<std::uint64_t, std::uint32_t> m_index;
};

/// One profile of a file: weights of nodes, in the order of the file; a node may come several times.
struct SpeedscopeProfile {
    std::string name;
    std::string unit = "none";
    std::vector<std::pair<std::uint32_t, std::int64_t>> weights;
    [[nodiscard]] bool isOfTime() const { return unit != "none" && unit != "bytes"; }
};

struct SpeedscopeFile {
    bool hasProfiles = false; ///< the list is there
    std::string name;
    std::string exporter;
    std::vector<SpeedscopeFrame> frames;
    std::vector<SpeedscopeProfile> profiles; ///< whole ones
    SpeedscopeStacks stacks;
};

/// Reads a file token by token. Frames often come behind the profiles, so stacks keep numbers of frames.
class SpeedscopeReader {
public:
    SpeedscopeReader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_json(source)
        , m_sink(sink)
        , m_task(task)
    { }
    /// Errors: as SpeedscopeParser::run(); file() holds what was complete.
    [[nodiscard]] Result<void> run();
    [[nodiscard]] const SpeedscopeFile& file() const { return m_file; }

private:
    struct Event {
        char type = ' '; ///< 'O' opens a frame, 'C' closes it
        std::uint32_t frame = 0;
        double at = 0;
    };

    [[nodiscard]] Result<void> member(std::string_view key);
    [[nodiscard]] Result<std::string> text(std::string_view what);
    [[nodiscard]] Result<void> shared();
    [[nodiscard]] Result<void> frames();
    [[nodiscard]] Result<void> frame();
    [[nodiscard]] Result<void> profiles();
    [[nodiscard]] Result<void> profile();
    [[nodiscard]] Result<void> samples();
    [[nodiscard]] Result<void> weights();
    [[nodiscard]] Result<void> events(SpeedscopeProfile& profile);
    [[nodiscard]] Result<Event> event();
    [[nodiscard]] Result<std::uint32_t> frameIndex(const sdk::JsonToken& token);
    void joinSamples(SpeedscopeProfile& profile);
    void apply(SpeedscopeProfile& profile, const Event& event, std::uint32_t& node, double& now);
    void add(SpeedscopeProfile& profile, std::uint32_t node, double weight);
    void report();

    sdk::ByteSource& m_source;
    sdk::JsonPull m_json;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    SpeedscopeFile m_file;
    std::vector<std::uint32_t> m_samples; ///< nodes of the open profile
    std::vector<double> m_weights;
    std::uint32_t m_highestFrame = 0; ///< one beyond
    std::uint64_t m_rounded = 0;
    std::uint64_t m_unbalanced = 0;
    std::uint64_t m_tooLarge = 0;
    Location m_firstUnbalanced;
    Location m_firstTooLarge;
};

} // namespace heaptoll
