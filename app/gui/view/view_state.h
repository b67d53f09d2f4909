// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/view/page.h"
#include "app/gui/widget/empty_state.h"

namespace heaptoll::gui {

/// What a view without data shows: that it is being read (with progress and Cancel), that nothing could be read (with the
/// errors), else `sentence` and Import.
[[nodiscard]] EmptyState::Content nothingToShow(
    const PageContext& context, const QString& icon, const QString& sentence);

/// A job that fills the view runs.
[[nodiscard]] EmptyState::Content busy(const QString& sentence);

/// The user cancelled what fills the view: the button does it again.
[[nodiscard]] EmptyState::Content cancelled(
    const QString& sentence, const QString& button, std::function<void()> again);

/// A filter, service or range leaves nothing: the button takes it away.
[[nodiscard]] EmptyState::Content noMatch(
    const QString& sentence, const QString& button = {}, std::function<void()> press = {});

/// noMatch() for a lens that looks at one service or one range: "Show all services" or "Show the whole time".
[[nodiscard]] EmptyState::Content lensMatchesNothing(const PageContext& context, const QString& sentence);

/// What a pane over a range shows instead of a profile: still loading, nothing imported, or none of this service.
[[nodiscard]] EmptyState::Content noProfile(
    const PageContext& context, const RangeView* range, const QString& icon, const QString& sentence);

/// The words that names are made of: "openSession" has "openSession", "open" and "Session".
[[nodiscard]] QStringList wordsOf(const QString& name);
/// The known word nearest to a mistyped one, "" when none is near: "did you mean Session?".
[[nodiscard]] QString nearestWord(const QString& typed, const QStringList& known);

/// Why a pane shows one service though the lens names none, "" when it names one or there is one only.
[[nodiscard]] QString chosenForYou(const WorkspaceAnalysis& analysis, const Lens& lens);

} // namespace heaptoll::gui
