// SPDX-License-Identifier: Apache-2.0
// The parts around the views: where the keys go, what menus and chips say, the rate card.
#include "app/gui/actions.h"
#include "app/gui/shell/nav_rail.h"
#include "app/gui/viewmodel/source_rows.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/widget/rate_card_dialog.h"
#include "tests/gui/shell_test.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace heaptoll;
using namespace heaptoll::gui;
using namespace Qt::StringLiterals;
using test::WindowFixture;

class WindowPartsTest : public test::ShellTest {
    Q_OBJECT
    /// Object name of the part of the window that has the focus.
    QString partWithFocus()
    {
        for (const QWidget* widget = window().focusWidget(); widget != nullptr; widget = widget->parentWidget()) {
            for (const char* part : { "toolStrip", "lensBar", "rail", "statusStrip" }) {
                if (widget->objectName() == QLatin1String(part)) {
                    return widget->objectName();
                }
            }
            if (qobject_cast<const Page*>(widget) != nullptr) {
                return u"page"_s;
            }
        }
        return {};
    }
private slots:
    void initTestCase() { installAccessibility(); }
    void init() { openWindow(); }
    void cleanup() { closeWindow(); }

    void lineWithoutRoom_endsAfterAWholePart()
    {
        const QFontMetrics metrics(window().font());
        const auto cut = [&metrics](const QString& text, const QString& room) {
            return fittingPart(text, metrics, metrics.horizontalAdvance(room));
        };
        const QString sum = u"Memory $112/mo = sites $0.27 + headroom $51.35"_s;
        QCOMPARE(cut(sum, sum), sum);
        QCOMPARE(cut(sum, u"Memory $112/mo = sites $0.27 + headroom $5"_s), u"Memory $112/mo = sites $0.27 …"_s);
        QCOMPARE(cut(u"24,001 samples · 17,910 rows"_s, u"24,001 samples · 17,91"_s), u"24,001 samples …"_s);
        QCOMPARE(cut(u"81 % assigned; $0 ambiguous"_s, u"81 % assigned; $0"_s), u"81 % assigned …"_s);
        const QString word = cut(u"nothingToEndAfter"_s, u"nothing"_s);
        QVERIFY2(word.endsWith(u'…') && word.startsWith(u"noth"_s), qPrintable(word));
    }
    void f6_goesFromPartToPartAndBack()
    {
        loadShop();
        go(ViewId::Findings);
        window().page(ViewId::Findings)->setFocus();
        QAction* const next = window().actions().action(u"go.nextPart"_s);
        QCOMPARE(next->shortcut(), QKeySequence(Qt::Key_F6));
        QStringList parts;
        for (int i = 0; i < 5; ++i) {
            next->trigger();
            parts << partWithFocus();
        }
        QCOMPARE(parts, QStringList({ u"statusStrip"_s, u"toolStrip"_s, u"lensBar"_s, u"rail"_s, u"page"_s }));
        window().actions().action(u"go.previousPart"_s)->trigger();
        QCOMPARE(partWithFocus(), u"rail"_s);
    }
    void enterOnTheRail_opensTheView()
    {
        loadShop();
        auto* entry = m_fixture->child<QAbstractButton>("rail.sites");
        entry->setFocus();
        QTest::keyClick(entry, Qt::Key_Return);
        QCOMPARE(window().selection().view(), ViewId::Sites);
    }
    void palette_givesTheFocusBack()
    {
        loadShop();
        go(ViewId::Findings);
        auto* list = m_fixture->child<QListView>("findings.list");
        list->setFocus();
        window().actions().action(u"go.locator"_s)->trigger();
        auto* input = m_fixture->child<QLineEdit>("palette.input");
        QVERIFY(input->hasFocus());
        QTest::keyClick(input, Qt::Key_Escape);
        QVERIFY(list->hasFocus());
        window().actions().action(u"go.commands"_s)->trigger();
        input->setText(u">theme dark"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QVERIFY(!input->isVisible());
        QVERIFY(list->hasFocus());
    }
    void startPage_hasTheFocus()
    {
        QVERIFY(window().focusWidget() != nullptr);
        QCOMPARE(window().focusWidget()->objectName(), u"start.import"_s);
    }
    void titles_keepTheirOwnAmpersand()
    {
        const QAction* const action = window().actions().action(u"view.sources"_s);
        QCOMPARE(action->text(), u"Sources && mapping"_s);
        QCOMPARE(plainText(*action), viewTitle(ViewId::Sources));
    }
    void chips_sayWhatTheViewDoesNotFollow()
    {
        loadShop();
        Lens lens = window().selection().lens();
        lens.range =
            TimeRange { controller().analysis()->range->start, controller().analysis()->range->start + Span::days(2) };
        window().selection().setLens(lens);
        const auto rangeChip = [this] {
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
            return m_fixture->child<QToolButton>("lensBar.range")->text();
        };
        go(ViewId::Timeline);
        QVERIFY(!rangeChip().contains(u"not used here"_s));
        lens.service = "checkout";
        window().selection().setLens(lens);
        settle();
        go(ViewId::Findings);
        QVERIFY(m_fixture->child<QWidget>("kpi.memorySpend")->accessibleName().endsWith(u"all services"_s));
        QVERIFY2(rangeChip().contains(u"not used here"_s), qPrintable(rangeChip()));
    }
    void pickers_showWhatIsChosen()
    {
        loadShop();
        Lens lens = window().selection().lens();
        lens.service = "checkout";
        window().selection().setLens(lens);
        settle();
        QStringList checked;
        const QList<QAction*> services = m_fixture->child<QToolButton>("toolStrip.service")->menu()->actions();
        for (const QAction* action : services) {
            if (action->isChecked()) {
                checked << action->text();
            }
        }
        QCOMPARE(checked, QStringList({ u"checkout"_s }));
    }
    void fileThatWasNotRead_staysInSight()
    {
        const QString cut = m_fixture->copy(u"cut.pb.gz"_s, "tests/golden/pprof/go-orderd.pb.gz", 150);
        window().openPaths({ profile(u"whole.pb.gz"_s), cut });
        sheet()->accept();
        QVERIFY(m_fixture->isIdle());
        settle();
        QCOMPARE(controller().files().size(), 2U);
        QCOMPARE(controller().unreadCount(), 1);
        go(ViewId::Findings);
        QVERIFY(m_fixture->child<QToolButton>("status.notes")->isVisible());
        QVERIFY(m_fixture->child<QWidget>("kpi.quality")->accessibleName().contains(u"1 file not read"_s));
    }
    void readmeAmongTheFiles_isNoFailure()
    {
        const QString whole = profile(u"data/whole.pb.gz"_s);
        m_fixture->write(u"data/README.txt"_s, "how these were made");
        controller().importFiles({ QFileInfo(whole).path() });
        QVERIFY(m_fixture->isIdle());
        QCOMPARE(controller().files().size(), 2U);
        QCOMPARE(controller().unreadCount(), 0);
        QVERIFY(!m_fixture->child<QLabel>("notice")->isVisible());
        controller().clear();
        controller().importFiles({ m_fixture->write(u"alone.txt"_s, "nothing to see") });
        QVERIFY(m_fixture->isIdle());
        QVERIFY(noticeText().contains(u"1 file could not be read"_s)); // it was asked for
    }
    void rateCard_hasACurrencyAndCanBeTakenBack()
    {
        RateCardDialog fresh({ std::nullopt, "USD" });
        auto* ok = fresh.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
        auto* currency = fresh.findChild<QComboBox*>();
        QVERIFY(ok->isEnabled());
        currency->setCurrentText(u"EU"_s);
        QVERIFY(!ok->isEnabled());
        currency->setCurrentText(u"EUR"_s);
        fresh.findChild<QDoubleSpinBox*>()->setValue(0);
        QVERIFY(!ok->isEnabled());
        fresh.findChild<QDoubleSpinBox*>()->setValue(0.0035);
        ok->click();
        QCOMPARE(fresh.rateCard().perGibHour, std::optional(0.0035));
        QCOMPARE(fresh.rateCard().currency, std::string("EUR"));

        RateCardDialog again({ 0.0035, "EUR" });
        QCOMPARE(again.rateCard().currency, std::string("EUR"));
        for (QAbstractButton* button : again.findChild<QDialogButtonBox*>()->buttons()) {
            if (again.findChild<QDialogButtonBox*>()->buttonRole(button) == QDialogButtonBox::DestructiveRole) {
                button->click();
            }
        }
        QCOMPARE(again.result(), static_cast<int>(QDialog::Accepted));
        QVERIFY(!again.rateCard().perGibHour);
    }
    void commonFolder_isWhatAllPathsShare()
    {
        QCOMPARE(commonFolder({ u"/a/b/x.gz"_s, u"/a/b/c/x.gz"_s }), u"/a/b/"_s);
        QCOMPARE(commonFolder({ u"/a/bc/x.gz"_s, u"/a/b/x.gz"_s }), u"/a/"_s);
        QCOMPARE(commonFolder({ u"/a/b/x.gz"_s }), u"/a/b/"_s);
        QCOMPARE(commonFolder({ u"/a/x"_s, u"y"_s }), QString());
        QCOMPARE(commonFolder({}), QString());
    }
};

QTEST_MAIN(WindowPartsTest)
#include "tst_window_parts.moc"
