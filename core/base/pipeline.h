// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace heaptoll {

/// One stage of work on a thread of its own: what is put in comes back done, in the same order.
///
///     caller  --put-->  todo  --step, on the thread-->  done  --take-->  caller
///
/// The caller bounds the memory: it takes back before it puts more. What goes wrong on the thread (memory runs out) is
/// thrown by the next take(). All functions are the caller's, which is one thread; destruction waits for the step that
/// runs, what is still to do is done, and nothing is thrown.
template<typename Work>
class Pipeline {
public:
    explicit Pipeline(std::function<void(Work&)> step)
        : m_step(std::move(step))
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    { }

    void put(std::unique_ptr<Work> work)
    {
        ++m_inFlight;
        const std::lock_guard lock(m_mutex);
        m_todo.push_back(std::move(work));
        m_changed.notify_all();
    }

    /// Waits for the oldest. Call only while something is in flight.
    [[nodiscard]] std::unique_ptr<Work> take()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return !m_done.empty() || m_failure; });
        if (m_done.empty()) {
            std::rethrow_exception(m_failure);
        }
        auto work = std::move(m_done.front());
        m_done.pop_front();
        --m_inFlight;
        return work;
    }

    /// Put in and not yet taken.
    [[nodiscard]] std::size_t inFlight() const { return m_inFlight; }

private:
    void run(const std::stop_token& stop)
    {
        try {
            while (auto work = next(stop)) {
                m_step(*work);
                const std::lock_guard lock(m_mutex);
                m_done.push_back(std::move(work));
                m_changed.notify_all();
            }
        } catch (...) {
            const std::lock_guard lock(m_mutex);
            m_failure = std::current_exception();
            m_changed.notify_all();
        }
    }

    std::unique_ptr<Work> next(const std::stop_token& stop)
    {
        std::unique_lock lock(m_mutex);
        if (!m_changed.wait(lock, stop, [this] { return !m_todo.empty(); })) {
            return nullptr;
        }
        auto work = std::move(m_todo.front());
        m_todo.pop_front();
        return work;
    }

    std::function<void(Work&)> m_step;
    std::size_t m_inFlight = 0; ///< the caller's
    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<std::unique_ptr<Work>> m_todo;
    std::deque<std::unique_ptr<Work>> m_done;
    std::exception_ptr m_failure; ///< of the thread, which has ended then
    std::jthread m_thread; ///< last: it stops before the queues go
};

} // namespace heaptoll
