// SPDX-License-Identifier: Apache-2.0
#include "app/gui/selection_state.h"

#include <QSignalSpy>
#include <QtTest>

using namespace heaptoll;
using namespace heaptoll::gui;

class SelectionStateTest : public QObject {
    Q_OBJECT
private slots:
    void backAndForward_walkThePlaces()
    {
        SelectionState state;
        state.setView(ViewId::Findings);
        state.setView(ViewId::Timeline);
        QVERIFY(state.canGoBack());
        state.back();
        QCOMPARE(state.view(), ViewId::Findings);
        state.forward();
        QCOMPARE(state.view(), ViewId::Timeline);
        QVERIFY(!state.canGoForward());
    }
    void goingSomewhereElse_forgetsWhatWasForward()
    {
        SelectionState state;
        state.setView(ViewId::Findings);
        state.setView(ViewId::Timeline);
        state.back();
        state.setView(ViewId::Sites);
        QVERIFY(!state.canGoForward());
        QCOMPARE(state.history().size(), std::size_t { 3 });
    }
    void aDrag_isOneStep()
    {
        SelectionState state;
        Lens lens;
        lens.range = TimeRange { { 0 }, { 1 } };
        state.setLens(lens);
        for (int i = 2; i < 50; ++i) {
            lens.range->end = { i };
            state.adjustLens(lens);
        }
        QCOMPARE(state.history().size(), std::size_t { 2 });
        state.back();
        QVERIFY(!state.lens().range);
        state.forward();
        QCOMPARE(state.lens().range->end.ns, 49);
    }
    void sameplace_isNotAStep()
    {
        SelectionState state;
        QSignalSpy spy(&state, &SelectionState::changed);
        state.setView(ViewId::Start);
        state.setLens({});
        QCOMPARE(spy.count(), 0);
    }
    void history_isBounded()
    {
        SelectionState state;
        for (int i = 0; i < 1000; ++i) {
            state.setFinding(std::to_string(i));
        }
        QVERIFY(state.history().size() <= 200);
        QCOMPARE(state.place().finding, std::string("999"));
    }
};

QTEST_APPLESS_MAIN(SelectionStateTest)
#include "tst_selection_state.moc"
