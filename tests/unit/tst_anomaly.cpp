// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/anomaly.h"
#include "core/analysis/piecewise.h"
#include "tests/support/check.h"

#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

using namespace heaptoll;

namespace {

constexpr std::int64_t kStart = 1735689600; // 2025-01-01, a Wednesday

std::vector<AnomalyEvent> detectDaily(const std::vector<double>& values, const AnomalyOptions& options = {})
{
    std::vector<Instant> times;
    for (std::size_t i = 0; i < values.size(); ++i) {
        times.push_back(Instant::fromUnixSeconds(kStart) + Span::days(static_cast<std::int64_t>(i)));
    }
    return detectAnomalies(times, values, options);
}

std::string show(const AnomalyEvent& event)
{
    return std::string(name(event.kind)) + " " + toIsoDate(event.range.start) + ".." + toIsoDate(event.range.end);
}

std::map<std::string, std::vector<double>> scenario()
{
    std::ifstream in(HEAPTOLL_SOURCE_DIR "/tests/golden/anomaly/scenario_daily.csv");
    std::map<std::string, std::vector<double>> out;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        std::istringstream fields(line);
        std::string field;
        std::getline(fields, field, ',');
        std::vector<double>& values = out[field];
        while (std::getline(fields, field, ',')) {
            values.push_back(std::stod(field));
        }
    }
    return out;
}

/// Working days 100, weekends 60, noise of 3 %.
std::vector<double> business(std::size_t days, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, 0.03);
    std::vector<double> values;
    for (std::size_t i = 0; i < days; ++i) {
        const bool isWeekend = (i + 2) % 7 >= 5;
        values.push_back((isWeekend ? 60 : 100) * (1 + noise(random)));
    }
    return values;
}

struct FineSeries {
    std::vector<Instant> times;
    std::vector<double> values;
};

/// A timestamp,value file of the public benchmark; skips when it is absent.
FineSeries benchmark(const std::string& file)
{
    std::ifstream in(std::string(HEAPTOLL_SOURCE_DIR "/../shared/data/thirdparty/numenta+NAB/data/") + file);
    if (!in) {
        SKIP("no " + file + " beside the checkout");
    }
    FineSeries out;
    std::string line;
    std::getline(in, line);
    while (std::getline(in, line)) {
        const std::size_t comma = line.find(',');
        const auto time = parseInstant(line.substr(0, comma));
        CHECK(time.has_value());
        out.times.push_back(*time);
        out.values.push_back(std::stod(line.substr(comma + 1)));
    }
    return out;
}

} // namespace

TEST(scenarioEventsAreThosePlantedToTheDay)
{
    std::map<std::string, std::string> found;
    for (const auto& [app, values] : scenario()) {
        CHECK_EQ(values.size(), std::size_t { 90 });
        for (const AnomalyEvent& event : detectDaily(values)) {
            found[app] += (found[app].empty() ? "" : ", ") + show(event);
        }
    }
    CHECK_EQ(found["log-shipper"], "spike 2025-02-11..2025-02-17, drop 2025-01-04..2025-01-05");
    CHECK_EQ(found["ab-testing"], "ramp 2025-01-15..2025-04-01"); // planted from the 14th, by 0.4 % a day
    CHECK_EQ(found["invoice-renderer"], "spike 2025-01-27..2025-01-28");
    CHECK_EQ(found["audit-trail"], "level_shift 2025-02-10..2025-04-01");
    CHECK_EQ(found["image-resizer"], "level_shift 2025-02-24..2025-04-01");
    CHECK_EQ(found["config-server"], ""); // grows all the time: its own normal
    CHECK(found["(shared)"].starts_with("spike 2025-01-31..2025-02-02, spike 2025-02-28..2025-03-02")); // monthly fees
    found.erase("config-server");
    CHECK_EQ(found.size(), std::size_t { 6 }); // none of the other 34
}

