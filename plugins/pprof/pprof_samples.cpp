// SPDX-License-Identifier: Apache-2.0
#include "plugins/pprof/pprof_samples.h"

#include "core/base/decimal.h"
#include "plugins/pprof/sample_order.h"

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

/// One sample of the file.
struct SampleRecord {
    std::vector<std::uint32_t> rows; ///< locations, leaf first
    std::vector<std::int64_t> values;
    Bytes packedIds; ///< the stack as it stands in the file, when it is one packed list
    std::size_t lists = 0; ///< fields the stack consists of
    Bytes labels; ///< from the first label to the last: equal bytes are the same set
};

class SampleParser {
public:
    SampleParser(const ProfileIndex& index, const LocationTable& locations)
        : m_index(index)
        , m_locations(locations)
    { }

    Result<void> parse(const Slice& slice, SampleRecord& sample) const
    {
        sample.rows.clear();
        sample.values.clear();
        sample.lists = 0;
        sample.labels = {};
        ProtoReader reader(slice.bytes, slice.offset);
        while (reader.next()) {
            HEAPTOLL_TRY(addField(reader, sample));
        }
        if (reader.damage() != ProtoReader::Damage::None) {
            return nestedDamage(m_index.sourceName, reader, "sample");
        }
        if (sample.values.size() != m_index.sampleTypes.size()) {
            return malformed(m_index.sourceName, slice.offset,
                "a sample has " + std::to_string(sample.values.size()) + " values but the profile has "
                    + std::to_string(m_index.sampleTypes.size()) + " sample types");
        }
        return toBytes(slice, sample);
    }

private:
    /// Brings values in kilobytes and the like to bytes.
    Result<void> toBytes(const Slice& slice, SampleRecord& sample) const
    {
        for (std::size_t i = 0; i < sample.values.size(); ++i) {
            const std::int64_t unit = m_index.unitBytes[i];
            if (unit > 1 && __builtin_mul_overflow(sample.values[i], unit, &sample.values[i])) {
                return malformed(
                    m_index.sourceName, slice.offset, "a value of a sample is more bytes than 64 bits hold");
            }
        }
        return {};
    }

    Result<void> addField(const ProtoReader& reader, SampleRecord& sample) const
    {
        switch (reader.field()) {
        case 1: return addLocations(reader, sample);
        case 2:
            if (!sdk::forEachInteger(
                    reader, [&](std::uint64_t value) { sample.values.push_back(static_cast<std::int64_t>(value)); })) {
                return malformed(m_index.sourceName, reader.offset(), "the values of a sample are damaged");
            }
            return {};
        case 3: {
            HEAPTOLL_TRY(expectBytes(m_index.sourceName, reader));
            const std::byte* const first = sample.labels.empty() ? reader.bytes().data() : sample.labels.data();
            sample.labels = { first, reader.bytes().data() + reader.bytes().size() };
            return {};
        }
        default: return {};
        }
    }

    Result<void> addLocations(const ProtoReader& reader, SampleRecord& sample) const
    {
        ++sample.lists;
        sample.packedIds = reader.bytes();
        std::uint64_t missing = 0;
        const std::size_t before = sample.rows.size();
        sample.rows.resize(before + std::max<std::size_t>(reader.bytes().size(), 1)); // an id takes a byte or more
        std::uint32_t* next = sample.rows.data() + before;
        const bool isWhole = sdk::forEachInteger(reader, [&](std::uint64_t id) {
            const std::uint32_t row = m_locations.ids.find(id);
            if (row == IdMap::kNone) {
                missing = id == 0 ? ~std::uint64_t { 0 } : id;
            }
            *next++ = row;
        });
        sample.rows.resize(static_cast<std::size_t>(next - sample.rows.data()));
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

    const ProfileIndex& m_index;
    const LocationTable& m_locations;
};

/// Resolves the labels of samples; each set is read once.
class LabelReader {
public:
    LabelReader(const ProfileIndex& index, StringBridge& strings, sdk::Sink& sink)
        : m_index(index)
        , m_strings(strings)
        , m_sink(sink)
    { }

    Result<LabelSetId> labelsOf(const SampleRecord& record, const Slice& sample)
    {
        if (record.labels.empty()) {
            return LabelSetId {};
        }
        const std::string_view key(reinterpret_cast<const char*>(record.labels.data()), record.labels.size());
        const auto [it, isNew] = m_labelSets.try_emplace(key, LabelSetId {});
        if (isNew) {
            HEAPTOLL_TRY_ASSIGN(it->second, readLabels(sample));
        }
        return it->second;
    }

private:
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

    const ProfileIndex& m_index;
    StringBridge& m_strings;
    sdk::Sink& m_sink;
    std::vector<sdk::LabelRow> m_labelRows;
    std::unordered_map<std::string_view, LabelSetId> m_labelSets;
};

/// Two passes over the samples: the first checks them in the order of the file and notes where they are, the second
/// sends them in the order of their stacks.
class SampleReader {
public:
    SampleReader(const ProfileIndex& index, const LocationTable& locations, const Pruning& pruning,
        StringBridge& strings, sdk::Sink& sink)
        : m_index(index)
        , m_locations(locations)
        , m_pruning(pruning)
        , m_sink(sink)
        , m_parser(index, locations)
        , m_labelReader(index, strings, sink)
        , m_order(index.whole.bytes, locations, index.sampleCount)
        , m_frameBudget(kFreeFrames + kFramesPerByte * index.whole.bytes.size())
        , m_sums(index.sampleTypes.size())
    { }

