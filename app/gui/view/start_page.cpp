// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/view/start_page.h"

#include "app/gui/actions.h"
#include "app/gui/job_manager.h"
#include "app/gui/settings.h"
#include "app/gui/text.h"
#include "app/gui/theme/icons.h"
#include "app/gui/theme/theme.h"
#include "app/gui/widget/clipboard.h"
#include "app/gui/widget/elided_label.h"
#include "app/gui/workspace_view.h"
#include "core/session/workspace_file.h"

#include <QAction>
#include <QApplication>
#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <array>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

struct Recipe {
    const char* what;
    const char* command;
};
// One line each, to paste into a terminal.
constexpr std::array<Recipe, 4> kRecipes { {
    { "Go", "curl -o heap.pb.gz http://localhost:6060/debug/pprof/heap" },
    { "C, C++, Rust", "heaptrack ./program" },
    { "Memory usage",
        "curl -o usage.json 'http://prometheus:9090/api/v1/query_range?query=container_memory_working_set_"
        "bytes&start=…&end=…&step=1h'" },
    { "Bill", "export FOCUS 1.0 (CSV) or AWS CUR from your cloud's billing console" },
} };

QLabel* heading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setFont(textFont(TextSize::Title, true));
    return label;
}

QLabel* muted(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text, parent);
    label->setProperty("role", u"muted"_s);
    label->setWordWrap(true);
    return label;
}

QPushButton* buttonFor(QAction* action, const QString& name, QWidget* parent)
{
    auto* button = new QPushButton(action->icon(), plainText(*action), parent);
    button->setObjectName(name);
    button->setToolTip(action->toolTip());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    return button;
}

} // namespace

StartPage::StartPage(const PageContext& context, QWidget* parent)
    : Page(ViewId::Start, context, parent)
{
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* body = new QWidget(scroll);
    body->setProperty("role", u"scrolled"_s);
    auto* row = new QHBoxLayout(body);
    row->setContentsMargins(spacing(10), spacing(10), spacing(10), spacing(6));
    row->setSpacing(spacing(14));
    row->addStretch(1);
    row->addWidget(makeLeft(), 8);
    row->addWidget(makeRight(), 6);
    row->addStretch(1);
    scroll->setWidget(body);
    outer->addWidget(scroll);
}

QWidget* StartPage::makeLeft()
{
    auto* left = new QWidget(this);
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(3));
    auto* brand = new QHBoxLayout;
    auto* logo = new QLabel(left);
    logo->setPixmap(QIcon(u":/icons/heaptoll.svg"_s).pixmap(44, 44));
    auto* name = new QLabel(u"Heaptoll"_s, left);
    QFont nameFont = textFont(TextSize::Headline, true);
    nameFont.setPixelSize(nameFont.pixelSize() + 6);
    name->setFont(nameFont);
    brand->addWidget(logo);
    brand->addSpacing(spacing(2));
    brand->addWidget(name);
    brand->addSpacing(spacing(2));
    brand->addWidget(muted(tr("See what your heap costs."), left), 1, Qt::AlignVCenter);
    layout->addLayout(brand);
    layout->addSpacing(spacing(2));
    layout->addWidget(makeDropArea());
    const ActionRegistry& actions = context().actions;
    QPushButton* sample = buttonFor(actions.action(u"file.sample"_s), u"start.sample"_s, left);
    sample->setProperty("role", u"primary"_s);
    sample->setIcon({});
    layout->addWidget(sample);
    layout->addWidget(muted(tr("A made-up web shop: bills, usage and heap profiles, with a leak to find. One click, "
                               "nothing is sent anywhere."),
        left));
    auto* more = new QHBoxLayout;
    more->addWidget(buttonFor(actions.action(u"file.open"_s), u"start.open"_s, left));
    more->addWidget(buttonFor(actions.action(u"analyze.rateCard"_s), u"start.rateCard"_s, left));
    more->addStretch();
    layout->addLayout(more);
    layout->addStretch();
    return left;
}

void StartPage::showDropIcon()
{
    m_dropIcon->setPixmap(themedIcon(u"drop"_s).pixmap(32, 32));
}

void StartPage::changeEvent(QEvent* event)
{
    Page::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        showDropIcon();
    }
}

