// SPDX-License-Identifier: Apache-2.0
// Two deliveries of one bill count twice: that is said, and nothing is left out.
#include "core/import/import.h"
#include "core/import/overlapping_bills.h"
#include "plugins/aws_cur/aws_cur_parser.h"
#include "plugins/focus/focus_parser.h"
#include "tests/support/bill_test.h"
#include "tests/support/temp_folder.h"

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

const std::filesystem::path kData = HEAPTOLL_SOURCE_DIR "/../shared/data/generated/billing";

struct Charges {
    int firstDay = 1;
    int lastDay = 30;
    std::string account = "900";
    std::string month = "04"; ///< of the billing period
    std::string resource = "r1";
    std::string tags = "{}";
    std::string cost = "10";
};

std::string day(int number)
{
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
}

std::string focus(const Charges& charges)
{
    std::string text = "BilledCost,EffectiveCost,ChargePeriodStart,ChargePeriodEnd,BillingCurrency,ServiceCategory,"
                       "BillingAccountId,BillingPeriodStart,ResourceId,SkuId,InvoiceId,Tags\n";
    for (int d = charges.firstDay; d <= charges.lastDay; ++d) {
        text += charges.cost + ",1,2025-04-" + day(d) + "T00:00:00Z,2025-04-" + day(d) + "T23:00:00Z,USD,Compute,"
            + charges.account + ",2025-" + charges.month + "-01T00:00:00Z," + charges.resource + ",S1,i-"
            + std::to_string(charges.lastDay) + ",\"" + charges.tags + "\"\n";
    }
    return text;
}

template<typename Parser>
DocumentPtr bill(const std::string& path, const std::string& text)
{
    auto document = std::make_shared<Document>();
    document->path = path;
    document->content = BillRun::of(Parser(), text)->bill;
    return document;
}

/// Names of the bills that are marked.
std::string marked(std::vector<DocumentPtr> documents)
{
    markOverlaps(documents, {});
    std::string names;
    for (const DocumentPtr& document : documents) {
        names += isCountedTwice(*document) ? document->path : "";
    }
    return names;
}

std::string markedOf(const Charges& a, const Charges& b)
{
    return marked({ bill<FocusParser>("a", focus(a)), bill<FocusParser>("b", focus(b)) });
}

} // namespace

TEST(theMonthToDateBesideTheWholeMonthIsSaid)
{
    Charges early;
    early.lastDay = 10;
    early.cost = "9"; // restated later
    std::vector<DocumentPtr> bills { bill<FocusParser>("whole.csv", focus({})),
        bill<FocusParser>("early.csv", focus(early)) };
    const auto before = bills[1];
    markOverlaps(bills, {});
    CHECK(bills[0]->issues.all().empty());
    const Document& document = *bills[1];
    CHECK(document.isPartial());
    CHECK_EQ(document.issues.all().size(), std::size_t { 1 });
    const Issue& issue = document.issues.all().front();
    CHECK(issue.severity == Severity::DataLoss);
    CHECK_EQ(issue.where.source, "early.csv");
    CHECK(issue.message.starts_with("10 of its 10 charges of account 900 in the billing period from 2025-04-01 are in "
                                    "whole.csv as well and count twice"));
    CHECK(document.costs() == before->costs()); // nothing is left out

    const auto again = bills;
    markOverlaps(bills, {});
    CHECK(bills == again); // nothing new
    bills.erase(bills.begin());
    markOverlaps(bills, {}); // its reason has gone, and so does the mark
    CHECK(!isCountedTwice(*bills[0]) && !bills[0]->isPartial());
}

TEST(whatIsNoSecondDeliveryIsLeftAlone)
{
    Charges first;
    first.lastDay = 15;
    Charges second;
    second.firstDay = 16;
    CHECK_EQ(markedOf(first, second), ""); // parts of one delivery
    second.firstDay = 15;
    CHECK_EQ(markedOf(first, second), ""); // equal rows at the border of parts are legitimate
    second.firstDay = 14;
    CHECK_EQ(markedOf(first, second), "a"); // a tenth of it is not
    Charges other;
    other.account = "901";
    CHECK_EQ(markedOf({}, other), "");
    other = {};
    other.month = "05";
    CHECK_EQ(markedOf({}, other), "");
    other = {};
    other.resource = "r2";
    CHECK_EQ(markedOf({}, other), "");
}

