// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/document_range.h"

#include <map>
#include <memory>
#include <mutex>

namespace heaptoll::gui {

namespace {

struct Known {
    std::weak_ptr<const Document> document; ///< an address may be used again
    std::optional<TimeRange> range;
};
struct Cache {
    std::mutex mutex; ///< guards known
    std::map<const Document*, Known> known;
};

Cache& cache()
{
    static Cache instance;
    return instance;
}

} // namespace

std::optional<TimeRange> timeRangeOf(const DocumentPtr& document)
{
    if (!document) {
        return std::nullopt;
    }
    Cache& all = cache();
    {
        const std::scoped_lock lock(all.mutex);
        const auto it = all.known.find(document.get());
        if (it != all.known.end() && !it->second.document.expired()) {
            return it->second.range;
        }
    }
    const std::optional<TimeRange> range = document->timeRange();
    const std::scoped_lock lock(all.mutex);
    std::erase_if(all.known, [](const auto& entry) { return entry.second.document.expired(); });
    all.known.insert_or_assign(document.get(), Known { document, range });
    return range;
}

} // namespace heaptoll::gui
