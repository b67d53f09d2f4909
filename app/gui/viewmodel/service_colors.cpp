// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/viewmodel/service_colors.h"

#include "app/gui/text.h"
#include "core/analysis/workspace_analysis.h"

#include <array>
#include <set>

namespace heaptoll::gui {

namespace {

/// FNV-1a, 32 bits: the same on every machine, which std::hash does not promise.
std::size_t preferredSlot(const std::string& name)
{
    std::uint32_t hash = 2166136261U;
    for (const char letter : name) {
        hash = (hash ^ static_cast<unsigned char>(letter)) * 16777619U;
    }
    return hash % kServiceColors;
}

} // namespace

std::map<std::string, std::size_t> serviceColorSlots(const WorkspaceAnalysis& analysis)
{
    std::map<std::string, std::size_t> colors;
    std::array<bool, kServiceColors> isTaken {};
    for (const ServiceView& service : analysis.services) { // most cost first
        if (service.isBucket || colors.size() == kServiceColors) {
            continue;
        }
        std::size_t slot = preferredSlot(service.name);
        while (isTaken.at(slot)) {
            slot = (slot + 1) % kServiceColors;
        }
        isTaken.at(slot) = true;
        colors.emplace(service.name, slot);
    }
    return colors;
}

void colorServices(ChartData& chart, const WorkspaceAnalysis& analysis)
{
    const std::map<std::string, std::size_t> colors = serviceColorSlots(analysis);
    std::set<std::size_t> taken;
    for (ChartData::Line& line : chart.lines) {
        const auto slot = colors.find(toUtf8(line.shortName));
        if (!line.isOther && slot != colors.end()) {
            line.colorSlot = slot->second;
            taken.insert(slot->second);
        }
    }
    std::size_t free = 0;
    for (ChartData::Line& line : chart.lines) {
        while (taken.contains(free)) {
            ++free;
        }
        if (!line.isOther && !line.colorSlot) {
            line.colorSlot = free++;
        }
    }
}

TokenColor serviceColor(std::optional<std::size_t> slot)
{
    if (!slot) {
        return &Tokens::outline;
    }
    return [index = *slot](const Tokens& /*of the theme that is on*/) { return lineColor(index); };
}

} // namespace heaptoll::gui
