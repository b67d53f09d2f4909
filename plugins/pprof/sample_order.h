// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "plugins/pprof/pprof_frames.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace heaptoll::pprof {

/// Puts samples into the ascending order of their stacks, frame by frame from the outermost: the host builds its trie
/// of such stacks without looking anything up. The order is for speed only, any order gives the same profile.
///
/// Stacks stay where they are, in the bytes of the file, leaf first. They are read backwards, as many frames at a time
/// as fit into 64 bits as ranks, and sorted by this key; runs of equal keys are sorted by the next frames, and so on:
///
///     file    main=1 run=2 load=3 ...          bits a rank: 2, so 32 frames a key
///     leaf first  [3 2 1]  [2 1]               keys 01'10'11'00.., 01'10'00'00..
///
/// Each frame is decoded once. Memory: 36 bytes a sample.
class SampleOrder {
public:
    /// file: the bytes the offsets are of. Both arguments must stay.
    SampleOrder(Bytes file, const LocationTable& locations, std::size_t samples);

    /// A sample whose stack is a packed list of location ids inside of the file.
    /// offset: of the sample, as handed back. Errors: the list is longer than 4 GiB (false).
    [[nodiscard]] bool add(std::uint64_t offset, Bytes packedIds, LabelSetId labels);
    /// A sample whose stack is not one packed list: location rows, leaf first.
    [[nodiscard]] bool add(std::uint64_t offset, std::span<const std::uint32_t> leafFirstRows, LabelSetId labels);

    /// Sorts by (stack, labels, order in the file); false when cancelled. Complexity: O(frames + n log n).
    [[nodiscard]] bool sort(const TaskContext& task);

    struct Item {
        std::uint64_t offset = 0;
        LabelSetId labels;
    };
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    /// Call it with ascending places. What items a little further on need is fetched meanwhile: they are anywhere.
    [[nodiscard]] Item item(std::size_t place) const
    {
        const std::size_t last = m_entries.size() - 1;
        const std::uint32_t later = m_entries[std::min(place + 2 * kItemsAhead, last)].sample;
        __builtin_prefetch(&m_offsets[later]);
        __builtin_prefetch(&m_labels[later]);
        __builtin_prefetch(m_file.data() + m_offsets[m_entries[std::min(place + kItemsAhead, last)].sample]);
        const std::uint32_t sample = m_entries[place].sample;
        return { m_offsets[sample], m_labels[sample] };
    }

private:
    static constexpr std::size_t kItemsAhead = 8;
    struct Entry {
        std::uint64_t key = 0; ///< ranks of the next frames, the outermost in the highest bits
        std::uint64_t list = 0; ///< where its list starts: in the file, or behind its end in m_repacked
        std::uint32_t sample = 0;
        std::uint32_t left = 0; ///< bytes of its list that were not read yet
    };
    struct Range {
        std::size_t first = 0;
        std::size_t last = 0;
    };

    void push(std::uint64_t offset, std::uint64_t list, std::size_t listBytes, LabelSetId labels);
    [[nodiscard]] const std::byte* listOf(const Entry& entry) const
    {
        return entry.list >= m_file.size() ? m_repacked.data() + (entry.list - m_file.size())
                                           : m_file.data() + entry.list;
    }
    void readKey(Entry& entry) const;
    void readKeys(const std::vector<Range>& ranges);
    void splitRuns(const Range& range, std::vector<Range>& next);

    Bytes m_file;
    const LocationTable& m_locations;
    std::vector<std::uint32_t> m_ranks; ///< per location row, from 1, in the order of its frames
    unsigned m_rankBits = 1;
    std::vector<Entry> m_entries;
    std::vector<std::uint64_t> m_offsets;
    std::vector<LabelSetId> m_labels;
    std::vector<std::byte> m_repacked; ///< rows as varints
};

} // namespace heaptoll::pprof