    Result<void> run(const TaskContext& task)
    {
        if (m_index.sampleCount > std::numeric_limits<std::uint32_t>::max()) {
            return tooLarge(m_index.whole.offset, "more than 4 billion samples");
        }
        HEAPTOLL_TRY(check(task));
        if (!m_order.sort(task)) {
            return cancelled();
        }
        HEAPTOLL_TRY(send(task));
        reportOverflow();
        if (m_zeroLocations > 0) {
            m_sink.issue(Severity::Info, "pprof.sample_without_stack", { m_index.sourceName, {}, 0, {} },
                "samples without a stack count towards the total only", m_zeroLocations);
        }
        return {};
    }

private:
    Result<void> check(const TaskContext& task)
    {
        ProtoReader reader(m_index.whole.bytes, m_index.whole.offset);
        while (reader.next()) {
            if (reader.field() != kSample) {
                continue;
            }
            const Slice slice { reader.bytes(), reader.bytesOffset() };
            HEAPTOLL_TRY(m_parser.parse(slice, m_sample));
            HEAPTOLL_TRY(note(slice, reader.offset() - m_index.whole.offset));
            if (m_order.size() % kBatch == 0) {
                if (task.cancelled()) {
                    return cancelled();
                }
                progress(task, m_order.size());
            }
        }
        return {};
    }

    Result<void> note(const Slice& slice, std::uint64_t fieldOffset)
    {
        for (std::size_t i = 0; i < m_sums.size(); ++i) {
            m_sums[i] += m_sample.values[i];
        }
        HEAPTOLL_TRY_ASSIGN(const LabelSetId labels, m_labelReader.labelsOf(m_sample, slice));
        m_zeroLocations += m_sample.rows.empty() ? 1U : 0U;
        const std::span<const std::uint32_t> kept =
            std::span(m_sample.rows).subspan(m_pruning.firstKept(m_sample.rows));
        std::uint64_t frames = 0;
        for (const std::uint32_t row : kept) {
            frames += m_locations.counts[row];
        }
        if (frames > m_frameBudget) {
            return tooLarge(slice.offset, "stacks that expand to more inlined frames than its size makes plausible");
        }
        m_frameBudget -= frames;
        const bool isPlain = m_sample.lists == 1 && !m_sample.packedIds.empty() && kept.size() == m_sample.rows.size();
        if (!(isPlain ? m_order.add(fieldOffset, m_sample.packedIds, labels)
                      : m_order.add(fieldOffset, kept, labels))) {
            return tooLarge(slice.offset, "a stack of more than 4 GiB");
        }
        return {};
    }

    Result<void> send(const TaskContext& task)
    {
        for (std::size_t place = 0; place < m_order.size(); ++place) {
            const SampleOrder::Item item = m_order.item(place);
            ProtoReader reader(
                m_index.whole.bytes.subspan(static_cast<std::size_t>(item.offset)), m_index.whole.offset + item.offset);
            if (!reader.next()) {
                return topLevelDamage(m_index.sourceName, reader);
            }
            HEAPTOLL_TRY(m_parser.parse({ reader.bytes(), reader.bytesOffset() }, m_sample));
            m_stacks.push_back(stackOf());
            m_labels.push_back(item.labels);
            m_values.insert(m_values.end(), m_sample.values.begin(), m_sample.values.end());
            if (m_stacks.size() < kBatch && place + 1 < m_order.size()) {
                continue;
            }
            m_sink.heap().samples({ m_stacks, m_values, m_labels });
            m_stacks.clear();
            m_values.clear();
            m_labels.clear();
            if (task.cancelled()) {
                return cancelled();
            }
            progress(task, m_order.size() + place + 1);
        }
        return {};
    }

    sdk::StackRef stackOf()
    {
        m_frames.clear();
        const std::size_t firstKept = m_pruning.firstKept(m_sample.rows);
        for (std::size_t i = m_sample.rows.size(); i-- > firstKept;) {
            const auto frames = m_locations.framesOf(m_sample.rows[i]);
            m_frames.insert(m_frames.end(), frames.begin(), frames.end());
        }
        return m_sink.heap().stackFromRoot(m_frames);
    }

    /// steps: samples checked plus samples sent.
    void progress(const TaskContext& task, std::size_t steps) const
    {
        const std::uint64_t bytes = m_index.whole.bytes.size();
        const double share = static_cast<double>(steps) / (2.0 * static_cast<double>(m_index.sampleCount));
        task.progress({ static_cast<std::uint64_t>(share * static_cast<double>(bytes)), bytes, "samples" });
    }

    [[nodiscard]] Error cancelled() const
    {
        return { ErrorCode::Cancelled, "cancelled", { m_index.sourceName, {}, 0, {} }, {} };
    }

    [[nodiscard]] Error tooLarge(std::uint64_t offset, const std::string& what) const
    {
        return { ErrorCode::LimitExceeded, "the profile holds " + what, { m_index.sourceName, offset, 0, {} },
            "the file is damaged or made to waste memory" };
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

    const ProfileIndex& m_index;
    const LocationTable& m_locations;
    const Pruning& m_pruning;
    sdk::Sink& m_sink;
    SampleParser m_parser;
    LabelReader m_labelReader;
    SampleOrder m_order;
    std::uint64_t m_frameBudget;
    std::uint64_t m_zeroLocations = 0;
    std::vector<Int128> m_sums; ///< per sample type
    // of the current sample
    SampleRecord m_sample;
    std::vector<sdk::FrameRef> m_frames; ///< root first
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