TEST(theImpactOfThePlantedSpikeIsThePlantedMoney)
{
    const std::vector<AnomalyEvent> events = detectDaily(scenario()["log-shipper"]);
    CHECK_EQ(events.size(), std::size_t { 2 });
    CHECK_NEAR(events[0].impact, 244.27008, 0.01); // of the generator's own bookkeeping
    CHECK_NEAR(events[0].expected, 2.1427, 0.001);
    // By score it leads all services; by money only a one-day campaign that cost more comes before it.
    for (const auto& [app, values] : scenario()) {
        for (const AnomalyEvent& event : detectDaily(values)) {
            CHECK(app == "(shared)" || event.score <= events[0].score);
            CHECK(app == "(shared)" || app == "invoice-renderer" || event.impact <= events[0].impact);
        }
    }
}

TEST(weeklyPatternsAndNoiseAreQuiet)
{
    int alarms = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        alarms += detectDaily(business(60 + seed % 60, seed)).empty() ? 0 : 1;
    }
    std::cout << "false alarms in 200 noisy series: " << alarms << '\n';
    CHECK(alarms <= 4);
}

TEST(aSpikeOfAnyLengthUpToTwoWeeksIsOneEvent)
{
    int exact = 0;
    for (std::size_t length = 1; length <= 14; ++length) {
        std::vector<double> values = business(90, static_cast<unsigned>(length));
        for (std::size_t i = 40; i < 40 + length; ++i) {
            values[i] *= 2;
        }
        const std::vector<AnomalyEvent> events = detectDaily(values);
        CHECK_EQ(events.size(), std::size_t { 1 });
        exact += !events.empty() && events[0].kind == AnomalyKind::Spike
                && utcDay(events[0].range.start) == kStart / 86400 + 40
                && events[0].range.length() == Span::days(static_cast<std::int64_t>(length))
            ? 1
            : 0;
    }
    CHECK_EQ(exact, 14);
}

TEST(aLevelThatStaysIsAShiftNotASpike)
{
    for (const double factor : { 1.5, 0.5 }) {
        std::vector<double> values = business(90, 3);
        for (std::size_t i = 50; i < values.size(); ++i) {
            values[i] *= factor;
        }
        const std::vector<AnomalyEvent> events = detectDaily(values);
        CHECK_EQ(events.size(), std::size_t { 1 });
        CHECK_EQ(events.empty() ? "" : show(events[0]), "level_shift 2025-02-20..2025-04-01");
        CHECK_EQ(!events.empty() && events[0].impact > 0, factor > 1);
    }
}

/// One value per day from a list of (days, value).
static std::vector<double> steps(const std::vector<std::pair<std::size_t, double>>& levels)
{
    std::vector<double> values;
    for (const auto& [days, value] : levels) {
        values.insert(values.end(), days, value);
    }
    return values;
}

static std::string showAll(const std::vector<AnomalyEvent>& events)
{
    std::string text;
    for (const AnomalyEvent& event : events) {
        text += (text.empty() ? "" : ", ") + show(event) + ' ' + std::to_string(std::llround(event.impact));
    }
    return text;
}

TEST(aDayOrThreeEarlyInTheSeriesAreNoLevel)
{
    CHECK_EQ(showAll(detectDaily(steps({ { 9, 100 }, { 1, -400 }, { 80, 100 } }))), "drop 2025-01-10..2025-01-11 -500");
    CHECK_EQ(showAll(detectDaily(steps({ { 5, 100 }, { 3, 400 }, { 52, 100 } }))), "spike 2025-01-06..2025-01-09 900");
    CHECK_EQ(showAll(detectDaily(steps({ { 13, 100 }, { 3, 400 }, { 52, 100 } }))), "spike 2025-01-14..2025-01-17 900");
    // eight days are one, also where one of them is out of line
    CHECK_EQ(showAll(detectDaily(steps({ { 10, 100 }, { 50, 200 } }))), "level_shift 2025-01-11..2025-03-02 5000");
    CHECK_EQ(showAll(detectDaily(steps({ { 5, 100 }, { 1, 900 }, { 4, 100 }, { 50, 200 } }))),
        "level_shift 2025-01-11..2025-03-02 5000, spike 2025-01-06..2025-01-07 800");
}

