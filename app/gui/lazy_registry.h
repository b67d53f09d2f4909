// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/import/import.h"

#include <memory>
#include <mutex>

namespace heaptoll::gui {

/// The importers, scanned by the first job that needs them: reading plugins is no work for the GUI thread.
/// Thread: any.
class LazyRegistry {
public:
    [[nodiscard]] std::shared_ptr<const ImporterRegistry> get()
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_registry) {
            m_registry = ImporterRegistry::scan();
        }
        return m_registry;
    }

private:
    std::mutex m_mutex; ///< guards the pointer; held during the scan, so that it happens once
    std::shared_ptr<const ImporterRegistry> m_registry;
};

} // namespace heaptoll::gui
