// SPDX-License-Identifier: Apache-2.0
#pragma once

// Made-up programs whose allocation sites are known to leak or not, seen through a heap sampler. They are not the
// recorded benchmark: seeds below 1000 may be used to choose constants, those from 1000 on only to report.

#include "core/analysis/growth.h"
#include "tests/support/stack_profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::test {

/// What a site of a made-up program does. The first kFirstClean do leak.
enum class SiteKind : std::uint8_t {
    LinearLeak, ///< so many objects a step, none freed
    SlowLeak, ///< the same, but only 6 to 15 objects are sampled in the whole series
    BurstLeak, ///< leaks in batches, idle between them
    LateLeak, ///< level, then leaks from 30 to 60 % of the time on
    LeakUnderLoad, ///< leaks below requests in flight that come and go
    SlowingLeak, ///< grows with the logarithm of the time, without a bound
    StepWarmUp, ///< one to three steps in the first third, level since
    FillThenFull, ///< fills evenly until 25 to 60 % of the time, level since
    SaturatingCache, ///< approaches its bound exponentially: 4 to 9 time constants
    EvictingCache, ///< as before, with a tenth of the objects exchanged a step
    SawTooth, ///< grows and is cut back 3 to 7 times
    InFlight, ///< requests in flight: independent noise about a level
    RandomWalk, ///< a queue whose length wanders between bounds
    DailyCycle, ///< two or three whole periods
    Constant,
};
constexpr std::size_t kSiteKinds = 15;
constexpr std::size_t kFirstClean = 6;
[[nodiscard]] inline bool leaks(std::size_t kind)
{
    return kind < kFirstClean;
}
[[nodiscard]] inline std::string_view nameOfKind(std::size_t kind)
{
    constexpr std::array<std::string_view, kSiteKinds> kNames { "linear leak", "slow leak", "burst leak", "late leak",
        "leak under load", "slowing leak", "step warm-up", "fill, then full", "saturating cache", "evicting cache",
        "saw-tooth", "in flight", "random walk", "daily cycle", "constant" };
    return kNames[kind];
}

/// One site as the sampler sees it. Sampled objects stay in the profile until they are freed, so what is kept does not
/// flicker; every object is picked with p = 1 - exp(-size / period), as Go and tcmalloc do.
class SampledSite {
public:
    SampledSite(std::mt19937_64& random, double objectBytes, double periodBytes)
        : m_random(random)
        , m_bytes(objectBytes)
        , m_share(periodBytes <= 1 ? 1 : -std::expm1(-objectBytes / periodBytes))
    { }

    void allocate(double objects)
    {
        const std::int64_t sampled = poisson(objects * m_share);
        m_live += sampled;
        m_allocated += sampled;
    }
    /// Frees each live object with the given chance.
    void release(double chance)
    {
        m_live -= std::binomial_distribution<std::int64_t>(m_live, std::clamp(chance, 0.0, 1.0))(m_random);
    }
    void restart() { m_live = m_allocated = 0; }

    [[nodiscard]] double scale() const { return 1 / m_share; }
    [[nodiscard]] std::int64_t liveObjects() const { return std::llround(static_cast<double>(m_live) / m_share); }
    [[nodiscard]] std::int64_t liveBytes() const { return bytes(m_live); }
    [[nodiscard]] std::int64_t allocatedBytes() const { return bytes(m_allocated); }

private:
    [[nodiscard]] std::int64_t poisson(double mean)
    {
        return mean > 0 ? std::poisson_distribution<std::int64_t>(mean)(m_random) : 0;
    }
    [[nodiscard]] std::int64_t bytes(std::int64_t sampled) const
    {
        return std::llround(static_cast<double>(sampled) / m_share * m_bytes);
    }

    std::mt19937_64& m_random;
    double m_bytes;
    double m_share;
    std::int64_t m_live = 0;
    std::int64_t m_allocated = 0;
};

