// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/session/workspace_file.h"

#include <QString>

#include <memory>

class QLockFile;

namespace heaptoll::gui {

/// The crash-safe copy of one window's workspace in the state folder. Several programs may run at once: each holds a slot
/// of its own by a lock, and a slot whose program died keeps its file until somebody restores it.
class Autosave {
public:
    /// Restore takes a slot that a dead program left a workspace in, if there is one; Fresh never does.
    enum class Purpose : std::uint8_t { Restore, Fresh };

    Autosave();
    ~Autosave();
    Autosave(const Autosave&) = delete;
    Autosave& operator=(const Autosave&) = delete;
    Autosave(Autosave&&) = delete;
    Autosave& operator=(Autosave&&) = delete;

    /// Path of a workspace that was left behind; its slot is ours from now on. "" = none.
    [[nodiscard]] QString takeAbandoned();
    /// Errors: Io.
    [[nodiscard]] Result<void> write(const Workspace& workspace);
    void remove();
    /// Renames what takeAbandoned() gave and cannot be opened; the slot is free for what comes. Its new path, "" = failed.
    [[nodiscard]] QString putAside();
    /// "" before the first write or takeAbandoned().
    [[nodiscard]] const QString& path() const { return m_path; }

private:
    [[nodiscard]] bool lockSlot(Purpose purpose);
    QString m_path;
    std::unique_ptr<QLockFile> m_lock;
};

} // namespace heaptoll::gui
