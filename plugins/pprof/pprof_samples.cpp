// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_samples.h"

#include "core/base/decimal.h"

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

namespace heaptoll::pprof {
namespace {

using sdk::ProtoReader;

constexpr std::size_t kBatch = 4096;
/// A location stands for as many frames as it has inlined functions, and a sample names it with one byte: without a
/// bound on the work a small file could ask for years of it.
constexpr std::uint64_t kFramesPerByte = 64;
constexpr std::uint64_t kFreeFrames = std::uint64_t { 1 } << 20U;

class SampleReader {
public:
    SampleReader(const ProfileIndex& index, const LocationTable& locations, const Pruning& pruning,
        StringBridge& strings, sdk::Sink& sink)
        : m_index(index)
        , m_locations(locations)
        , m_pruning(pruning)
        , m_strings(strings)
        , m_sink(sink)
        , m_width(index.sampleTypes.size())
        , m_frameBudget(kFreeFrames + kFramesPerByte * index.whole.bytes.size())
    {
        m_sums.assign(m_width, 0);
        m_stacks.reserve(kBatch);
        m_values.reserve(kBatch * m_width);
        m_labels.reserve(kBatch);
    }

    Result<void> run(const TaskContext& task)
    {
        ProtoReader reader(m_index.whole.bytes, m_index.whole.offset);
        while (reader.next()) {
            if (reader.field() != kSample) {
                continue;
            }
            HEAPTOLL_TRY(add({ reader.bytes(), reader.bytesOffset() }));
            if (m_stacks.size() < kBatch) {
                continue;
            }
            flush();
            if (task.cancelled()) {
                return Error { ErrorCode::Cancelled, "cancelled", { m_index.sourceName } };
            }
            task.progress({ reader.offset() - m_index.whole.offset, m_index.whole.bytes.size(), "samples" });
        }
        flush();
        reportOverflow();
        if (m_zeroLocations > 0) {
            m_sink.issue(Severity::Info, "pprof.sample_without_stack", { m_index.sourceName, {}, 0, {} },
                "samples without a stack count towards the total only", m_zeroLocations);
        }
        return {};
    }

private:
    Result<void> add(const Slice& slice)
    {
        m_rows.clear();
        m_labelsBegin = m_labelsEnd = nullptr;
        m_labelCount = 0;
        const std::size_t valuesBefore = m_values.size();
        ProtoReader reader(slice.bytes, slice.offset);
        while (reader.next()) {
            HEAPTOLL_TRY(addField(reader));
        }
        if (reader.damage() != ProtoReader::Damage::None) {
            return nestedDamage(m_index.sourceName, reader, "sample");
        }
        if (m_values.size() - valuesBefore != m_width) {
            return malformed(m_index.sourceName, slice.offset,
                "a sample has " + std::to_string(m_values.size() - valuesBefore) + " values but the profile has "
                    + std::to_string(m_width) + " sample types");
        }
        for (std::size_t i = 0; i < m_width; ++i) {
            m_sums[i] += m_values[valuesBefore + i];
        }
        HEAPTOLL_TRY_ASSIGN(const LabelSetId labels, labelsOf(slice));
        HEAPTOLL_TRY_ASSIGN(const sdk::StackRef stack, stackOf(slice.offset));
        m_labels.push_back(labels);
        m_stacks.push_back(stack);
        return {};
    }

    void reportOverflow() const
    {
        constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
        constexpr Int128 kMin = std::numeric_limits<std::int64_t>::min();
        const auto columns = std::ranges::count_if(m_sums, [](Int128 sum) { return sum > kMax || sum < kMin; });
        if (columns > 0) {
            m_sink.issue(Severity::DataLoss, "pprof.total_overflow",
                { m_index.sourceName, m_index.whole.offset, 0, {} },
                "the values add up to more than 64 bits hold: totals are unknown and large sums are capped",
                static_cast<std::uint64_t>(columns));
        }
    }

    Result<void> addField(const ProtoReader& reader)
    {
        switch (reader.field()) {
        case 1: {
            std::uint64_t missing = 0;
            const bool isWhole = sdk::forEachInteger(reader, [&](std::uint64_t id) {
                const std::uint32_t row = m_locations.ids.find(id);
                if (row == IdMap::kNone) {
                    missing = id == 0 ? ~std::uint64_t { 0 } : id;
                    return;
                }
                m_rows.push_back(row);
            });
            if (!isWhole) {
                return malformed(m_index.sourceName, reader.offset(), "the stack of a sample is damaged");
            }
            if (missing != 0) {
                return malformed(m_index.sourceName, reader.offset(),
                    "a sample names location " + (missing + 1 == 0 ? "0" : std::to_string(missing))
                        + ", which is not in the file");
            }
            return {};
        }
        case 2:
            if (!sdk::forEachInteger(
                    reader, [&](std::uint64_t value) { m_values.push_back(static_cast<std::int64_t>(value)); })) {
                return malformed(m_index.sourceName, reader.offset(), "the values of a sample are damaged");
            }
            return {};
        case 3:
            HEAPTOLL_TRY(expectBytes(m_index.sourceName, reader));
            noteLabel(reader);
            return {};
        default: return {};
        }
    }

