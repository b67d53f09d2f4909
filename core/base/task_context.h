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

/// Asks a task now and then whether it may go on: cheap enough for a loop over nodes.
class StopPoll {
public:
    explicit StopPoll(const TaskContext& task)
        : m_task(task)
    { }
    /// Once true, always true. Asks on the first call and on every 65,536th.
    [[nodiscard]] bool stopped()
    {
        constexpr std::uint32_t kEvery = 0xffffU;
        if ((m_calls++ & kEvery) == 0) {
            m_isStopped = m_isStopped || m_task.cancelled();
        }
        return m_isStopped;
    }

private:
    const TaskContext& m_task;
    std::uint32_t m_calls = 0;
    bool m_isStopped = false;
};

} // namespace heaptoll
