// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/time.h"
#include "core/model/allocation_timeline.h"
#include "core/model/frame_table.h"
#include "core/model/label_set.h"
#include "core/model/metric.h"
#include "core/model/stack_trie.h"
#include "core/model/string_table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace heaptoll {

/// Samples in columns. Shape: all of equal length; values[k] is the column of value type k.
/// Invariant after freeze: sorted by (stack, labels), one row per pair.
struct SampleStore {
    std::vector<std::uint32_t> stacks; ///< NodeId values
    std::vector<std::uint32_t> labels; ///< LabelSetId values
    std::vector<std::vector<std::int64_t>> values;
    [[nodiscard]] std::size_t size() const { return stacks.size(); }
};

/// How the values were sampled. Units: bytes; 0 = exact.
struct Sampling {
    std::int64_t periodBytes = 0;
    bool alreadyUnsampled = true;
};

/// One heap profile: immutable once built, shared between threads.
struct Profile {
    StringTable strings;
    FrameTable frames;
    StackTrie stacks;
    LabelTable labels;
    std::vector<ValueType> valueTypes;
    std::size_t defaultValue = 0;
    SampleStore samples;
    std::optional<Instant> time; ///< wall clock; absent = relative recording
    Span duration;
    Sampling sampling;
    std::string command;
    std::string formatVersion;
    std::optional<std::int64_t> suppressedBytes; ///< leaked bytes that the recording's own rules suppress
    std::vector<std::uint32_t> suppressedStacks; ///< NodeId values of the stacks these rules name, ascending
    std::optional<std::int64_t> systemMemoryBytes;
    std::optional<std::int64_t> peakRssBytes;
    std::shared_ptr<const AllocationTimeline> timeline; ///< of event recordings; else null

    [[nodiscard]] std::optional<std::size_t> valueIndex(Metric metric) const;
    /// Sum of a value column. Errors: nullopt when it does not fit 64 bits.
    [[nodiscard]] std::optional<std::int64_t> total(std::size_t valueIndex) const;
    [[nodiscard]] const Frame& frameOf(NodeId node) const { return frames.at(stacks.frame(node)); }
};

} // namespace heaptoll
