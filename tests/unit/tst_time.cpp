// SPDX-License-Identifier: Apache-2.0
#include "core/base/time.h"
#include "tests/support/check.h"

using namespace heaptoll;

namespace {

std::string iso(std::string_view text)
{
    const auto instant = parseInstant(text);
    return instant ? toIso8601(*instant) : "no";
}

} // namespace

TEST(parseInstant_readsTheFormsOfBillsAndManifests)
{
    CHECK_EQ(iso("2025-01-31"), "2025-01-31T00:00:00Z");
    CHECK_EQ(iso("2025-01-31T23:59:59Z"), "2025-01-31T23:59:59Z");
    CHECK_EQ(iso("2025-01-31T00:00:00.000Z"), "2025-01-31T00:00:00Z");
    CHECK_EQ(iso("2024-09-01 00:00:00"), "2024-09-01T00:00:00Z");
    CHECK_EQ(iso("2025-02-01T01:00:00+02:00"), "2025-01-31T23:00:00Z");
    CHECK_EQ(iso("20240901T000000.000Z"), "2024-09-01T00:00:00Z");
    CHECK_EQ(iso("2025-01-31T10:20:30.5Z"), "2025-01-31T10:20:30.5Z");
    CHECK_EQ(iso("1969-12-31T23:00:00Z"), "1969-12-31T23:00:00Z");
}

TEST(parseInstant_refusesWhatIsNoDate)
{
    for (const char* text : { "", "2025", "2025-13-01", "2025-02-30", "2025-01-01T25:00", "yesterday", "2025-01-31X",
             "99999-01-01", "2025-01-01T00:00:00+99:00" }) {
        CHECK_EQ(iso(text), "no");
    }
}

TEST(utcDay_roundsDownBefore1970)
{
    CHECK_EQ(utcDay({ -1 }), -1);
    CHECK_EQ(utcDay({ 0 }), 0);
    CHECK_EQ(toIsoDate(startOfDay(utcDay(*parseInstant("2025-01-31T23:59:59Z")))), "2025-01-31");
    CHECK_EQ(toIsoMonth(*parseInstant("2025-01-31T23:59:59Z")), "2025-01");
}

HEAPTOLL_TEST_MAIN
