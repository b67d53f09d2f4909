// SPDX-License-Identifier: Apache-2.0
#include "core/analysis/workspace_analysis.h"
#include "tests/support/check.h"

using namespace heaptoll;

namespace {

ServiceView makeService(const std::string& name, std::size_t profiles)
{
    ServiceView service;
    service.name = name;
    service.profileDocuments.resize(profiles, 0);
    return service;
}

WorkspaceAnalysis makeAnalysis()
{
    WorkspaceAnalysis analysis;
    analysis.documents.push_back(std::make_shared<Document>());
    analysis.services = { makeService("billing", 3), makeService("cart", 4), makeService("orders", 4),
        makeService("usage-only", 0) };
    return analysis;
}

Finding leakOf(const std::string& service, double bytesPerHour)
{
    Finding finding;
    finding.kind = FindingKind::Leak;
    finding.service = service;
    finding.growthBytesPerHour = bytesPerHour;
    return finding;
}

} // namespace

TEST(theMainServiceHasTheMostProfiles)
{
    WorkspaceAnalysis analysis = makeAnalysis();
    CHECK_EQ(mainService(analysis)->name, std::string("cart"));
    analysis.services[0].profileDocuments.resize(9, 0);
    CHECK_EQ(mainService(analysis)->name, std::string("billing"));
}

TEST(ofSeveralWithAsManyProfilesTheMainOneLeaksMost)
{
    WorkspaceAnalysis analysis = makeAnalysis();
    analysis.findings = { leakOf("cart", 10), leakOf("orders", 6), leakOf("orders", 5), leakOf("billing", 99) };
    CHECK_EQ(mainService(analysis)->name, std::string("orders"));
    CHECK_EQ(rangeView(analysis, {}, std::nullopt).service, std::string("orders"));
}

TEST(theMainServiceNeedsAProfile)
{
    WorkspaceAnalysis analysis;
    analysis.services = { makeService("usage-only", 0) };
    CHECK(mainService(analysis) == nullptr);
    CHECK_EQ(rangeView(analysis, {}, std::nullopt).note, std::string("no profile"));
}

HEAPTOLL_TEST_MAIN