TEST(aShiftLastsUntilTheLevelComesBack)
{
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 30, 200 } }))), "level_shift 2025-01-31..2025-03-02 3000");
    CHECK_EQ(
        showAll(detectDaily(steps({ { 40, 100 }, { 20, 200 }, { 40, 100 } }))), "spike 2025-02-10..2025-03-02 2000");
    CHECK_EQ(
        showAll(detectDaily(steps({ { 40, 200 }, { 20, 100 }, { 40, 200 } }))), "drop 2025-02-10..2025-03-02 -2000");
    // back for five days is back, for three it may be a bill that is not complete
    CHECK_EQ(
        showAll(detectDaily(steps({ { 40, 100 }, { 20, 200 }, { 5, 100 } }))), "spike 2025-02-10..2025-03-02 2000");
    CHECK_EQ(showAll(detectDaily(steps({ { 40, 100 }, { 20, 200 }, { 3, 100 } }))),
        "level_shift 2025-02-10..2025-03-05 2000");
}

TEST(nestedEventsAreCountedOnce)
{
    // 100 more for 60 days, 100 more on top for 30: 6,000 and 3,000.
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 30, 200 }, { 30, 300 } }))),
        "level_shift 2025-01-31..2025-04-01 6000, level_shift 2025-03-02..2025-04-01 3000");
    // back to the start: both are over at once
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 30, 200 }, { 20, 300 }, { 20, 100 } }))),
        "spike 2025-01-31..2025-03-22 5000, spike 2025-03-02..2025-03-22 2000");
    // part of the way back: 100 for 30 days, then 50 for 30
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 30, 200 }, { 30, 150 } }))),
        "level_shift 2025-01-31..2025-04-01 4500");
    // below the start: the rise is over, a fall begins
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 30, 200 }, { 30, 50 } }))),
        "spike 2025-01-31..2025-03-02 3000, level_shift 2025-03-02..2025-04-01 -1500");
    // a spike on the new level is no part of the shift
    CHECK_EQ(showAll(detectDaily(steps({ { 30, 100 }, { 20, 200 }, { 2, 900 }, { 20, 200 } }))),
        "level_shift 2025-01-31..2025-03-14 4200, spike 2025-02-20..2025-02-22 1400");
}

TEST(provisionalDaysNeverAlarmOnAFallButDoOnARise)
{
    for (std::size_t days = 1; days <= 3; ++days) {
        std::vector<double> values = business(60, 4);
        for (std::size_t i = values.size() - days; i < values.size(); ++i) {
            values[i] = 0;
        }
        CHECK(detectDaily(values).empty());
        for (std::size_t i = values.size() - days; i < values.size(); ++i) {
            values[i] = 400;
        }
        const std::vector<AnomalyEvent> events = detectDaily(values);
        CHECK_EQ(events.size(), std::size_t { 1 });
        CHECK(!events.empty() && events[0].kind == AnomalyKind::Spike);
    }
}

TEST(thresholdsHold)
{
    std::vector<double> values = business(90, 5);
    values[30] += 300;
    CHECK_EQ(detectDaily(values).size(), std::size_t { 1 });
    AnomalyOptions options;
    options.minImpact = 400;
    CHECK(detectDaily(values, options).empty());
    options = {};
    options.minRelativeImpact = 10;
    CHECK(detectDaily(values, options).empty());
}