/// Moves a site through the series: at(u) with u in [0, 1] is the share of the time since the process started.
class SiteScript {
public:
    SiteScript(std::size_t kind, std::mt19937_64& random, double periodBytes)
        : m_kind(static_cast<SiteKind>(kind))
        , m_random(random)
        , m_bytes(std::exp(uniform(std::log(2048.0), std::log(262144.0))))
        , m_site(random, m_bytes, periodBytes)
        , m_total(uniform(30, 120) * m_site.scale())
        , m_a(uniform(0, 1))
        , m_b(uniform(0, 1))
    {
        if (m_kind == SiteKind::SlowLeak) {
            m_total = uniform(6, 15) * m_site.scale();
        }
    }

    void step(double u, double du)
    {
        const auto fill = [&](double level, double before) { m_site.allocate(std::max(0.0, level - before)); };
        const auto redraw = [&](double level) {
            m_site.release(1);
            m_site.allocate(level);
        };
        const double before = std::max(0.0, u - du);
        switch (m_kind) {
        case SiteKind::LinearLeak:
        case SiteKind::SlowLeak: m_site.allocate(m_total * du); break;
        case SiteKind::BurstLeak: m_site.allocate(uniform(0, 1) < 0.25 ? 4 * m_total * du : 0); break;
        case SiteKind::LateLeak: m_site.allocate(u > 0.3 + 0.3 * m_a ? m_total * du : 0); break;
        case SiteKind::LeakUnderLoad: m_site.allocate(m_total * du); break;
        case SiteKind::SlowingLeak: fill(logarithm(u), logarithm(before)); break;
        case SiteKind::StepWarmUp: stepUp(u, before); break;
        case SiteKind::FillThenFull: {
            const double full = 0.25 + 0.35 * m_a;
            fill(m_total * std::min(1.0, u / full), m_total * std::min(1.0, before / full));
            break;
        }
        case SiteKind::SaturatingCache: fill(saturated(u), saturated(before)); break;
        case SiteKind::EvictingCache:
            m_site.release(0.1);
            fill(saturated(u), 0.9 * saturated(before));
            break;
        case SiteKind::SawTooth: sawTooth(u, before, du); break;
        case SiteKind::InFlight: redraw(m_total * 0.5); break;
        case SiteKind::RandomWalk:
            m_level = std::clamp(m_level + uniform(-0.15, 0.15), 0.2, 1.0);
            redraw(m_total * m_level);
            break;
        case SiteKind::DailyCycle: {
            const double periods = m_a < 0.5 ? 2 : 3;
            redraw(m_total * (0.55 + 0.45 * std::sin(2 * std::numbers::pi * (periods * u + m_b))));
            break;
        }
        case SiteKind::Constant:
            if (before <= 0) {
                m_site.allocate(m_total);
            }
            break;
        }
        m_load = m_kind == SiteKind::LeakUnderLoad
            ? std::llround(m_site.scale() * static_cast<double>(std::poisson_distribution<int>(12)(m_random)))
            : 0;
        m_loadAllocated += std::llround(static_cast<double>(m_load) * m_bytes);
    }
    void restart()
    {
        m_site.restart();
        m_loadAllocated = 0;
    }

    [[nodiscard]] std::int64_t liveObjects() const { return m_site.liveObjects() + m_load; }
    [[nodiscard]] std::int64_t liveBytes() const
    {
        return m_site.liveBytes() + std::llround(static_cast<double>(m_load) * m_bytes);
    }
    [[nodiscard]] std::int64_t allocatedBytes() const { return m_site.allocatedBytes() + m_loadAllocated; }

private:
    double uniform(double from, double to) { return std::uniform_real_distribution<double>(from, to)(m_random); }
    [[nodiscard]] double saturated(double u) const { return m_total * -std::expm1(-(4 + 5 * m_a) * u); }
    [[nodiscard]] double logarithm(double u) const
    {
        const double bend = 10 + 50 * m_a; // the time over the time in which the rate halves
        return m_total * std::log1p(bend * u) / std::log1p(bend);
    }
    void stepUp(double u, double before)
    {
        const int steps = 1 + static_cast<int>(3 * m_a);
        for (int i = 0; i < steps; ++i) {
            const double at = 0.3 * (i + m_b) / steps;
            m_site.allocate(before <= at && at < u ? m_total / steps : 0);
        }
    }
    void sawTooth(double u, double before, double du)
    {
        const double teeth = 3 + std::floor(5 * m_a);
        if (std::floor(u * teeth + m_b) > std::floor(before * teeth + m_b)) {
            m_site.release(1);
        }
        m_site.allocate(m_total * teeth * du);
    }

