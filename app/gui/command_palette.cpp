// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/command_palette.h"

#include "app/gui/actions.h"
#include "app/gui/job_manager.h"
#include "app/gui/selection_state.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/workspace_controller.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <span>
#include <string_view>
#include <unordered_set>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {
constexpr std::size_t kMaxEntries = 200;
constexpr std::size_t kMaxFrames = 60;
} // namespace

bool matchesWords(const QString& text, const QString& query)
{
    const QStringList words = query.split(u' ', Qt::SkipEmptyParts);
    return std::ranges::all_of(
        words, [&text](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

CommandPalette::CommandPalette(const PageContext& context, QWidget* parent)
    : QFrame(parent)
    , m_context(context)
    , m_input(new QLineEdit(this))
    , m_list(new QListWidget(this))
{
    setProperty("role", u"overlay"_s);
    setObjectName(u"palette"_s);
    setAccessibleName(tr("Search everything"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(spacing(2), spacing(2), spacing(2), spacing(2));
    m_input->setObjectName(u"palette.input"_s);
    m_input->setAccessibleName(tr("Search"));
    m_input->setPlaceholderText(tr("> command   @ frame   # finding   $ service   : time   ? help"));
    m_list->setObjectName(u"palette.list"_s);
    m_list->setAccessibleName(tr("Matches"));
    m_list->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(m_input);
    layout->addWidget(m_list, 1);
    connect(m_input, &QLineEdit::textChanged, this, &CommandPalette::update);
    connect(m_input, &QLineEdit::returnPressed, this, &CommandPalette::runCurrent);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    m_input->installEventFilter(this);
    hide();
}

void CommandPalette::open(const QString& text)
{
    if (!isVisible()) {
        m_focusBefore = window()->focusWidget();
    }
    m_input->setText(text);
    update(text);
    show();
    raise();
    m_input->setFocus();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_input && event->type() == QEvent::FocusOut) {
        hide();
    }
    if (watched != m_input || event->type() != QEvent::KeyPress) {
        return QFrame::eventFilter(watched, event);
    }
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) {
        leave();
        return true;
    }
    const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
    if (step != 0 && m_list->count() > 0) {
        m_list->setCurrentRow((m_list->currentRow() + step + m_list->count()) % m_list->count());
        return true;
    }
    return QFrame::eventFilter(watched, event);
}

void CommandPalette::update(const QString& text)
{
    m_entries.clear();
    const QChar prefix = text.isEmpty() ? QChar() : text.front();
    const QString rest = text.mid(1);
    switch (prefix.unicode()) {
    case u'>': addCommands(rest); break;
    case u'@': addFrames(rest); break;
    case u'#': addFindings(rest); break;
    case u'$': addServices(rest); break;
    case u':': addTime(rest); break;
    case u'?': addHelp(); break;
    default:
        addFindings(text);
        addServices(text);
        addCommands(text);
        if (!text.isEmpty()) {
            addFrames(text);
        }
    }
    m_entries.resize(std::min(m_entries.size(), kMaxEntries));
    m_list->clear();
    for (const Entry& entry : m_entries) {
        const QString line = entry.detail.isEmpty() ? entry.text : entry.text + u"    "_s + entry.detail;
        m_list->addItem(new QListWidgetItem(themedIcon(entry.icon), line));
    }
    if (m_entries.empty()) {
        auto* none = new QListWidgetItem(tr("Nothing matches."));
        none->setFlags(Qt::NoItemFlags);
        m_list->addItem(none);
    } else {
        m_list->setCurrentRow(0);
    }
}

void CommandPalette::addCommands(const QString& words)
{
    for (QAction* action : m_context.actions.all()) {
        const QString text = plainText(*action);
        if (action->isEnabled() && matchesWords(text + u' ' + action->objectName(), words)) {
            m_entries.push_back({ text, action->shortcut().toString(QKeySequence::NativeText), u"command"_s,
                [action] { action->trigger(); } });
        }
    }
}

void CommandPalette::addFindings(const QString& words)
{
    const auto analysis = m_context.controller.analysis();
    if (!analysis) {
        return;
    }
    for (const Finding& finding : analysis->findings) {
        const QString text = toQString(finding.id) + u"  "_s + toQString(finding.title);
        if (!matchesWords(text + toQString(finding.service), words)) {
            continue;
        }
        QString money;
        if (finding.costPerMonth) {
            money = moneyPerMonthText(finding.costPerMonth->amount, finding.costPerMonth->currency);
        }
        m_entries.push_back({ text, money, u"view-findings"_s, [this, id = finding.id] {
                                 Place place = m_context.selection.place();
                                 place.view = ViewId::Findings;
                                 place.finding = id;
                                 m_context.selection.go(place);
                             } });
    }
}

void CommandPalette::addServices(const QString& words)
{
    const auto analysis = m_context.controller.analysis();
    if (!analysis) {
        return;
    }
    for (const ServiceView& service : analysis->services) {
        const QString text = toQString(service.name);
        if (!matchesWords(text, words)) {
            continue;
        }
        const QString money =
            service.costPerMonth ? moneyPerMonthText(service.costPerMonth, service.currency) : QString();
        m_entries.push_back({ tr("Service %1").arg(text), money, u"service"_s, [this, name = service.name] {
                                 Lens lens = m_context.selection.lens();
                                 lens.service = name;
                                 m_context.selection.setLens(lens);
                             } });
    }
}

void CommandPalette::addFrames(const QString& words)
{
    const auto analysis = m_context.controller.analysis();
    if (!analysis || words.trimmed().isEmpty()) {
        return;
    }
    if (m_framesOf.lock() != analysis) {
        indexFrames(analysis);
    }
    std::size_t found = 0;
    for (const QString& frame : m_frames) {
        if (!matchesWords(frame, words)) {
            continue;
        }
        m_entries.push_back({ frame, tr("frame"), u"view-flame"_s, [this, name = toUtf8(frame)] {
                                 Place place = m_context.selection.place();
                                 place.view = ViewId::Flame;
                                 place.lens.frame = name;
                                 m_context.selection.go(place);
                             } });
        if (++found == kMaxFrames) {
            return;
        }
    }
}

/// Once per analysis, in a job: profiles have hundreds of thousands of frames, and the next key is already on its way.
void CommandPalette::indexFrames(const std::shared_ptr<const WorkspaceAnalysis>& analysis)
{
    m_framesOf = analysis;
    m_frames.clear();
    m_context.jobs.run(
        tr("Names of frames"), this,
        [analysis](const TaskContext& task) -> Result<QStringList> {
            QStringList names;
            std::unordered_set<std::string_view> seen; // of strings that the analysis keeps
            for (const DocumentPtr& document : analysis->documents) {
                const auto profile = document->profile();
                for (const Frame& frame :
                    profile && !task.cancelled() ? profile->frames.all() : std::span<const Frame> {}) {
                    const std::string_view name = profile->strings.view(frame.function);
                    if (!name.empty() && seen.insert(name).second) {
                        names << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size()));
                    }
                }
            }
            return names;
        },
        [this, from = std::weak_ptr(analysis)](Result<QStringList> names) {
            if (names.ok() && from.lock() == m_framesOf.lock()) {
                m_frames = std::move(names).value();
                if (isVisible()) {
                    update(m_input->text());
                }
            }
        });
}

void CommandPalette::addTime(const QString& words)
{
    const auto start = parseInstant(toUtf8(words.trimmed()));
    if (!start) {
        m_entries.push_back({ tr("Type a time like 2026-11-05 04:00: the day from then on"), {}, u"clock"_s, [] {} });
        return;
    }
    const TimeRange day { *start, *start + Span::days(1) };
    m_entries.push_back({ rangeText(day), tr("select"), u"clock"_s, [this, day] {
                             Place place = m_context.selection.place();
                             place.view = ViewId::Timeline;
                             place.lens.range = day;
                             m_context.selection.go(place);
                         } });
}

void CommandPalette::addHelp()
{
    for (const auto& [prefix, what] : { std::pair(u">"_s, tr("commands")), std::pair(u"@"_s, tr("frames")),
             std::pair(u"#"_s, tr("findings")), std::pair(u"$"_s, tr("services")), std::pair(u":"_s, tr("a time")) }) {
        m_entries.push_back({ prefix + u"  "_s + what, {}, u"help"_s, [this, typed = prefix] { open(typed); } });
    }
}

void CommandPalette::runCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0 || static_cast<std::size_t>(row) >= m_entries.size()) {
        return;
    }
    const std::function<void()> run = m_entries[static_cast<std::size_t>(row)].run;
    leave();
    run();
}

/// Back to where the keys went before; what is run may take them elsewhere.
void CommandPalette::leave()
{
    hide();
    if (m_focusBefore && m_focusBefore->isVisible()) {
        m_focusBefore->setFocus();
    }
}

} // namespace heaptoll::gui
