// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/profile_writer.h"

#include "core/base/decimal.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace heaptoll::heap_text {
namespace {

constexpr std::size_t kBatch = 4096; ///< rows

std::vector<sdk::ValueTypeRow> valueTypes(const Profile& profile)
{
    const bool isLive = profile.header.kind == Kind::Exact || profile.header.kind == Kind::Sampled;
    if (!isLive) {
        return { { "custom", "objects", "count" }, { "custom", "space", "bytes" } };
    }
    if (!profile.hasAllocated) {
        return { { "live_objects", "objects", "count" }, { "live_bytes", "space", "bytes" } };
    }
    return { { "alloc_objects", "alloc_objects", "count" }, { "alloc_bytes", "alloc_space", "bytes" },
        { "live_objects", "inuse_objects", "count" }, { "live_bytes", "inuse_space", "bytes" } };
}

class Writer {
public:
    Writer(const Profile& profile, const std::string& sourceName, sdk::Sink& sink, const TaskContext& task)
        : m_profile(profile)
        , m_sourceName(sourceName)
        , m_sink(sink)
        , m_task(task)
    { }

    Result<void> run()
    {
        begin();
        resolveAddresses();
        resolveNamed();
        makePaths();
        HEAPTOLL_TRY(send());
        sdk::RecordingTotals totals;
        totals.peakRssBytes = m_profile.peakRssBytes;
        m_sink.heap().endProfile(totals);
        report();
        return {};
    }

private:
    using Location = StackTable::Location;

    void begin()
    {
        sdk::ProfileRow row;
        row.values = valueTypes(m_profile);
        row.defaultValue = row.values.size() - 1;
        row.time = m_profile.time;
        const std::int64_t rate = m_profile.header.rateBytes;
        row.sampling = { rate > 1 ? rate : 0, rate > 0 };
        const std::string& named = m_profile.symbols.binary();
        row.command = repaired(named.empty() ? m_profile.map.mainBinary() : named);
        row.formatVersion = m_profile.header.version;
        m_hasAllocated = row.values.size() > 2;
        m_sink.heap().beginProfile(row);
    }

    std::string repaired(std::string_view text)
    {
        auto better = sdk::repairUtf8(text);
        m_repairedTexts += better ? 1U : 0U;
        return better ? std::move(*better) : std::string(text);
    }

    sdk::StringRef string(std::string_view text) { return m_sink.heap().string(repaired(text)); }

    /// A file that moves between runs of a program keeps its offsets: they are what frames have as their address.
    /// Where no file lies, or none is known, it stays the one of the process.
    void resolveAddresses()
    {
        std::unordered_map<std::string_view, sdk::StringRef> modules;
        for (const std::uint64_t address : m_profile.stacks.addresses()) {
            m_starts.push_back(m_frames.size());
            sdk::FrameRow row;
            row.address = address;
            const Mapping* const mapping = m_profile.map.find(address);
            if (mapping != nullptr && !mapping->file.empty()) {
                const auto [it, isNew] = modules.try_emplace(mapping->file);
                if (isNew) {
                    it->second = string(mapping->file);
                }
                row.module = it->second;
                row.address = address - mapping->start + mapping->fileOffset;
            }
            const auto names = m_profile.symbols.namesOf(address);
            for (std::size_t i = 0; i < names.size(); ++i) {
                row.function = string(names[i]);
                row.isInlined = i > 0;
                m_frames.push_back(m_sink.heap().frame(row));
            }
            if (names.empty()) {
                m_frames.push_back(m_sink.heap().frame(row));
            }
        }
        m_starts.push_back(m_frames.size());
    }

    void resolveNamed()
    {
        for (const NamedFrame& frame : m_profile.stacks.namedFrames()) {
            sdk::FrameRow row;
            row.function = string(frame.function);
            row.file = string(frame.file);
            row.line = frame.line;
            row.address = frame.address;
            row.isInlined = frame.isInlined;
            m_named.push_back(m_sink.heap().frame(row));
        }
    }

    /// Every stack with its outermost frame first, and the stacks in the order in which the host can append them.
    void makePaths()
    {
        const StackTable& stacks = m_profile.stacks;
        m_pathStarts.reserve(stacks.stacks().size() + 1);
        for (std::size_t stack = 0; stack < stacks.stacks().size(); ++stack) {
            m_pathStarts.push_back(m_paths.size());
            const auto locations = stacks.locationsOf(stack);
            for (std::size_t i = locations.size(); i-- > 0;) {
                const std::size_t index = StackTable::indexOf(locations[i]);
                if (StackTable::isNamed(locations[i])) {
                    m_paths.push_back(m_named[index]);
                } else {
                    m_paths.insert(m_paths.end(), m_frames.begin() + static_cast<std::ptrdiff_t>(m_starts[index]),
                        m_frames.begin() + static_cast<std::ptrdiff_t>(m_starts[index + 1]));
                }
            }
        }
        m_pathStarts.push_back(m_paths.size());
        m_order.resize(stacks.stacks().size());
        std::iota(m_order.begin(), m_order.end(), 0U);
        std::ranges::stable_sort(m_order, [this](std::uint32_t a, std::uint32_t b) {
            return std::ranges::lexicographical_compare(
                pathOf(a), pathOf(b), {}, &sdk::FrameRef::value, &sdk::FrameRef::value);
        });
    }