    SiteKind m_kind;
    std::mt19937_64& m_random;
    double m_bytes; ///< of an object
    SampledSite m_site;
    double m_total; ///< objects
    double m_a; ///< shape parameters of the kind
    double m_b;
    double m_level = 0.5;
    std::int64_t m_load = 0; ///< objects in flight
    std::int64_t m_loadAllocated = 0; ///< bytes
};

struct ProgramOptions {
    std::size_t profiles = 60;
    std::uint64_t seed = 1;
    std::size_t restarts = 0; ///< evenly spread over the series
    double periodBytes = 512 * 1024; ///< Go's default
};

/// A series of one program that has one site of each kind; the site's function is "kindK". An hour between profiles.
[[nodiscard]] inline UnifiedSeries programSeries(const ProgramOptions& options)
{
    std::vector<StackSample> stacks;
    for (std::size_t kind = 0; kind < kSiteKinds; ++kind) {
        stacks.push_back({ "main@app.go:1;kind" + std::to_string(kind) + "@app.go:" + std::to_string(10 + kind), 1 });
    }
    UnifiedSeries series = unifySeries({ { startOfDay(20000), stackProfile(stacks), true } });
    std::vector<std::size_t> nodeOfKind(kSiteKinds, 0);
    for (std::size_t node = 1; node < series.index->stacks.size(); ++node) {
        const Frame& frame = series.index->frames.at(FrameId { std::size_t { series.index->stacks.frames()[node] } });
        if (frame.line >= 10) {
            nodeOfKind[frame.line - 10] = node;
        }
    }
    const std::size_t n = options.profiles;
    series.times.clear();
    series.metrics = { Metric::LiveBytes, Metric::LiveObjects, Metric::AllocBytes };
    series.values.assign(3, std::vector<std::int64_t>(series.index->stacks.size() * n, 0));
    series.samplingPeriodBytes = static_cast<std::int64_t>(options.periodBytes);
    std::mt19937_64 random(options.seed);
    std::vector<SiteScript> scripts;
    scripts.reserve(kSiteKinds);
    const std::size_t life = n / (options.restarts + 1);
    for (std::size_t kind = 0; kind < kSiteKinds; ++kind) {
        scripts.emplace_back(kind, random, options.periodBytes);
    }
    for (std::size_t p = 0; p < n; ++p) {
        series.times.push_back(startOfDay(20000) + Span::hours(static_cast<std::int64_t>(p)));
        const double du = 1.0 / static_cast<double>(life);
        const double u = static_cast<double>(p % life + 1) * du;
        for (std::size_t kind = 0; kind < kSiteKinds; ++kind) {
            if (p > 0 && p % life == 0) {
                scripts[kind].restart();
            }
            scripts[kind].step(u, du);
            const std::size_t cell = nodeOfKind[kind] * n + p;
            series.values[0][cell] = scripts[kind].liveBytes();
            series.values[1][cell] = scripts[kind].liveObjects();
            series.values[2][cell] = scripts[kind].allocatedBytes();
        }
    }
    return series;
}

/// Verdicts per kind: how many sites got each class.
using ClassCounts = std::array<std::array<std::size_t, 6>, kSiteKinds>;
inline void countVerdicts(const GrowthReport& report, ClassCounts& counts)
{
    for (const SiteGrowth& site : report.sites) {
        if (site.site.line >= 10) {
            ++counts[site.site.line - 10][static_cast<std::size_t>(site.growthClass)];
        }
    }
}

} // namespace heaptoll::test
