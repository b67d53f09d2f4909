// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/lens.h"

#include <QCoreApplication>

#include <array>

namespace heaptoll::gui {

namespace {

constexpr std::array<const char*, kViewCount> kViewTitles { QT_TRANSLATE_NOOP("View", "Start"),
    QT_TRANSLATE_NOOP("View", "Findings"), QT_TRANSLATE_NOOP("View", "Timeline"),
    QT_TRANSLATE_NOOP("View", "Flame graph"), QT_TRANSLATE_NOOP("View", "Sites"),
    QT_TRANSLATE_NOOP("View", "Cost by service"), QT_TRANSLATE_NOOP("View", "Right-sizing"),
    QT_TRANSLATE_NOOP("View", "Sources & mapping") };
constexpr std::array<const char*, kViewCount> kViewKeys { "start", "findings", "timeline", "flame", "sites", "cost",
    "rightsizing", "sources" };
constexpr std::array<const char*, kLensMetricCount> kMetricTitles { QT_TRANSLATE_NOOP("Metric", "Live bytes"),
    QT_TRANSLATE_NOOP("Metric", "Live objects"), QT_TRANSLATE_NOOP("Metric", "Allocated bytes"),
    QT_TRANSLATE_NOOP("Metric", "Growth in range"), QT_TRANSLATE_NOOP("Metric", "Temporary objects"),
    QT_TRANSLATE_NOOP("Metric", "Cost/month") };
constexpr std::array<const char*, kLensMetricCount> kMetricKeys { "live", "objects", "allocated", "growth", "temporary",
    "money" };
constexpr std::array<const char*, kCostBasisCount> kBasisTitles { QT_TRANSLATE_NOOP("CostBasis", "billed"),
    QT_TRANSLATE_NOOP("CostBasis", "amortized"), QT_TRANSLATE_NOOP("CostBasis", "list"),
    QT_TRANSLATE_NOOP("CostBasis", "contracted"), QT_TRANSLATE_NOOP("CostBasis", "net") };

template<std::size_t n>
std::optional<std::size_t> indexOf(const std::array<const char*, n>& keys, const QString& key)
{
    for (std::size_t i = 0; i < n; ++i) {
        if (key == QLatin1String(keys.at(i))) {
            return i;
        }
    }
    return std::nullopt;
}

} // namespace

QString viewTitle(ViewId view)
{
    return QCoreApplication::translate("View", kViewTitles.at(static_cast<std::size_t>(view)));
}

LensUse lensUse(ViewId view)
{
    switch (view) {
    case ViewId::Start:
    case ViewId::Sources: return {};
    case ViewId::Findings: // they are of the whole time: a trend over part of it would be another one
    case ViewId::Rightsizing: return { true, false, false };
    case ViewId::Cost: return { true, true, false };
    case ViewId::Timeline:
    case ViewId::Flame:
    case ViewId::Sites: return { true, true, true };
    }
    return {};
}

QString viewKey(ViewId view)
{
    return QLatin1String(kViewKeys.at(static_cast<std::size_t>(view)));
}

std::optional<ViewId> parseView(const QString& key)
{
    const auto index = indexOf(kViewKeys, key);
    return index ? std::optional(static_cast<ViewId>(*index)) : std::nullopt;
}

QString metricTitle(LensMetric metric)
{
    return QCoreApplication::translate("Metric", kMetricTitles.at(static_cast<std::size_t>(metric)));
}

QString metricKey(LensMetric metric)
{
    return QLatin1String(kMetricKeys.at(static_cast<std::size_t>(metric)));
}

std::optional<LensMetric> parseLensMetric(const QString& key)
{
    const auto index = indexOf(kMetricKeys, key);
    return index ? std::optional(static_cast<LensMetric>(*index)) : std::nullopt;
}

QString basisTitle(CostBasis basis)
{
    return QCoreApplication::translate("CostBasis", kBasisTitles.at(static_cast<std::size_t>(basis)));
}

} // namespace heaptoll::gui
