// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <chrono>
#include <iosfwd>
#include <mutex>

namespace heaptoll::cli {

enum class ProgressMode : std::uint8_t { None, Terminal, Json };
/// Of --progress, -q and whether err is a terminal. Errors: Usage.
[[nodiscard]] Result<ProgressMode> progressMode(const Context& context);

/// Shows import progress on err: one line that rewrites itself on a terminal, or JSON lines. Thread-safe.
class ProgressPrinter {
public:
    ProgressPrinter(std::ostream& err, ProgressMode mode);
    void show(const ImportProgress& step);
    /// Clears the line.
    void finish();

private:
    void showLine(const ImportProgress& step);
    void showJson(const ImportProgress& step);
    std::ostream& m_err;
    ProgressMode m_mode;
    std::mutex m_mutex;
    std::chrono::steady_clock::time_point m_last;
    bool m_hasLine = false;
};

} // namespace heaptoll::cli