    [[nodiscard]] std::span<const sdk::FrameRef> pathOf(std::size_t stack) const
    {
        return std::span(m_paths).subspan(m_pathStarts[stack], m_pathStarts[stack + 1] - m_pathStarts[stack]);
    }

    Result<void> send()
    {
        m_key = m_profile.threads.empty() ? sdk::StringRef {} : string("thread");
        for (std::size_t i = 0; i < m_order.size(); ++i) {
            const sdk::StackRef stack = m_sink.heap().stackFromRoot(pathOf(m_order[i]));
            for (const StackTable::Row& row : m_profile.stacks.rowsOf(m_order[i])) {
                m_stacks.push_back(stack);
                m_labels.push_back(labelsOf(row.label));
                if (m_hasAllocated) {
                    m_values.push_back(row.counts.allocatedObjects);
                    m_values.push_back(row.counts.allocatedBytes);
                }
                m_values.push_back(row.counts.objects);
                m_values.push_back(row.counts.bytes);
                addToSums(row.counts);
            }
            if (m_stacks.size() < kBatch && i + 1 < m_order.size()) {
                continue;
            }
            m_sink.heap().samples({ m_stacks, m_values, m_labels });
            m_stacks.clear();
            m_values.clear();
            m_labels.clear();
            if (m_task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", { m_sourceName, {}, 0, {} } };
            }
        }
        return {};
    }

    void addToSums(const Counts& counts)
    {
        m_sums[0] += counts.objects;
        m_sums[1] += counts.bytes;
        m_sums[2] += counts.allocatedObjects;
        m_sums[3] += counts.allocatedBytes;
    }

    LabelSetId labelsOf(std::int64_t label)
    {
        if (label == StackTable::kNoLabel) {
            return {};
        }
        const auto [it, isNew] = m_labelSets.try_emplace(label);
        if (isNew) {
            sdk::LabelRow row;
            if (m_profile.threads.empty()) {
                row.key = string("bytes");
                row.number = label;
            } else {
                row.key = m_key;
                row.text = string(m_profile.threads[static_cast<std::size_t>(label)]);
            }
            it->second = m_sink.heap().labels({ &row, 1 });
        }
        return it->second;
    }

    void report() const
    {
        constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
        const auto columns = std::ranges::count_if(m_sums, [](Int128 sum) { return sum > kMax || sum < -kMax; });
        if (columns > 0) {
            m_sink.issue(Severity::DataLoss, "heap_text.total_overflow", { m_sourceName, {}, 1, {} },
                "the values add up to more than 64 bits hold: totals are unknown and large sums are capped",
                static_cast<std::uint64_t>(columns));
        }
        if (m_repairedTexts > 0) {
            m_sink.issue(Severity::Notice, "heap_text.invalid_utf8", { m_sourceName, {}, 1, {} },
                "names that are not UTF-8 are shown with replacement characters", m_repairedTexts);
        }
    }

    const Profile& m_profile;
    const std::string& m_sourceName;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    bool m_hasAllocated = false;
    std::uint64_t m_repairedTexts = 0;
    std::array<Int128, 4> m_sums {}; ///< of the rows
    std::vector<sdk::FrameRef> m_frames; ///< of the addresses, outermost first
    std::vector<std::size_t> m_starts; ///< per address, and the end: its part of m_frames
    std::vector<sdk::FrameRef> m_named;
    std::vector<sdk::FrameRef> m_paths; ///< of all stacks, outermost first
    std::vector<std::size_t> m_pathStarts;
    std::vector<std::uint32_t> m_order;
    sdk::StringRef m_key;
    std::unordered_map<std::int64_t, LabelSetId> m_labelSets;
    // the batch
    std::vector<sdk::StackRef> m_stacks;
    std::vector<std::int64_t> m_values;
    std::vector<LabelSetId> m_labels;
};

} // namespace

Result<void> writeProfile(
    const Profile& profile, const std::string& sourceName, sdk::Sink& sink, const TaskContext& task)
{
    return Writer(profile, sourceName, sink, task).run();
}

} // namespace heaptoll::heap_text
