// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

namespace heaptoll {

/// How far a task is. Units: whatever the phase counts (bytes for imports); total 0 = unknown.
struct Progress {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    std::string_view phase; ///< a static string
};

/// All that long work knows of its surroundings: may it go on, and whom to tell. Poll every 4,096 rows or 1 MiB.
struct TaskContext {
    std::stop_token stop;
    std::function<void(const Progress&)> report; ///< may be empty; called from the working thread

    [[nodiscard]] bool cancelled() const { return stop.stop_requested(); }
    void progress(const Progress& progress) const
    {
        if (report) {
            report(progress);
        }
    }
};

} // namespace heaptoll
