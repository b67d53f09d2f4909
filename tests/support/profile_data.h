// SPDX-License-Identifier: Apache-2.0
#pragma once

// Real Go heap profiles beside the checkout, through the parser that the product uses. Link ZLIB::ZLIB.

#include "core/analysis/growth.h"
#include "plugins/pprof/pprof_parser.h"
#include "tests/support/check.h"
#include "tests/support/gunzip.h"
#include "tests/support/memory_source.h"
#include "tests/support/test_sink.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace heaptoll::test {

/// Files of a folder below the shared generated data whose name starts with prefix, sorted. Skips when it is absent.
inline std::vector<std::string> sharedFiles(const std::string& folder, const std::string& prefix)
{
    const std::filesystem::path root = std::filesystem::path(HEAPTOLL_SOURCE_DIR) / "../shared/data/generated" / folder;
    if (!std::filesystem::is_directory(root)) {
        SKIP("no shared data beside the checkout: " + folder);
    }
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(root)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with(prefix) && name.ends_with(".pb.gz")) {
            files.push_back(entry.path().string());
        }
    }
    std::ranges::sort(files);
    return files;
}

inline std::vector<SeriesPoint> profileSeries(
    const std::string& folder, const std::string& prefix, std::size_t most = 1000)
{
    std::vector<SeriesPoint> points;
    for (const std::string& file : sharedFiles(folder, prefix)) {
        if (points.size() >= most) {
            break;
        }
        auto bytes = readGunzipped(file);
        MemorySource source(bytes.value_or(""));
        TestSink sink;
        CHECK(pprof::PprofParser().run(source, sink, {}).ok());
        for (const auto& profile : sink.takeProfiles()) {
            points.push_back({ profile->time.value_or(Instant {}), profile, true });
        }
    }
    return points;
}

} // namespace heaptoll::test
