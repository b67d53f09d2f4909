// SPDX-License-Identifier: Apache-2.0
#include "plugins/speedscope/speedscope_parser.h"

#include "core/sdk/support/metric_words.h"
#include "plugins/speedscope/speedscope_file.h"

#include <algorithm>

namespace heaptoll {
namespace {

constexpr std::string_view kDefaultName = "value";

/// One profile of the file, or several of the same name and unit: threads of one measurement are added up.
struct Column {
    sdk::ValueTypeRow type;
    std::vector<const SpeedscopeProfile*> profiles;
};

sdk::ValueTypeRow typeOf(const SpeedscopeProfile& profile)
{
    const sdk::MetricWord word = sdk::metricNamedIn(profile.name, sdk::MetricWords::Names);
    const bool isBytes = profile.unit == "bytes";
    if (!word.metric.empty() && isBytes == (word.unit == "bytes")) {
        return { word.metric, profile.name, std::string(word.unit) };
    }
    return { "custom", profile.name.empty() ? std::string(kDefaultName) : profile.name, isBytes ? "bytes" : "" };
}

std::vector<Column> columnsOf(const SpeedscopeFile& file)
{
    std::vector<Column> columns;
    for (const SpeedscopeProfile& profile : file.profiles) {
        if (profile.isOfTime()) {
            continue;
        }
        sdk::ValueTypeRow type = typeOf(profile);
        const auto it = std::ranges::find_if(columns, [&type](const Column& column) {
            return column.type.metric == type.metric && column.type.type == type.type && column.type.unit == type.unit;
        });
        if (it == columns.end()) {
            columns.push_back({ std::move(type), { &profile } });
        } else {
            it->profiles.push_back(&profile);
        }
    }
    if (file.profiles.empty()) {
        columns.push_back({ { "custom", std::string(kDefaultName), "" }, {} }); // an empty list is an empty profile
    }
    return columns;
}

class Delivery {
public:
    Delivery(const SpeedscopeFile& file, sdk::HeapSink& heap)
        : m_file(file)
        , m_heap(heap)
        , m_frames(file.frames.size())
        , m_stacks(file.stacks.size())
    { }

    void run(const std::vector<Column>& columns)
    {
        sdk::ProfileRow profile;
        for (const Column& column : columns) {
            profile.values.push_back(column.type);
        }
        m_heap.beginProfile(profile);
        makeStacks();
        std::vector<sdk::StackRef> stacks;
        std::vector<std::int64_t> values;
        for (std::size_t i = 0; i < columns.size(); ++i) {
            for (const SpeedscopeProfile* const one : columns[i].profiles) {
                for (const auto& [node, weight] : one->weights) {
                    stacks.push_back(m_stacks[node]);
                    values.resize(values.size() + columns.size(), 0);
                    values[values.size() - columns.size() + i] = weight;
                }
            }
        }
        m_heap.samples({ stacks, values, {} });
        m_heap.endProfile({});
    }

private:
    void makeStacks()
    {
        for (std::uint32_t node = 1; node < m_file.stacks.size(); ++node) {
            m_stacks[node] = m_heap.stack(m_stacks[m_file.stacks.parent(node)], frameRef(m_file.stacks.frame(node)));
        }
        const bool hasEmpty = std::ranges::any_of(m_file.profiles, [](const SpeedscopeProfile& profile) {
            return std::ranges::any_of(profile.weights, [](const auto& weight) { return weight.first == 0; });
        });
        if (hasEmpty) {
            m_stacks[0] = m_heap.stack({}, named("(no stack)"));
        }
    }

    sdk::FrameRef named(std::string_view function)
    {
        sdk::FrameRow row;
        row.function = m_heap.string(function);
        return m_heap.frame(row);
    }

    sdk::FrameRef frameRef(std::uint32_t index)
    {
        if (index >= m_frames.size()) {
            return named("frame " + std::to_string(index) + " (name missing)");
        }
        if (m_frames[index].isNone()) {
            const SpeedscopeFrame& frame = m_file.frames[index];
            sdk::FrameRow row;
            row.function = m_heap.string(frame.name.empty() && frame.file.empty() ? "(unknown)" : frame.name);
            row.file = m_heap.string(frame.file);
            row.line = frame.line;
            m_frames[index] = m_heap.frame(row);
        }
        return m_frames[index];
    }

    const SpeedscopeFile& m_file;
    sdk::HeapSink& m_heap;
    std::vector<sdk::FrameRef> m_frames; ///< by index
    std::vector<sdk::StackRef> m_stacks; ///< by node
};

void reportUnits(const SpeedscopeFile& file, const std::vector<Column>& columns, sdk::Sink& sink)
{
    const auto ofTime = std::ranges::count_if(file.profiles, &SpeedscopeProfile::isOfTime);
    if (ofTime > 0) {
        sink.issue(Severity::Notice, "speedscope.time_profile", {},
            "profiles of time, which are not of memory; left out", static_cast<std::uint64_t>(ofTime));
    }
    const auto isUnknown = [](const Column& column) { return column.type.unit.empty(); };
    if (std::ranges::any_of(columns, isUnknown)) {
        sink.issue(Severity::Info, "speedscope.unit_unknown", {},
            "profiles without a unit: the file does not say what their numbers count",
            static_cast<std::uint64_t>(std::ranges::count_if(columns, isUnknown)));
    }
}

} // namespace

sdk::ProbeResult SpeedscopeParser::probe(const sdk::ProbeInput& input) const
{
    const std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    const std::size_t start = text.find_first_not_of("\xef\xbb\xbf \t\r\n");
    if (start == std::string_view::npos || text[start] != '{') {
        return {};
    }
    const auto has = [text](std::string_view word) { return text.find(word) != std::string_view::npos; };
    if (has("\"$schema\"") && has("speedscope.app/file-format-schema")) {
        return { 100, {}, "speedscope file, by its schema" };
    }
    const bool hasFrames = has("\"shared\"") && has("\"frames\"");
    const bool hasProfiles = has("\"profiles\"") && (has("\"sampled\"") || has("\"evented\""));
    const bool hasExporter = has("\"exporter\"") && has("speedscope");
    if ((hasFrames && hasProfiles) || (hasExporter && (hasFrames || hasProfiles))) {
        return { 75, {}, "speedscope file, by its keys" };
    }
    return {};
}

Result<void> SpeedscopeParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    SpeedscopeReader reader(source, sink, task);
    Result<void> outcome = reader.run();
    const SpeedscopeFile& file = reader.file();
    const std::vector<Column> columns = columnsOf(file);
    if (outcome.ok() && columns.empty()) {
        return Error { ErrorCode::Unsupported, "a speedscope file of time only: it measures no memory",
            { source.displayName() }, "speedscope itself shows it" };
    }
    const bool isCut =
        !outcome.ok() && (outcome.error().code == ErrorCode::Truncated || outcome.error().code == ErrorCode::Cancelled);
    if (outcome.ok() || (isCut && !columns.empty() && !file.profiles.empty())) {
        reportUnits(file, columns, sink);
        Delivery(file, sink.heap()).run(columns);
    }
    return outcome;
}

} // namespace heaptoll
