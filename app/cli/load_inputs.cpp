// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/load_inputs.h"

#include "app/cli/progress.h"
#include "core/base/text_format.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>
#include <array>
#include <cerrno>
#include <istream>
#include <poll.h>
#include <span>
#include <stop_token>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace heaptoll::cli {
namespace {

constexpr std::string_view kStdin = "-";
constexpr std::size_t kTableRows = 30;

/// A descriptor that becomes readable when it is told to. -1: the system has none left.
class WakeUp {
public:
    WakeUp()
        : m_descriptor(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
    { }
    WakeUp(const WakeUp&) = delete;
    WakeUp& operator=(const WakeUp&) = delete;
    WakeUp(WakeUp&&) = delete;
    WakeUp& operator=(WakeUp&&) = delete;
    ~WakeUp()
    {
        if (m_descriptor >= 0) {
            ::close(m_descriptor);
        }
    }
    [[nodiscard]] int descriptor() const { return m_descriptor; }
    void signal() const noexcept
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(m_descriptor, &one, sizeof one); // full = awake already
    }

private:
    int m_descriptor;
};

/// Reads a descriptor, and stops waiting for it when asked to: a blocking read would sit out Ctrl+C until the end of
/// what feeds it. Bytes read; 0 at the end. Errors: Cancelled, Io.
Result<std::size_t> readOrStop(int descriptor, std::span<char> block, const std::stop_token& stop)
{
    const WakeUp wakeUp;
    const std::stop_callback onStop(stop, [&wakeUp] { wakeUp.signal(); });
    while (true) {
        std::array<pollfd, 2> waits { pollfd { descriptor, POLLIN, 0 }, pollfd { wakeUp.descriptor(), POLLIN, 0 } };
        const int ready = ::poll(waits.data(), waits.size(), -1); // a descriptor of -1 is left out
        if (stop.stop_requested()) {
            return Error { ErrorCode::Cancelled, {}, {}, {} };
        }
        const ssize_t got = ready > 0 ? ::read(descriptor, block.data(), block.size()) : -1;
        if (got >= 0) {
            return static_cast<std::size_t>(got);
        }
        if (errno != EINTR && errno != EAGAIN) {
            const std::string why = std::generic_category().message(errno);
            return Error { ErrorCode::Io, "cannot read standard input: " + why, {}, {} };
        }
    }
}

/// Standard input as a file of our own, removed at the end: importers may have to look at it twice.
class StdinFile {
public:
    Result<std::string> read(const Streams& io, const std::stop_token& stop)
    {
        QFile file(m_folder.filePath(QStringLiteral("stdin")));
        if (!m_folder.isValid() || !file.open(QIODevice::WriteOnly)) {
            return Error { ErrorCode::Io, "cannot keep standard input in a temporary file", {}, "is TMPDIR writable?" };
        }
        std::array<char, 65536> block {};
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const std::size_t got, next(io, block, stop));
            if (got == 0) {
                break;
            }
            const auto size = static_cast<qint64>(got);
            if (file.write(block.data(), size) != size) {
                return Error { ErrorCode::Io, "cannot keep standard input: " + file.errorString().toStdString(), {},
                    {} };
            }
            if (stop.stop_requested()) {
                return Error { ErrorCode::Cancelled, {}, {}, {} };
            }
        }
        m_path = file.fileName().toStdString();
        return m_path;
    }
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    static Result<std::size_t> next(const Streams& io, std::span<char> block, const std::stop_token& stop)
    {
        if (io.inDescriptor >= 0) {
            return readOrStop(io.inDescriptor, block, stop);
        }
        io.in.read(block.data(), static_cast<std::streamsize>(block.size()));
        return static_cast<std::size_t>(io.in.gcount());
    }

    QTemporaryDir m_folder; // mode 0700
    std::string m_path;
};

/// The user typed "-": nobody knows the temporary file's name.
DocumentPtr renamedToStdin(const Document& document, const std::string& path)
{
    auto renamed = std::make_shared<Document>(document);
    renamed->path = kStdin;
    renamed->issues = {};
    for (const Issue& issue : document.issues.all()) {
        Location where = issue.where;
        where.source = where.source == path ? std::string(kStdin) : where.source;
        renamed->issues.add(issue.severity, issue.code, std::move(where), issue.message, issue.count);
    }
    return renamed;
}

void renameStdin(std::vector<ImportedFile>& files, const std::string& path)
{
    for (ImportedFile& file : files) {
        if (path.empty() || file.path != path) {
            continue;
        }
        file.path = kStdin;
        for (DocumentPtr& document : file.documents) {
            document = renamedToStdin(*document, path);
        }
        if (file.error && (file.error->where.source == path || file.error->where.source.empty())) {
            file.error->where.source = kStdin;
        }
    }
}