    /// Labels are kept as the bytes from the first to the last of them: equal bytes are the same set.
    void noteLabel(const ProtoReader& reader)
    {
        const char* const payload = reader.text().data();
        m_labelsBegin = m_labelCount == 0 ? payload : m_labelsBegin;
        m_labelsEnd = payload + reader.text().size();
        ++m_labelCount;
    }

    Result<LabelSetId> labelsOf(const Slice& sample)
    {
        if (m_labelCount == 0) {
            return LabelSetId {};
        }
        const std::string_view key(m_labelsBegin, static_cast<std::size_t>(m_labelsEnd - m_labelsBegin));
        const auto [it, isNew] = m_labelSets.try_emplace(key, LabelSetId {});
        if (isNew) {
            HEAPTOLL_TRY_ASSIGN(it->second, readLabels(sample));
        }
        return it->second;
    }

    Result<LabelSetId> readLabels(const Slice& sample)
    {
        m_labelRows.clear();
        ProtoReader reader(sample.bytes, sample.offset);
        while (reader.next()) {
            if (reader.field() == 3) {
                HEAPTOLL_TRY(readLabel({ reader.bytes(), reader.bytesOffset() }));
            }
        }
        return m_sink.heap().labels(m_labelRows);
    }

    Result<void> readLabel(const Slice& slice)
    {
        std::uint64_t texts[5] = {}; // 1 key, 2 text, 4 unit
        sdk::LabelRow row;
        ProtoReader reader(slice.bytes, slice.offset);
        while (reader.next()) {
            if (reader.field() <= 4) {
                HEAPTOLL_TRY(expectNumber(m_index.sourceName, reader));
                texts[reader.field()] = reader.number();
            }
        }
        if (reader.damage() != ProtoReader::Damage::None) {
            return nestedDamage(m_index.sourceName, reader, "label");
        }
        row.number = static_cast<std::int64_t>(texts[3]);
        HEAPTOLL_TRY_ASSIGN(row.key, m_strings.ref(texts[1], slice.offset));
        HEAPTOLL_TRY_ASSIGN(row.text, m_strings.ref(texts[2], slice.offset));
        HEAPTOLL_TRY_ASSIGN(row.unit, m_strings.ref(texts[4], slice.offset));
        m_labelRows.push_back(row);
        return {};
    }

    Result<sdk::StackRef> stackOf(std::uint64_t offset)
    {
        m_zeroLocations += m_rows.empty() ? 1U : 0U;
        m_frames.clear();
        const std::size_t firstKept = m_pruning.firstKept(m_rows);
        for (std::size_t i = m_rows.size(); i-- > firstKept;) {
            const auto frames = m_locations.framesOf(m_rows[i]);
            if (frames.size() > m_frameBudget) {
                return Error { ErrorCode::LimitExceeded,
                    "the stacks expand to more inlined frames than a file of this size can plausibly hold",
                    { m_index.sourceName, offset, 0, {} }, "the file is damaged or made to waste memory" };
            }
            m_frameBudget -= frames.size();
            m_frames.insert(m_frames.end(), frames.begin(), frames.end());
        }
        return m_sink.heap().stackFromRoot(m_frames);
    }

    void flush()
    {
        if (!m_stacks.empty()) {
            m_sink.heap().samples({ m_stacks, m_values, m_labels });
        }
        m_stacks.clear();
        m_values.clear();
        m_labels.clear();
    }

    const ProfileIndex& m_index;
    const LocationTable& m_locations;
    const Pruning& m_pruning;
    StringBridge& m_strings;
    sdk::Sink& m_sink;
    const std::size_t m_width;
    std::uint64_t m_frameBudget;
    std::uint64_t m_zeroLocations = 0;
    std::vector<Int128> m_sums; ///< per sample type
    // of the current sample
    std::vector<std::uint32_t> m_rows; ///< locations, leaf first
    std::vector<sdk::FrameRef> m_frames; ///< root first
    const char* m_labelsBegin = nullptr;
    const char* m_labelsEnd = nullptr;
    std::size_t m_labelCount = 0;
    std::vector<sdk::LabelRow> m_labelRows;
    std::unordered_map<std::string_view, LabelSetId> m_labelSets;
    // the batch
    std::vector<sdk::StackRef> m_stacks;
    std::vector<std::int64_t> m_values;
    std::vector<LabelSetId> m_labels;
};

} // namespace

Result<void> readSamples(const ProfileIndex& index, const LocationTable& locations, const Pruning& pruning,
    StringBridge& strings, sdk::Sink& sink, const TaskContext& task)
{
    return SampleReader(index, locations, pruning, strings, sink).run(task);
}

} // namespace heaptoll::pprof
