// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/xtree_columns.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace heaptoll::sdk {
namespace {

struct Known {
    std::string_view metric;
    std::string_view type;
    std::string_view unit;
    std::array<std::string_view, 5> events; ///< "-X": X is taken off; rest empty
};
constexpr std::array kKnown {
    Known { "live_bytes", "curB", "bytes", { "curB" } },
    Known { "live_objects", "curBk", "count", { "curBk" } },
    Known { "alloc_bytes", "totB", "bytes", { "totB" } },
    Known { "alloc_objects", "totBk", "count", { "totBk" } },
    Known { "custom", "freed_bytes", "bytes", { "totFdB" } },
    Known { "custom", "freed_objects", "count", { "totFdBk" } },
    // DB counts what hangs on a lost block (DIB) once more: as IB it is at the place that allocated it
    Known { "leaked_bytes", "in use at exit", "bytes", { "RB", "PB", "IB", "DB", "-DIB" } },
    Known { "custom", "leaked_objects", "count", { "RBk", "PBk", "IBk", "DBk" } },
    Known { "custom", "definitely_lost_bytes", "bytes", { "DB", "-DIB" } },
    Known { "custom", "indirectly_lost_bytes", "bytes", { "IB" } },
    Known { "custom", "possibly_lost_bytes", "bytes", { "PB" } },
    Known { "custom", "reachable_bytes", "bytes", { "RB" } },
    Known { "custom", "lost_with_indirect_bytes", "bytes", { "DB" } },
};
constexpr std::array<std::string_view, 9> kLeakEvents { "RB", "PB", "IB", "DB", "DIB", "RBk", "PBk", "IBk", "DBk" };

std::optional<std::size_t> indexOf(std::span<const XtreeEvent> events, std::string_view name)
{
    const auto it = std::ranges::find(events, name, &XtreeEvent::name);
    return it == events.end() ? std::nullopt : std::optional(static_cast<std::size_t>(it - events.begin()));
}

std::optional<XtreeColumn> columnOf(const Known& known, std::span<const XtreeEvent> events)
{
    XtreeColumn column { { known.metric, std::string(known.type), std::string(known.unit) }, {} };
    for (std::string_view name : known.events) {
        if (name.empty()) {
            break;
        }
        const std::int64_t sign = name.starts_with('-') ? -1 : 1;
        name.remove_prefix(sign < 0 ? 1 : 0);
        const auto index = indexOf(events, name);
        if (!index) {
            return std::nullopt;
        }
        column.terms.push_back({ *index, sign });
    }
    return column;
}

/// "iRB", "dRB": changes since an earlier leak search of the same run.
bool isChange(std::string_view name)
{
    const bool hasPrefix = name.starts_with('i') || name.starts_with('d');
    return hasPrefix && std::ranges::find(kLeakEvents, name.substr(1)) != kLeakEvents.end();
}

} // namespace

std::vector<XtreeColumn> xtreeColumns(std::span<const XtreeEvent> events)
{
    std::vector<XtreeColumn> columns;
    std::vector<bool> isUsed(events.size(), false);
    for (const Known& known : kKnown) {
        if (auto column = columnOf(known, events)) {
            for (const XtreeColumn::Term& term : column->terms) {
                isUsed[term.event] = true;
            }
            columns.push_back(std::move(*column));
        }
    }
    const bool isLeakReport = indexOf(events, kLeakEvents.front()).has_value();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const XtreeEvent& event = events[i];
        if (!isUsed[i] && !(isLeakReport && isChange(event.name))) {
            const bool isBytes = event.longName.find("Bytes") != std::string::npos;
            const bool isCount = event.longName.find("Blocks") != std::string::npos;
            columns.push_back({ { "custom", event.name, isBytes ? "bytes" : isCount ? "count" : "" }, { { i, 1 } } });
        }
    }
    return columns;
}

} // namespace heaptoll::sdk
