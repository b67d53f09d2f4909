#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the layer rule and the constructs this project has banned.

    check_includes.py [--root DIR]    one line per finding, exit 1 if there is any
    check_includes.py --self-test     proves on made-up trees that each rule can fail

The link interfaces already keep Qt out of the lower layers; this check says so in words, covers headers no
target compiles yet, and sees what a linker cannot: sideways includes, cycles, banned calls.
"""

import argparse
import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

SOURCE_SUFFIXES = {".h", ".cpp"}
TREES = ("core", "app", "plugins", "tests")
QT_FREE_CORE = {"base", "model", "analysis", "sdk"}

# What a folder of core may include besides itself. Folders not named here form the layer above.
CORE_MAY_INCLUDE = {
    "base": set(),
    "model": {"base", "sdk"},
    "analysis": {"base", "model", "sdk"},
    "sdk": {"base"},
}

QT_HEADER = re.compile(r"^(Q[A-Z]\w*|Qt[A-Z]\w*/.*|q[a-z0-9_]+\.h)$")
CHARTS_HEADER = re.compile(
    r"^(QtCharts(/.*)?|QChart\w*|QPolarChart|QLegend\w*|Q\w*Series|Q\w+Axis|Q\w+ModelMapper"
    r"|QBarSet|QBoxSet|QCandlestickSet|QPieSlice)$")
GUI_HEADER = re.compile(
    r"^((QtGui|QtWidgets|QtSvg|QtSvgWidgets|QtPrintSupport|QtOpenGL\w*)(/.*)?"
    r"|QWidget\w*|QApplication|QGuiApplication|QMainWindow|QDockWidget|Q\w*Dialog|Q\w*Layout|QLayoutItem"
    r"|Q(Tree|Table|List|Header|Column|AbstractItem|Undo)View|QGraphics\w+|Q\w*Button|QButtonGroup"
    r"|QLabel|QComboBox|QLineEdit|QTextEdit|QPlainTextEdit|QTextBrowser|Q\w*SpinBox|QSlider|QDial|QCheckBox"
    r"|QGroupBox|QFrame|QCompleter|QMenu|QMenuBar|QToolBar|QToolBox|QStatusBar|QSplitter\w*|QTab(Bar|Widget)"
    r"|QStacked\w+|QScroll\w+|QStyle\w*|QStyled\w+|QProxyStyle|QMessageBox|QProgressBar|QToolTip|QWhatsThis"
    r"|Q(Tree|Table|List)Widget\w*|QItemDelegate|QAbstractItemDelegate|QSystemTrayIcon|QSplashScreen|QSizeGrip"
    r"|QRubberBand|QImage\w*|QPixmap\w*|QBitmap|QPicture|QIcon\w*|QPaint\w+|QPen|QBrush|QColor\w*|QPalette"
    r"|Q\w*Gradient|QFont\w*|QRawFont|QCursor|QScreen|QWindow|QAction\w*|QShortcut|QUndo\w+|QStandardItem\w*"
    r"|QClipboard|QDesktopServices|QKeySequence|Q(Key|Mouse|Wheel|Drag\w*|Drop|Focus|Paint|Resize|Input)Event"
    r"|QText(Document|Cursor|Layout|Option|Format|Char\w+|Block\w*)|QSyntaxHighlighter|QRegion|QTransform"
    r"|QAccessible\w*|QValidator|Q\w+Validator|QDrag|QSvg\w+|QPdfWriter|QPageSize)$")
NETWORK_HEADER = re.compile(r"^(QtNetwork(/.*)?|QNetwork\w+|Q(Tcp|Udp|Ssl|Local)(Socket|Server)|QHostInfo)$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:<([^>]+)>|"([^"]+)")', re.MULTILINE)
NOT_CODE = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.DOTALL)
SERIES_DECLARATION = re.compile(
    r"(?:\b(?:std::unique_ptr|QPointer)<\s*|(?<![<\w]))Q(?:Line|Spline|Scatter|XY|Area|Pie|\w*Bar|BoxPlot|Candlestick)Series"
    r"\s*[*&>]*\s*(?:const\s+)?(\w+)\b"
    r"|\b(\w+)\s*=\s*new\s+Q\w+Series\b|\b(\w+)\s*=\s*std::make_unique<Q\w+Series>")

# (rule, pattern, trees, why). Both compilers must parse all code: clang 14 on libstdc++ 12 cannot take these.
BANNED = [
    ("no-views", re.compile(r"\b(?:std::)?(?:ranges::)?views::"), TREES,
     "clang 14 cannot compile std::views on libstdc++ 12; use a loop or std::ranges algorithms"),
    ("no-subrange", re.compile(r"\branges::(?:unique|remove|remove_if|(?:stable_)?partition|rotate|search|search_n"
                               r"|find_end|equal_range|subrange)\b(?!_)"), TREES,
     "clang 14 cannot compile std::ranges::subrange, which this returns; use the std:: algorithm"),
    ("no-source-location", re.compile(r"\bstd::source_location\b"), TREES,
     "clang 14 has no std::source_location"),
    ("no-open-gl-series", re.compile(r"\bsetUseOpenGL\s*\("), ("app",),
     "useOpenGL crashes without a context and paints over everything; decimate instead"),
    ("no-chart-rubber-band", re.compile(r"\bsetRubberBand\s*\("), ("app",),
     "QChartView's rubber band crashes in Qt 6.4 (QTBUG-118669); the chart panel has its own band"),
]
BANNED_HEADERS = {"format": "no std::format in g++ 12", "expected": "no std::expected in g++ 12",
                  "source_location": "clang 14 has no std::source_location"}


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    text: str

    def __str__(self):
        return f"{self.path}:{self.line}: [{self.rule}] {self.text}"


@dataclass
class Source:
    path: str  # relative to the root, with slashes
    text: str
    code: str  # text without comments and literals, same lines
    includes: list  # (line, name, quoted)

    @property
    def parts(self):
        return self.path.split("/")

    @property
    def qt_free(self):
        parts = self.parts
        if parts[0] == "core":
            return len(parts) > 2 and parts[1] in QT_FREE_CORE
        return parts[0] == "plugins" and re.search(r"_parser\.(h|cpp)$", parts[-1]) is not None


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def read_sources(root):
    sources = {}
    for tree in TREES:
        for path in sorted((root / tree).rglob("*")):
            if path.suffix not in SOURCE_SUFFIXES or not path.is_file():
                continue
            name = path.relative_to(root).as_posix()
            if name.startswith(("tests/golden/", "tests/fuzz/corpus/")):
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            includes = [(text.count("\n", 0, m.start()) + 1, m.group(1) or m.group(2), m.group(2) is not None)
                        for m in INCLUDE.finditer(text)]
            sources[name] = Source(name, text, NOT_CODE.sub(blank, text), includes)
    return sources


def resolve(source, name, sources):
    """The project path an include names, or the path it would have if the file existed; None for foreign headers."""
    beside = source.path.rsplit("/", 1)[0] + "/" + name
    if beside in sources:
        return beside
    if name in sources or name.split("/")[0] in TREES:
        return name
    return None


def check_qt(source):
    for line, name, _ in source.includes:
        if not QT_HEADER.match(name) and not name.startswith("Qt"):
            continue
        allowed_macro = source.path == "core/sdk/importer_plugin.h" and name in ("QtPlugin", "QtCore/QtPlugin")
        if source.qt_free and not allowed_macro:
            yield Finding(source.path, line, "qt-free", f"<{name}> in a layer that does not know Qt")
        if source.parts[0] == "tests":
            continue
        if CHARTS_HEADER.match(name) and not source.path.startswith("app/gui/chart/"):
            yield Finding(source.path, line, "charts-only-in-chart", f"<{name}> belongs behind app/gui/chart")
        elif GUI_HEADER.match(name) and not source.path.startswith("app/gui/"):
            yield Finding(source.path, line, "gui-only-in-gui", f"<{name}> outside app/gui")
        if NETWORK_HEADER.match(name):
            yield Finding(source.path, line, "no-qt-network", f"<{name}>: no network here: libcurl, in a room of its own")


def layer_problem(source, target):
    """Why `source` may not include `target`, or None."""
    here, there = source.parts, target.split("/")
    if here[0] == "tests":
        return None
    if there[0] == "tests":
        return "product code includes tests"
    if here[0] == "core":
        if there[0] != "core":
            return f"core includes {there[0]}"
        if len(here) < 3 or len(there) < 3 or here[1] == there[1]:
            return None
        allowed = CORE_MAY_INCLUDE.get(here[1])
        if allowed is not None and there[1] not in allowed:
            return f"core/{here[1]} includes core/{there[1]}"
        return None
    if here[0] == "plugins":
        if there[0] == "core" and there[1] in ("sdk", "base"):
            return None
        if there[0] == "plugins" and there[1] == here[1]:
            return None
        return f"a plugin sees only core/sdk, core/base and itself, not {'/'.join(there[:2])}"
    if here[0] == "app":
        if there[0] == "plugins":
            return "app includes a plugin; importers are loaded, never linked"
        if there[0] == "app" and len(here) > 2 and len(there) > 2 and here[1] != there[1]:
            return f"app/{here[1]} includes app/{there[1]}"
    return None


def check_layers(source, sources):
    for line, name, _ in source.includes:
        if name in BANNED_HEADERS:
            yield Finding(source.path, line, "no-missing-header", f"<{name}>: {BANNED_HEADERS[name]}")
        target = resolve(source, name, sources)
        problem = layer_problem(source, target) if target else None
        if problem:
            yield Finding(source.path, line, "layers", problem)


def check_text(source, sources):
    if source.path.endswith(".h") and not re.search(r"^#pragma once$", source.text, re.MULTILINE):
        yield Finding(source.path, 1, "pragma-once", "header without #pragma once")
    for rule, pattern, trees, why in BANNED:
        if source.parts[0] not in trees:
            continue
        for match in pattern.finditer(source.code):
            yield Finding(source.path, source.code.count("\n", 0, match.start()) + 1, rule, why)
    if source.parts[0] == "app":
        yield from check_series_append(source, sources)


def check_series_append(source, sources):
    """append and << rebuild the path once per point on a series that is already in a chart."""
    own_header = sources.get(source.path.rsplit(".", 1)[0] + ".h")
    names = set()
    for text in (source.code, own_header.code if own_header else ""):
        for groups in SERIES_DECLARATION.findall(text):
            names.update(name for name in groups if name)
    for name in sorted(names):
        receiver = re.escape(name) + r"(?:\[[^\]]*\]|\.at\([^)]*\)|\.get\(\))?"
        for match in re.finditer(rf"\b{receiver}\s*(?:(?:->|\.)\s*append\s*\(|<<)", source.code):
            line = source.code.count("\n", 0, match.start()) + 1
            yield Finding(source.path, line, "no-series-append",
                          f"'{name}' grows point by point, which is quadratic; use replace()")


def check_cycles(sources):
    graph = {path: sorted({t for _, name, _ in s.includes if (t := resolve(s, name, sources)) in sources})
             for path, s in sources.items()}
    state, trail = {}, []

    def visit(path):
        state[path] = "open"
        trail.append(path)
        for target in graph[path]:
            if state.get(target) == "open":
                yield trail[trail.index(target):] + [target]
            elif target not in state:
                yield from visit(target)
        trail.pop()
        state[path] = "done"

    for path in sorted(graph):
        if path not in state:
            for cycle in visit(path):
                yield Finding(cycle[0], 1, "no-cycle", "include cycle: " + " -> ".join(cycle))


def check_tree(root):
    sources = read_sources(root)
    findings = list(check_cycles(sources))
    for source in sources.values():
        findings += check_qt(source)
        findings += check_layers(source, sources)
        findings += check_text(source, sources)
    return sorted(set(findings)), len(sources)


CLEAN_TREE = {
    "core/base/units.h": "#pragma once\n#include <cstdint>\n",
    "core/model/profile.h": '#pragma once\n#include "core/base/units.h"\n// std::views::filter is banned\n',
    "core/model/profile.cpp": '#include "core/model/profile.h"\nconst char* s = "views::";\n'
                              'const char* r = R"(" std::views::keys)";\n',
    "core/analysis/growth.h": '#pragma once\n#include "core/model/profile.h"\n#include <Eigen/QR>\n',
    "core/sdk/importer_plugin.h": '#pragma once\n#include <QtPlugin>\n#include "core/base/units.h"\n',
    "core/import/job.h": '#pragma once\n#include "core/analysis/growth.h"\n#include <QString>\n',
    "plugins/pprof/pprof_parser.h": '#pragma once\n#include "core/sdk/sink.h"\n',
    "plugins/pprof/pprof_importer.cpp": '#include "pprof_parser.h"\n#include <QObject>\n',
    "app/cli/main.cpp": '#include "core/import/job.h"\n#include <QCoreApplication>\n#include <QTextStream>\n',
    "app/gui/main.cpp": "#include <QApplication>\n#include <QUndoStack>\n",
    "app/gui/chart/binder.cpp": "#include <QLineSeries>\nvoid f(QLineSeries* line) { line->replace({}); }\n"
                                "void g() { rows.append(1); }\n"
                                "QList<QLineSeries*> m_lines;\nvoid h() { m_lines << nullptr; }\n",
    "tests/unit/tst_growth.cpp": "#include <QTest>\n#include <QWidget>\n",
}

# rule -> (file, text) that must trip exactly it.
VIOLATIONS = [
    ("qt-free", "core/base/text.h", "#pragma once\n#include <QString>\n"),
    ("qt-free", "core/model/x.cpp", '#include "QtCore/qglobal.h"\n'),
    ("qt-free", "core/analysis/x.cpp", "#  include <qglobal.h>\n"),
    ("qt-free", "core/sdk/sink.h", "#pragma once\n#include <QtPlugin>\n"),
    ("qt-free", "core/sdk/importer_plugin.h", "#pragma once\n#include <QtPlugin>\n#include <QObject>\n"),
    ("qt-free", "core/sdk/support/json_pull.cpp", "#include <QJsonDocument>\n"),
    ("qt-free", "plugins/pprof/pprof_parser.cpp", "#include <QByteArray>\n"),
    ("gui-only-in-gui", "core/export/image.cpp", "#include <QImage>\n"),
    ("gui-only-in-gui", "app/cli/main.cpp", "#include <QtWidgets/QApplication>\n"),
    ("charts-only-in-chart", "app/gui/view/page.cpp", "#include <QChartView>\n"),
    ("charts-only-in-chart", "app/gui/view/page.cpp", "#include <QtCharts/QLineSeries>\n"),
    ("charts-only-in-chart", "app/gui/view/page.cpp", "#include <QtCharts>\n"),
    ("charts-only-in-chart", "core/export/x.cpp", "#include <QValueAxis>\n"),
    ("no-qt-network", "core/fetch/http.cpp", "#include <QNetworkAccessManager>\n"),
    ("layers", "core/base/units.cpp", '#include "core/model/profile.h"\n'),
    ("layers", "core/model/x.cpp", '#include "core/analysis/growth.h"\n'),
    ("layers", "core/analysis/x.cpp", '#include "core/import/job.h"\n'),
    ("layers", "core/sdk/sink.h", '#pragma once\n#include "core/model/profile.h"\n'),
    ("layers", "core/import/x.cpp", '#include "app/cli/commands.h"\n'),
    ("layers", "core/session/x.cpp", '#include "plugins/pprof/pprof_parser.h"\n'),
    ("layers", "plugins/pprof/x.cpp", '#include "core/model/profile.h"\n'),
    ("layers", "plugins/collapsed/x.cpp", '#include "plugins/pprof/pprof_parser.h"\n'),
    ("layers", "app/gui/x.cpp", '#include "plugins/pprof/pprof_parser.h"\n'),
    ("layers", "app/gui/x.cpp", '#include "app/cli/commands.h"\n'),
    ("layers", "core/export/x.cpp", '#include "tests/support/golden.h"\n'),
    ("no-cycle", "core/base/units.h", '#pragma once\n#include "units.h"\n'),
    ("no-cycle", "core/export/a.h", '#pragma once\n#include "core/export/a.h"\n'),
    ("pragma-once", "core/base/text.h", "#ifndef X\n#define X\n#endif\n"),
    ("no-missing-header", "core/base/text.cpp", "#include <format>\n"),
    ("no-views", "core/model/x.cpp", "auto f(auto& r) { return r | std::views::keys; }\n"),
    ("no-views", "tests/unit/x.cpp", "namespace v = std::ranges; auto r = v::views::iota(1);\n"),
    ("no-subrange", "core/model/x.cpp", "void f(auto& v) { auto rest = std::ranges::unique(v); }\n"),
    ("no-source-location", "core/base/x.cpp", "void f(std::source_location);\n"),
    ("no-open-gl-series", "app/gui/chart/x.cpp", "void f() { s->setUseOpenGL(true); }\n"),
    ("no-chart-rubber-band", "app/gui/chart/x.cpp", "void f() { v->setRubberBand(1); }\n"),
    ("no-series-append", "app/gui/chart/x.cpp", "void f(QLineSeries* line) { line->append(1, 2); }\n"),
    ("no-series-append", "app/gui/chart/x.cpp", "void f() { auto* s = new QScatterSeries; *s << QPointF(1, 2); }\n"),
    ("no-series-append", "app/gui/chart/x.cpp", "QPointer<QLineSeries> m_p;\nvoid f() { m_p->append(1, 2); }\n"),
    ("no-series-append", "app/gui/chart/x.cpp", "QLineSeries m_a;\nvoid f() { m_a.append(points); }\n"),
]


def self_test():
    failures = []

    def findings_of(tree):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in tree.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            return check_tree(root)[0]

    for finding in findings_of(CLEAN_TREE):
        failures.append(f"clean tree: {finding}")
    for rule, path, text in VIOLATIONS:
        rules = {f.rule for f in findings_of({**CLEAN_TREE, path: text})}
        if rules != {rule}:
            failures.append(f"{path} with {text!r}: expected {rule}, found {sorted(rules) or 'nothing'}")
    two_headers = {"core/export/a.h": '#pragma once\n#include "b.h"\n',
                   "core/export/b.h": '#pragma once\n#include "core/export/a.h"\n'}
    if {f.rule for f in findings_of({**CLEAN_TREE, **two_headers})} != {"no-cycle"}:
        failures.append("a cycle over two headers is not found")
    member = {"app/gui/chart/x.h": "#pragma once\nclass X { QLineSeries* m_line; };\n",
              "app/gui/chart/x.cpp": '#include "x.h"\nvoid X::f() { m_line->append(1, 2); }\n'}
    if {f.rule for f in findings_of({**CLEAN_TREE, **member})} != {"no-series-append"}:
        failures.append("append on a series declared in the own header is not found")

    source = Path(__file__).read_text(encoding="utf-8")
    known = set(re.findall(r'Finding\([^"]*?"([a-z-]+)"', source)) | {entry[0] for entry in BANNED}
    untested = known - {rule for rule, _, _ in VIOLATIONS}
    if untested:
        failures.append(f"rules without a violation that proves them: {sorted(untested)}")
    for failure in failures:
        print(failure)
    print(f"self-test: {len(VIOLATIONS) + 3} trees, {len(known)} rules, {len(failures)} failures")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[2])
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    findings, files = check_tree(arguments.root)
    for finding in findings:
        print(finding)
    print(f"{files} files, {len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