QWidget* StartPage::makeDropArea()
{
    auto* area = new QFrame(this);
    area->setProperty("role", u"drop"_s);
    area->setObjectName(u"start.drop"_s);
    auto* layout = new QVBoxLayout(area);
    layout->setContentsMargins(spacing(6), spacing(6), spacing(6), spacing(6));
    layout->setSpacing(spacing(2));
    m_dropIcon = new QLabel(area);
    m_dropIcon->setAlignment(Qt::AlignCenter);
    showDropIcon();
    layout->addWidget(m_dropIcon);
    auto* title = heading(tr("Drop profiles and billing files here"), area);
    title->setAlignment(Qt::AlignCenter);
    title->setWordWrap(true);
    layout->addWidget(title);
    layout->addSpacing(spacing(2));
    const std::array<std::pair<QString, QString>, 3> kinds { {
        { tr("Memory"), tr("pprof, heaptrack, jemalloc, Massif, tracemalloc, V8…: a file, or a folder as a series") },
        { tr("Money"), tr("FOCUS, AWS cost and usage reports") },
        { tr("Usage"), tr("Prometheus query results") },
    } };
    for (const auto& [kind, formats] : kinds) {
        auto* line = new QLabel(u"<b>"_s + kind + u"</b>  "_s + formats, area);
        line->setAlignment(Qt::AlignCenter);
        line->setWordWrap(true);
        layout->addWidget(line);
    }
    layout->addSpacing(spacing(2));
    m_choose = buttonFor(context().actions.action(u"file.import"_s), u"start.import"_s, area);
    m_choose->setText(tr("Choose files…   Ctrl+O"));
    layout->addWidget(m_choose, 0, Qt::AlignCenter);
    return area;
}

QWidget* StartPage::makeRight()
{
    auto* right = new QWidget(this);
    auto* layout = new QVBoxLayout(right);
    layout->setContentsMargins(0, spacing(2), 0, 0);
    layout->setSpacing(spacing(2));
    auto* head = new QHBoxLayout;
    head->addWidget(heading(tr("Recent"), right));
    head->addStretch();
    m_clearRecent = new QPushButton(tr("Clear"), right);
    m_clearRecent->setObjectName(u"start.clearRecent"_s);
    m_clearRecent->setProperty("role", u"link"_s);
    m_clearRecent->setToolTip(tr("Empties this list; the workspaces themselves stay"));
    m_clearRecent->hide();
    connect(m_clearRecent, &QPushButton::clicked, this, [this] {
        Settings::clearRecentWorkspaces();
        fillRecent();
    });
    head->addWidget(m_clearRecent);
    layout->addLayout(head);
    m_recent = new QVBoxLayout;
    m_recent->setSpacing(spacing(1));
    layout->addLayout(m_recent);
    layout->addSpacing(spacing(5));
    layout->addWidget(heading(tr("Record"), right));
    layout->addWidget(muted(tr("Click a line to copy it."), right));
    constexpr int kLineGap = 2; // a command belongs to the name above it
    for (const Recipe& recipe : kRecipes) {
        auto* pair = new QVBoxLayout;
        pair->setSpacing(kLineGap);
        layout->addLayout(pair);
        const QString command = QString::fromUtf8(recipe.command);
        auto* what = new QLabel(QString::fromUtf8(recipe.what), right);
        what->setFont(textFont(TextSize::Note, true));
        pair->addWidget(what);
        auto* button = new QPushButton(right);
        button->setProperty("role", u"flat"_s);
        button->setObjectName(u"start.record."_s + QString::fromUtf8(recipe.what).section(u',', 0, 0));
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        auto* const line = new ElidedLabel(button); // buttons cut their own text without a sign
        line->setAttribute(Qt::WA_TransparentForMouseEvents);
        line->setFont(monoFont());
        line->setText(command);
        auto* const inside = new QHBoxLayout(button);
        inside->setContentsMargins(spacing(2), 0, spacing(2), 0);
        inside->addWidget(line);
        button->setMinimumHeight(line->sizeHint().height() + spacing(2));
        button->setToolTip(tr("Copy: %1").arg(command));
        button->setAccessibleName(tr("Copy the command for %1").arg(QString::fromUtf8(recipe.what)));
        connect(button, &QPushButton::clicked, this, [command, button] { copyText(command, button); });
        pair->addWidget(button);
    }
    layout->addStretch();
    return right;
}

void StartPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    fillRecent(); // not in refresh(), which also follows the jobs: this starts one
    if (window()->focusWidget() == nullptr) {
        m_choose->setFocus(); // for who has no mouse
    }
}

StartPage::Recent StartPage::lookAt(const QString& path)
{
    const QFileInfo info(path);
    Recent recent { path, {}, {}, {} };
    if (!info.exists()) {
        return recent;
    }
    recent.modified = QLocale::c().toString(info.lastModified().toUTC(), u"yyyy-MM-dd hh:mm"_s) + u" UTC"_s;
    const auto workspace = loadWorkspace(toUtf8(path));
    if (!workspace.ok()) {
        recent.summary = tr("cannot be opened");
        return recent;
    }
    recent.summary = WorkspaceView::fromJson(workspace.value().viewJson).summary;
    for (const WorkspaceSource& source : workspace.value().sources) {
        if (source.isMissing) {
            recent.missing << toQString(source.path);
        }
    }
    return recent;
}

void StartPage::fillRecent()
{
    // Workspaces may lie on a slow disk or a network: the list comes when it is known.
    context().jobs.run(
        tr("Recent workspaces"), this,
        [paths = Settings::recentWorkspaces()](const TaskContext& task) -> Result<std::vector<Recent>> {
            std::vector<Recent> recent;
            for (const QString& path : paths) {
                if (!task.cancelled()) {
                    recent.push_back(lookAt(path));
                }
            }
            return recent;
        },
        [this](Result<std::vector<Recent>> recent) {
            if (recent.ok()) {
                showRecent(recent.value());
            }
        });
}

void StartPage::showRecent(const std::vector<Recent>& recent)
{
    while (QLayoutItem* item = m_recent->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    m_clearRecent->setVisible(!recent.empty());
    if (recent.empty()) {
        m_recent->addWidget(muted(tr("Nothing yet. Workspaces you save appear here."), this));
    }
    for (const Recent& one : recent) {
        m_recent->addWidget(makeRecentRow(one));
    }
}

QWidget* StartPage::makeRecentRow(const Recent& recent)
{
    const bool isGone = recent.modified.isEmpty();
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(spacing(2));
    auto* button =
        new QPushButton(themedIcon(isGone ? u"warning"_s : u"file"_s), QFileInfo(recent.path).fileName(), row);
    button->setProperty("role", u"flat"_s);
    button->setStyleSheet(u"text-align: left;"_s);
    button->setObjectName(u"start.recent"_s);
    button->setToolTip(QDir::toNativeSeparators(recent.path));
    button->setEnabled(!isGone);
    connect(button, &QPushButton::clicked, this, [this, path = recent.path] { emit workspaceRequested(path); });
    layout->addWidget(button);
    QStringList about;
    if (isGone) {
        about << tr("not there any more");
    } else if (!recent.missing.isEmpty()) {
        about << (recent.missing.size() == 1 ? tr("%1 is missing").arg(QFileInfo(recent.missing.front()).fileName())
                                             : tr("%n file(s) missing", "", static_cast<int>(recent.missing.size())));
    } else if (!recent.summary.isEmpty()) {
        about << recent.summary;
    }
    if (!isGone) {
        about << recent.modified;
    }
    auto* label = new ElidedLabel(row);
    label->setText(about.join(u" · "_s));
    label->setObjectName(u"start.recentState"_s);
    label->setProperty("role", isGone || !recent.missing.isEmpty() ? u"error"_s : u"muted"_s);
    layout->addWidget(label, 1);
    if (isGone || !recent.missing.isEmpty()) {
        auto* locate = new QPushButton(tr("Locate…"), row);
        locate->setObjectName(u"start.locate"_s);
        locate->setAccessibleName(tr("Locate what %1 misses").arg(button->text()));
        connect(locate, &QPushButton::clicked, this, [this, recent, isGone] {
            if (isGone) {
                emit workspaceSearched(recent.path);
            } else {
                emit sourceSearched(recent.path, recent.missing.front());
            }
        });
        layout->addWidget(locate);
    }
    return row;
}

} // namespace heaptoll::gui