TEST(degenerateSeriesGiveNothing)
{
    CHECK(detectDaily({}).empty());
    CHECK(detectDaily({ 1, 100, 1, 1, 1, 1, 1 }).empty());
    CHECK(detectDaily(std::vector<double>(90, 0.0)).empty());
    CHECK(detectDaily(std::vector<double>(90, 5.0)).empty());
    CHECK(detectDaily(std::vector<double>(5000, 5.0)).empty());
}

TEST(piecesFollowStepsAndSlopes)
{
    std::vector<double> values(20, 1.0);
    values.insert(values.end(), 3, 9.0);
    for (int i = 0; i < 20; ++i) {
        values.push_back(1 + 0.5 * i);
    }
    const std::vector<LinePiece> pieces = fitPieces(values, 0.5);
    CHECK_EQ(pieces.size(), std::size_t { 3 });
    CHECK_EQ(pieces.at(1).begin, std::size_t { 20 });
    CHECK_EQ(pieces.at(1).end, std::size_t { 23 });
    CHECK_NEAR(pieces.at(2).slope, 0.5, 1e-9);
    CHECK_NEAR(pieces.at(2).first, 1, 1e-9);
}

TEST(aRaisedFloorUnderASawOfSpikesIsALevelShift)
{
    // Normal: a floor of 31 with short spikes to 100. From day 8 on the floor is 57, from day 12 on 12.
    FineSeries series;
    std::mt19937 random(6);
    for (int i = 0; i < 16 * 288; ++i) {
        const double floor = i < 8 * 288 ? 31 : i < 12 * 288 ? 57 : 12;
        series.times.push_back(Instant::fromUnixSeconds(kStart + i * 300));
        series.values.push_back(i % 24 < 3 ? 100 : floor + static_cast<double>(random() % 3));
    }
    const std::vector<AnomalyEvent> events = detectAnomalies(series.times, series.values, {});
    CHECK_EQ(events.size(), std::size_t { 2 });
    CHECK_EQ(events.size() > 1 ? show(events[0]).substr(0, 22) : "", "level_shift 2025-01-09");
    CHECK_EQ(events.size() > 1 ? show(events[1]).substr(0, 15) : "", "drop 2025-01-13");
    series.times.resize(8 * 288);
    series.values.resize(8 * 288);
    CHECK(detectAnomalies(series.times, series.values, {}).empty());
}

TEST(autoscalerMisconfigurationOfThePublicBenchmark)
{
    const FineSeries series = benchmark("realKnownCause/cpu_utilization_asg_misconfiguration.csv");
    const std::vector<AnomalyEvent> events = detectLevelAnomalies(series.times, series.values, {});
    CHECK(!events.empty());
    CHECK_EQ(events.empty() ? "" : toIso8601(events[0].range.start), "2014-07-12T03:29:00Z");
    for (const AnomalyEvent& event : events) { // the labelled window
        CHECK(event.range.start >= *parseInstant("2014-07-10 12:29:00"));
        CHECK(event.range.start <= *parseInstant("2014-07-15 17:19:00"));
    }
}

TEST(steadySeriesOfThePublicBenchmarkAreQuiet)
{
    for (const char* file : { "artificialNoAnomaly/art_flatline.csv", "artificialNoAnomaly/art_daily_small_noise.csv",
             "realAWSCloudwatch/ec2_cpu_utilization_c6585a.csv" }) {
        const FineSeries series = benchmark(file);
        CHECK(detectLevelAnomalies(series.times, series.values, {}).empty());
    }
}

TEST(jumpInADailyCycleOfThePublicBenchmarkIsTheOnlyEvent)
{
    const FineSeries series = benchmark("artificialWithAnomaly/art_daily_jumpsup.csv");
    const std::vector<AnomalyEvent> events = detectLevelAnomalies(series.times, series.values, {});
    CHECK_EQ(events.size(), std::size_t { 1 });
    CHECK_EQ(events.empty() ? "" : show(events[0]), "level_shift 2014-04-11..2014-04-11");
}

HEAPTOLL_TEST_MAIN