std::string errorLine(const ImportedFile& file)
{
    Error error = *file.error;
    if (error.where.source.empty()) {
        error.where.source = file.path;
    }
    return format(error);
}

/// Notices of all inputs: one that many files give is said once.
class Notices {
public:
    void add(const std::string& place, const Issue& issue)
    {
        const auto same = std::ranges::find(m_all, issue.message, &Notice::message);
        if (same == m_all.end()) {
            m_all.push_back({ place, issue.message, issue.count, 1 });
        } else {
            same->count += issue.count;
            ++same->files;
        }
    }
    void print(const Context& context) const
    {
        for (const Notice& notice : m_all) {
            std::string line = notice.place + ": " + notice.message;
            if (notice.files > 1) {
                line += " (so in " + formatCount(static_cast<double>(notice.files)) + " inputs)";
            } else if (notice.count > 1) {
                line += " (" + formatCount(static_cast<double>(notice.count)) + " times)";
            }
            context.note(line);
        }
    }

private:
    struct Notice {
        std::string place; ///< of the first
        std::string message;
        std::uint64_t count = 0;
        std::size_t files = 0;
    };
    std::vector<Notice> m_all;
};

void reportIssues(const Context& context, const Document& document, Notices& notices)
{
    bool endsEarly = false;
    for (const Issue& issue : document.issues.all()) {
        const std::string inSource = placeInSource(issue.where);
        const std::string& source = issue.where.source.empty() ? document.path : issue.where.source;
        const std::string place = source + (inSource.empty() ? "" : ':' + inSource);
        if (issue.severity == Severity::Notice) {
            notices.add(place, issue);
        } else if (issue.severity != Severity::Info) {
            context.warning(place + ": " + issue.message
                + (issue.count > 1 ? " (" + formatCount(static_cast<double>(issue.count)) + " times)" : ""));
        }
        endsEarly = endsEarly || issue.code.ends_with(".truncated");
    }
    if (document.isPartial()) {
        context.note(
            document.path + (endsEarly ? " ends early" : ": see the warnings above") + "; totals from it are partial");
    }
}

bool isGiven(const std::vector<std::string>& paths, const std::string& path)
{
    return path == kStdin || std::ranges::find(paths, path) != paths.end();
}

/// Files of other kinds inside a folder are no failure: one line for all of them.
void reportUnrecognised(const Context& context, const std::vector<std::string>& skipped)
{
    if (skipped.empty()) {
        return;
    }
    constexpr std::size_t kNamed = 3;
    std::string text = formatCount(static_cast<double>(skipped.size()))
        + (skipped.size() == 1 ? " file below the folders given was not recognised: "
                               : " files below the folders given were not recognised: ");
    for (std::size_t i = 0; i < skipped.size() && i < kNamed; ++i) {
        text += (i == 0 ? "" : ", ") + skipped[i];
    }
    context.note(text + (skipped.size() > kNamed ? ", …" : ""));
}

/// --input-format, checked before anything is read. Errors: Usage.
Result<std::optional<std::string>> forcedFormat(const Context& context)
{
    const std::optional<std::string> word = context.arguments.value("input-format");
    std::vector<std::string_view> formats;
    for (const PluginInfo& plugin : context.registry->plugins()) {
        formats.insert(formats.end(), plugin.formats.begin(), plugin.formats.end());
    }
    if (word && std::ranges::find(formats, *word) == formats.end()) {
        return unknownWord("format", *word, formats);
    }
    return word;
}

Result<std::vector<ImportedFile>> import(Context& context, const std::vector<std::string>& paths)
{
    std::vector<std::string> real = paths;
    StdinFile standardInput;
    const auto dash = std::ranges::find(real, kStdin);
    if (dash != real.end()) {
        HEAPTOLL_TRY_ASSIGN(*dash, standardInput.read(context.io, context.task.stop));
        if (std::ranges::count(paths, kStdin) > 1) {
            return usageError("'-' can be given only once");
        }
    }
    ImportOptions options;
    HEAPTOLL_TRY_ASSIGN(options.format, forcedFormat(context));
    HEAPTOLL_TRY_ASSIGN(const ProgressMode mode, progressMode(context));
    ProgressPrinter progress(context.io.err, mode);
    std::vector<ImportedFile> files = importPaths(*context.registry, real, options, context.task,
        { [&progress](const ImportProgress& step) { progress.show(step); }, {}, {} });
    progress.finish();
    if (context.task.cancelled()) {
        return Error { ErrorCode::Cancelled, {}, {}, {} };
    }
    renameStdin(files, standardInput.path());
    return files;
}

