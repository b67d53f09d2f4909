// SPDX-License-Identifier: Apache-2.0
// Any bytes as a workspace file. What is accepted has options that numbers can be computed with, and is the same after
// it was written and read again.
#include "core/session/workspace_file.h"
#include "tests/support/require.h"

#include <cmath>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    using test::require;
    const std::string path = "/nowhere/of/fuzzing/w.toll";
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const Result<Workspace> workspace = parseWorkspace(text, path);
    if (!workspace.ok()) {
        const Error& error = workspace.error();
        require(error.code == ErrorCode::Malformed || error.code == ErrorCode::Unsupported);
        require(!error.message.empty() && error.where.source == path && error.where.offset.value_or(0) <= size);
        return 0;
    }
    const AnalysisOptions& options = workspace.value().options;
    require(std::isfinite(options.hoursPerMonth) && options.hoursPerMonth > 0);
    require(!options.sizing.headroom || *options.sizing.headroom >= 0);
    require(!options.cpuToMemoryRatio || *options.cpuToMemoryRatio > 0);
    require(!options.rateCardPerGibHour || *options.rateCardPerGibHour >= 0);
    for (const WorkspaceSource& source : workspace.value().sources) {
        require(source.path.starts_with('/'));
    }
    const std::string written = workspaceText(workspace.value(), path);
    const Result<Workspace> again = parseWorkspace(written, path);
    require(again.ok() && workspaceText(again.value(), path) == written);
    require(again.value().sources.size() == workspace.value().sources.size());
    require(again.value().findingStates.size() == workspace.value().findingStates.size());
    return 0;
}
