// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/view_state.h"

#include "app/gui/actions.h"
#include "app/gui/job_manager.h"
#include "app/gui/range_loader.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/workspace_controller.h"
#include "core/analysis/workspace_analysis.h"

#include <QAction>
#include <QApplication>

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QString tr(const char* text, int n = -1)
{
    return QCoreApplication::translate("ViewState", text, nullptr, n);
}

EmptyState::Content loading(const PageContext& context)
{
    EmptyState::Content content;
    content.kind = EmptyKind::Loading;
    content.sentence = tr("Reading and joining the data…");
    const auto& jobs = context.jobs.jobs();
    if (!jobs.empty()) {
        const JobInfo& job = jobs.front();
        content.sentence = job.phase.isEmpty() ? job.title : job.title + u": "_s + job.phase;
        if (job.total > 0) {
            content.details = percentText(static_cast<double>(job.done) / static_cast<double>(job.total));
        }
    }
    content.button = tr("Cancel");
    content.press = [context] { context.controller.cancelWork(); };
    return content;
}

EmptyState::Content failed(const PageContext& context, const QStringList& errors)
{
    EmptyState::Content content;
    content.kind = EmptyKind::Error;
    content.sentence = tr("None of the %n file(s) could be read, so there is nothing to show.",
        static_cast<int>(context.controller.files().size()));
    constexpr qsizetype kMaxErrors = 4;
    content.details = errors.mid(0, kMaxErrors).join(u'\n');
    content.button = tr("Show sources");
    content.press = [context] { context.selection.setView(ViewId::Sources); };
    content.second = tr("Copy details");
    content.pressSecond = [errors] { copyText(errors.join(u'\n'), QApplication::activeWindow()); };
    return content;
}

/// Edits between two words: insertions, deletions, replacements.
qsizetype distance(const QString& a, const QString& b)
{
    std::vector<qsizetype> row(static_cast<std::size_t>(b.size()) + 1);
    std::iota(row.begin(), row.end(), 0);
    for (qsizetype i = 1; i <= a.size(); ++i) {
        qsizetype diagonal = row[0];
        row[0] = i;
        for (qsizetype j = 1; j <= b.size(); ++j) {
            const auto at = static_cast<std::size_t>(j);
            const qsizetype replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[at];
            row[at] = std::min({ replaced, row[at] + 1, row[at - 1] + 1 });
        }
    }
    return row.back();
}

} // namespace

EmptyState::Content busy(const QString& sentence)
{
    EmptyState::Content content;
    content.kind = EmptyKind::Loading;
    content.sentence = sentence;
    return content;
}

EmptyState::Content cancelled(const QString& sentence, const QString& button, std::function<void()> again)
{
    EmptyState::Content content;
    content.icon = u"clock"_s;
    content.sentence = sentence;
    content.button = button;
    content.press = std::move(again);
    return content;
}

EmptyState::Content nothingToShow(const PageContext& context, const QString& icon, const QString& sentence)
{
    if (context.controller.isBusy()) {
        return loading(context);
    }
    if (const std::optional<Error>& error = context.controller.analysisError()) {
        const bool isCancelled = error->code == ErrorCode::Cancelled;
        EmptyState::Content content = cancelled(isCancelled
                ? tr("The analysis was cancelled, so there is nothing to show yet.")
                : tr("The analysis failed, so there is nothing to show: %1").arg(toQString(format(*error))),
            tr("Analyze again"), [context] { context.controller.analyzeAgain(); });
        content.kind = isCancelled ? content.kind : EmptyKind::Error;
        return content;
    }
    QStringList errors;
    bool hasData = false;
    for (const ImportedFile& file : context.controller.files()) {
        hasData = hasData || !file.documents.empty();
        if (file.error) {
            errors << toQString(format(*file.error));
        }
    }
    if (!hasData && !errors.isEmpty()) {
        return failed(context, errors);
    }
    EmptyState::Content content;
    content.icon = icon;
    content.sentence = sentence;
    content.button = tr("Import files…");
    content.press = [context] {
        if (QAction* const action = context.actions.action(u"file.import"_s)) {
            action->trigger();
        }
    };
    return content;
}

EmptyState::Content noMatch(const QString& sentence, const QString& button, std::function<void()> press)
{
    EmptyState::Content content;
    content.kind = EmptyKind::NoMatch;
    content.sentence = sentence;
    content.button = button;
    content.press = std::move(press);
    return content;
}

EmptyState::Content lensMatchesNothing(const PageContext& context, const QString& sentence)
{
    const bool hasService = !context.selection.lens().service.empty();
    return noMatch(sentence, hasService ? tr("Show all services") : tr("Show the whole time"), [context, hasService] {
        Lens lens = context.selection.lens();
        if (hasService) {
            lens.service.clear();
        } else {
            lens.range.reset();
        }
        context.selection.setLens(lens);
    });
}

EmptyState::Content noProfile(
    const PageContext& context, const RangeView* range, const QString& icon, const QString& sentence)
{
    if (range == nullptr && context.ranges.isStale()) {
        return busy(tr("Selecting the range…"));
    }
    if (range == nullptr && context.ranges.isCancelled()) {
        return cancelled(
            tr("Selecting the range was cancelled."), tr("Select it again"), [context] { context.ranges.retry(); });
    }
    const std::string& service = context.selection.lens().service;
    if (range == nullptr || service.empty()) {
        return nothingToShow(context, icon, sentence);
    }
    const QString why = range->note.empty() ? tr("no heap profile") : toQString(range->note);
    return lensMatchesNothing(context, toQString(service) + u": "_s + why);
}

QStringList wordsOf(const QString& name)
{
    QStringList words;
    QString part;
    QString whole;
    const auto finish = [&words](QString& word) {
        if (word.size() > 2) {
            words << word;
        }
        word.clear();
    };
    bool wasLower = false;
    for (const QChar c : name) {
        if (!c.isLetterOrNumber()) {
            finish(part);
            finish(whole);
        } else {
            if (c.isUpper() && wasLower) {
                finish(part);
            }
            part += c;
            whole += c;
        }
        wasLower = c.isLower() || c.isDigit();
    }
    finish(part);
    finish(whole);
    words.removeDuplicates();
    return words;
}

QString nearestWord(const QString& typed, const QStringList& known)
{
    const QString wanted = typed.toLower();
    QString best;
    qsizetype least = std::max<qsizetype>(1, typed.size() / 3) + 1; // further away it is another word
    for (const QString& word : known) {
        if (std::abs(word.size() - wanted.size()) >= least) {
            continue; // as many letters would have to come or go
        }
        const qsizetype edits = distance(wanted, word.toLower());
        if (edits < least) {
            least = edits;
            best = word;
        }
    }
    return best;
}

QString chosenForYou(const WorkspaceAnalysis& analysis, const Lens& lens)
{
    const auto withProfiles = std::ranges::count_if(
        analysis.services, [](const ServiceView& service) { return !service.profileDocuments.empty(); });
    if (!lens.service.empty() || withProfiles < 2) {
        return {};
    }
    const ServiceView* const main = mainService(analysis);
    const auto asMany = std::ranges::count_if(analysis.services, [main](const ServiceView& service) {
        return service.profileDocuments.size() == main->profileDocuments.size();
    });
    return asMany > 1 ? QCoreApplication::translate("ViewState", "most profiles, leaks most")
                      : QCoreApplication::translate("ViewState", "most profiles");
}

} // namespace heaptoll::gui
