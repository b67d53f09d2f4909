// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/autosave.h"

#include "app/gui/text.h"

#include <QDir>
#include <QFile>
#include <QLockFile>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

constexpr int kSlots = 64; // more windows than that at once share no autosave

QString stateFolder()
{
    // Qt 6.4 has no StateLocation.
    QString state = qEnvironmentVariable("XDG_STATE_HOME");
    if (state.isEmpty()) {
        state = QDir::homePath() + u"/.local/state"_s;
    }
    return state + u"/heaptoll"_s;
}

} // namespace

Autosave::Autosave() = default;
Autosave::~Autosave() = default;

bool Autosave::lockSlot(Purpose purpose)
{
    const QString folder = stateFolder();
    if (!QDir().mkpath(folder)) {
        return false;
    }
    for (int slot = 0; slot < kSlots; ++slot) {
        const QString path = folder + (slot == 0 ? u"/autosave.toll"_s : u"/autosave-%1.toll"_s.arg(slot));
        if (QFile::exists(path) != (purpose == Purpose::Restore)) {
            continue;
        }
        auto lock = std::make_unique<QLockFile>(path + u".lock"_s);
        lock->setStaleLockTime(0); // only the end of its program frees a slot, however long that program runs
        if (lock->tryLock(0)) {
            m_path = path;
            m_lock = std::move(lock);
            return true;
        }
    }
    return false;
}

QString Autosave::takeAbandoned()
{
    if (!m_lock && lockSlot(Purpose::Restore)) {
        return m_path;
    }
    return {};
}

Result<void> Autosave::write(const Workspace& workspace)
{
    if (!m_lock && !lockSlot(Purpose::Fresh)) {
        return Error { ErrorCode::Io, "the workspace cannot be kept safe", { toUtf8(stateFolder()), {}, 0, {} },
            "check that the folder can be written; save the workspace yourself" };
    }
    return saveWorkspace(workspace, toUtf8(m_path));
}

QString Autosave::putAside()
{
    constexpr int kMaxAside = 100;
    for (int i = 1; m_lock && i <= kMaxAside; ++i) {
        QString aside = m_path + u".unreadable-%1"_s.arg(i);
        if (!QFile::exists(aside)) {
            if (QFile::rename(m_path, aside)) {
                return aside;
            }
            break;
        }
    }
    // Neither written nor removed by us: another program may know what to do with it.
    m_lock.reset();
    m_path.clear();
    return {};
}

void Autosave::remove()
{
    if (m_lock) {
        QFile::remove(m_path);
    }
}

} // namespace heaptoll::gui