Error nothingRead(const std::vector<ImportedFile>& files)
{
    const bool wasReported =
        std::ranges::any_of(files, [](const ImportedFile& file) { return file.error.has_value(); });
    return { ErrorCode::NotRecognized, wasReported ? "no input could be read" : "no input file was found", {},
        "heaptoll inspect FILE tells what a file is" };
}

} // namespace

std::vector<DocumentPtr> Inputs::ofKind(DocumentKind kind) const
{
    std::vector<DocumentPtr> found;
    for (const DocumentPtr& document : sources.documents) {
        if (document->kind() == kind) {
            found.push_back(document);
        }
    }
    return found;
}

int Inputs::exitCode(const Context& context, int code) const
{
    return code == kExitOk && hasTrouble && context.arguments.has("strict") ? static_cast<int>(kExitPartial) : code;
}

Result<Inputs> loadInputs(Context& context, const std::vector<std::string>& paths)
{
    Inputs inputs;
    HEAPTOLL_TRY_ASSIGN(inputs.files, import(context, paths));
    std::vector<std::string> skipped;
    for (const ImportedFile& file : inputs.files) {
        inputs.sources.documents.insert(inputs.sources.documents.end(), file.documents.begin(), file.documents.end());
        if (!file.note.empty()) {
            context.note(file.path + ": " + file.note);
        }
        if (!file.error) {
            continue;
        }
        if (file.error->code == ErrorCode::NotRecognized && !isGiven(paths, file.path)) {
            skipped.push_back(file.path);
            continue;
        }
        inputs.sources.unread.push_back({ file.path, *file.error });
        context.error(errorLine(file));
    }
    Notices notices;
    for (const DocumentPtr& document : inputs.sources.documents) {
        reportIssues(context, *document, notices);
    }
    notices.print(context);
    reportUnrecognised(context, skipped);
    inputs.hasTrouble = isPartial(inputs.sources);
    return inputs;
}

Result<Inputs> loadAllInputs(Context& context)
{
    std::vector<std::string> paths = context.arguments.positional();
    const std::vector<std::string> bills = context.arguments.values("billing");
    const std::vector<std::string> usages = context.arguments.values("usage");
    for (const std::vector<std::string>* more : { &bills, &usages }) {
        for (const std::string& path : *more) {
            if (std::ranges::find(paths, path) == paths.end()) {
                paths.push_back(path);
            }
        }
    }
    if (paths.empty()) {
        return usageError(std::string(context.command.name) + " needs " + std::string(context.command.arguments));
    }
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadInputs(context, paths));
    if (inputs.sources.documents.empty()) {
        return nothingRead(inputs.files);
    }
    for (const DocumentPtr& document : inputs.sources.documents) {
        const bool isBill = std::ranges::find(bills, document->path) != bills.end();
        const bool isUsage = std::ranges::find(usages, document->path) != usages.end();
        const DocumentKind wanted = isBill ? DocumentKind::Cost : DocumentKind::Usage;
        if ((isBill || isUsage) && document->kind() != wanted) {
            return usageError("--" + std::string(isBill ? "billing " : "usage ") + document->path + ": this is "
                + document->format + " (" + std::string(name(document->kind())) + "), not "
                + std::string(name(wanted)));
        }
    }
    return inputs;
}

Result<std::size_t> chooseMetric(const Context& context, const Profile& profile)
{
    const std::optional<std::string> asked = context.arguments.value("metric");
    if (!asked && profile.timeline) {
        return profile.defaultValue; // of recordings the peak
    }
    if (!asked) {
        for (const Metric metric : { Metric::LiveBytes, Metric::PeakBytes, Metric::AllocBytes }) {
            if (const auto index = profile.valueIndex(metric)) {
                return *index;
            }
        }
        return profile.defaultValue;
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < profile.valueTypes.size(); ++i) {
        const ValueType& type = profile.valueTypes[i];
        if (metricName(type) == *asked || type.type == *asked) {
            return i;
        }
        names.push_back(metricName(type));
    }
    const std::vector<std::string_view> words(names.begin(), names.end());
    Error error = unknownWord("metric", *asked, words);
    error.hint = "this profile has";
    for (const std::string& word : names) {
        error.hint += ' ' + word;
    }
    return error;
}

Result<std::size_t> rowLimit(const Context& context, bool isTable)
{
    HEAPTOLL_TRY_ASSIGN(const std::optional<std::size_t> limit, context.arguments.count("limit"));
    return limit.value_or(isTable ? kTableRows : 0);
}

std::string moreRows(std::size_t rows, std::size_t limit)
{
    if (limit == 0 || rows <= limit) {
        return {};
    }
    return "… " + formatCount(static_cast<double>(rows - limit)) + " more rows, --limit 0 shows all\n";
}

} // namespace heaptoll::cli