TEST(tagsTellApartOnlyWhatHasNoResource)
{
    Charges a;
    Charges b;
    b.tags = "{\"\"app\"\":\"\"shop\"\"}"; // activated between the deliveries
    CHECK_EQ(markedOf(a, b), "a");
    a.resource = b.resource = "";
    CHECK_EQ(markedOf(a, b), "");
    b.tags = a.tags;
    CHECK_EQ(markedOf(a, b), "a");
}

TEST(partsOfGeneratedBillsAreNotDeliveries)
{
    if (!std::filesystem::exists(kData)) {
        SKIP("no shared data");
    }
    for (const char* const set : { "focus-hourly-130k", "cur2-20k" }) {
        std::vector<DocumentPtr> bills;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kData / set)) {
            if (entry.path().string().ends_with(".csv.gz")) {
                const std::string text = decoded(entry.path());
                bills.push_back(std::string(set).starts_with("focus")
                        ? bill<FocusParser>(entry.path().string(), text)
                        : bill<AwsCurParser>(entry.path().string(), text));
            }
        }
        CHECK(bills.size() > 1);
        CHECK_EQ(marked(std::move(bills)), "");
    }
}

TEST(twoDeliveriesOfACurWithoutTheirManifestsAreSaid)
{
    const auto folder = kData / "cur-20k/billing/costreport/20250201-20250301";
    if (!std::filesystem::exists(folder)) {
        SKIP("no shared data");
    }
    std::vector<DocumentPtr> bills;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().string().ends_with(".csv.gz")) {
            bills.push_back(bill<AwsCurParser>(entry.path().string(), decoded(entry.path())));
        }
    }
    CHECK_EQ(bills.size(), std::size_t { 3 });
    CHECK(!marked(std::move(bills)).empty()); // of the one and the two parts of the other, those with fewer charges
}

TEST(whatComesInTwoStepsIsSeenTogether)
{
    const TempFolder folder;
    Charges early;
    early.lastDay = 10;
    const auto registry = ImporterRegistry::scan();
    const auto first = importPaths(*registry, { folder.write("early.csv", focus(early)) }, {}, {});
    CHECK_EQ(first.size(), std::size_t { 1 });
    CHECK_EQ(first[0].documents.size(), std::size_t { 1 });

    ImportOptions options;
    options.present = first;
    std::vector<std::string> done;
    ImportObserver observer;
    observer.fileDone = [&done](const ImportedFile& file) { done.push_back(file.path); };
    const std::string copy = folder.write("copy.csv", focus(early));
    const auto again = importPaths(*registry, { copy }, options, {}, observer);
    CHECK_EQ(again.size(), std::size_t { 1 });
    CHECK(again[0].documents.empty() && again[0].note.starts_with("same content as " + first[0].path));
    CHECK(done == std::vector { copy });

    done.clear();
    const std::string whole = folder.write("whole.csv", focus({}));
    const auto both = importPaths(*registry, { whole }, options, {}, observer);
    CHECK_EQ(both.size(), std::size_t { 2 });
    CHECK_EQ(both[0].path, first[0].path); // it was there before, and is the smaller one
    CHECK(isCountedTwice(*both[0].documents.front()));
    CHECK(!isCountedTwice(*both[1].documents.front()));
    CHECK((done == std::vector { whole, first[0].path }));
    CHECK(!isCountedTwice(*first[0].documents.front()));

    options.present = both; // known by now: nothing new to say of the early one
    const auto third = importPaths(*registry, { whole }, options, {});
    CHECK_EQ(third.size(), std::size_t { 1 });
}

HEAPTOLL_TEST_MAIN
