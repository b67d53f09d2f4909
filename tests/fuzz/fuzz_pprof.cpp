// SPDX-License-Identifier: Apache-2.0
// Any bytes: an error or a profile whose tables and trees can be made; the same at any block size.
#include "core/analysis/call_tree.h"
#include "plugins/pprof/pprof_parser.h"
#include "tests/support/memory_source.h"
#include "tests/support/require.h"
#include "tests/support/test_sink.h"

namespace {

using heaptoll::test::require;

void analyse(const heaptoll::Profile& profile)
{
    using namespace heaptoll;
    for (std::size_t value = 0; value < profile.valueTypes.size() && value < 2; ++value) {
        const auto self = selfPerNode(profile, value);
        const TopTable table = topTable(profile, value, GroupBy::Function);
        require(table.rows.size() <= profile.frames.size());
        const CallTree tree = callTree(profile, self, { TreeOrder::TopDown, RuntimeFrames::Fold, value == 0 });
        require(tree.nodes.size() <= profile.stacks.size());
        for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
            require(tree.nodes[i].parent < i);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    heaptoll::test::MemorySourceOptions options;
    options.blockBytes = size > 0 ? 1 + data[0] % 64U : 1;
    heaptoll::test::MemorySource source(bytes, options);
    heaptoll::test::TestSink sink;
    const heaptoll::pprof::PprofParser parser;
    const auto probe =
        parser.probe({ std::as_bytes(std::span(bytes.data(), std::min<std::size_t>(size, 64))), size <= 64, "x" });
    require(probe.score >= 0 && probe.score <= 100);
    const auto result = heaptoll::pprof::PprofParser().run(source, sink, {});
    const auto profiles = sink.takeProfiles();
    require(!result.ok() || !profiles.empty());
    for (const auto& profile : profiles) {
        analyse(*profile);
    }
    return 0;
}
