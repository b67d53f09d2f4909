// SPDX-License-Identifier: Apache-2.0
#include "core/model/document.h"

#include <algorithm>

namespace heaptoll {
namespace {

template<typename T>
std::shared_ptr<const T> get(const Document& document)
{
    const auto* const content = std::get_if<std::shared_ptr<const T>>(&document.content);
    return content == nullptr ? nullptr : *content;
}

} // namespace

std::string_view name(DocumentKind kind)
{
    switch (kind) {
    case DocumentKind::HeapProfile: return "heap_profile";
    case DocumentKind::Cost: return "cost";
    case DocumentKind::Usage: return "usage";
    }
    return "heap_profile";
}

std::shared_ptr<const Profile> Document::profile() const
{
    return get<Profile>(*this);
}

std::shared_ptr<const CostTable> Document::costs() const
{
    return get<CostTable>(*this);
}

std::shared_ptr<const UsageTable> Document::usage() const
{
    return get<UsageTable>(*this);
}

std::optional<TimeRange> Document::timeRange() const
{
    if (const auto heap = profile()) {
        if (heap->time) {
            return TimeRange { *heap->time, *heap->time + heap->duration };
        }
        return std::nullopt;
    }
    if (const auto table = usage()) {
        return table->timeRange();
    }
    const auto bill = costs();
    if (!bill || bill->rowCount == 0) {
        return std::nullopt;
    }
    return TimeRange { *std::ranges::min_element(bill->chargeStart), *std::ranges::max_element(bill->chargeEnd) };
}

} // namespace heaptoll
