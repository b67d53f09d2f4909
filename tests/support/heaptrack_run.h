// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of the heaptrack importer share: a recording as bytes in, profile and issues out.

#include "plugins/heaptrack/heaptrack_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"
#include "tests/support/unzstd.h"

#include <memory>
#include <string>
#include <utility>

namespace heaptoll::test {

struct HeaptrackRun {
    TestSink sink;
    Result<void> result;
    std::shared_ptr<const Profile> profile;
};

/// One run over a decoded recording. Null profile: none was delivered.
inline std::unique_ptr<HeaptrackRun> importHeaptrack(const std::string& text, MemorySourceOptions options = {})
{
    auto run = std::make_unique<HeaptrackRun>();
    MemorySource source(text, std::move(options));
    HeaptrackParser parser;
    run->result = parser.run(source, run->sink, {});
    const auto profiles = run->sink.takeProfiles();
    run->profile = profiles.empty() ? nullptr : profiles.front();
    return run;
}

/// Sum of a metric over all stacks; -1 when unknown.
inline std::int64_t total(const Profile& profile, Metric metric)
{
    return profile.total(*profile.valueIndex(metric)).value_or(-1);
}

} // namespace heaptoll::test
