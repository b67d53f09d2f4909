// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/import/import_reader.h"

#include "app/gui/document_range.h"
#include "app/gui/job_manager.h"
#include "app/gui/text.h"

#include <algorithm>
#include <filesystem>
#include <mutex>
#include <system_error>

namespace heaptoll::gui {

/// What the workers have to tell, until the GUI thread takes it.
struct ImportReader::Feed {
    struct Found {
        ImportedFile file;
        std::uint64_t sizeBytes = 0;
        quint64 generation = 0; ///< of the job that tells
    };
    std::mutex mutex; ///< guards the rest
    std::vector<Found> detected;
    std::map<std::pair<std::string, quint64>, double> progress; ///< by path and generation
    std::vector<Found> read;
    std::vector<std::string> formats;
};

ImportReader::ImportReader(JobManager& jobs, std::shared_ptr<LazyRegistry> registry, QObject* parent)
    : QObject(parent)
    , m_jobs(jobs)
    , m_registry(std::move(registry))
    , m_feed(std::make_shared<Feed>())
{
    constexpr std::chrono::milliseconds kTellEvery(100);
    m_timer.setInterval(kTellEvery);
    connect(&m_timer, &QTimer::timeout, this, &ImportReader::drain);
    connect(&m_jobs, &JobManager::jobCancelled, this, [this](quint64 id) {
        if (std::erase(m_jobIds, id) > 0) {
            cancel();
            emit cancelled();
        }
    });
}

ImportReader::~ImportReader() = default;

void ImportReader::start(const QStringList& roots, const FormatOfPath& formats, std::vector<ImportedFile> present)
{
    cancel();
    m_present = std::move(present);
    run(roots, formats);
}

void ImportReader::readAgain(const QString& path, const FormatOfPath& formats)
{
    Reread& newest = m_rereads[toUtf8(path)];
    if (std::erase(m_jobIds, newest.job) > 0) {
        m_jobs.cancel(newest.job);
    }
    newest.job = run({ path }, formats);
    newest.generation = m_generation;
}

bool ImportReader::isNewest(const std::string& path, quint64 generation) const
{
    const auto newest = m_rereads.find(path);
    return newest == m_rereads.end() || newest->second.generation <= generation;
}

quint64 ImportReader::run(const QStringList& paths, const FormatOfPath& formats)
{
    const quint64 generation = ++m_generation;
    std::vector<std::string> names;
    for (const QString& path : paths) {
        names.push_back(toUtf8(path));
    }
    ImportOptions options;
    options.formatOfPath = formats;
    options.keepCancelled = true;
    options.present = m_present;
    const auto id = std::make_shared<quint64>(0);
    *id = m_jobs.run(
        tr("Reading %n file(s)", "", static_cast<int>(names.size())), this,
        [names, options, generation, registry = m_registry, feed = m_feed](const TaskContext& task) -> Result<bool> {
            const auto importers = registry->get();
            ImportObserver observer;
            observer.progress = [feed, generation, &task](const ImportProgress& step) {
                task.progress({ step.doneBytes, step.totalBytes, "reading" });
                const std::scoped_lock lock(feed->mutex);
                feed->progress[{ step.path, generation }] = static_cast<double>(step.doneBytes)
                    / static_cast<double>(std::max<std::uint64_t>(1, step.totalBytes));
            };
            observer.fileDetected = [feed, generation](const ImportedFile& file) {
                std::error_code code;
                const auto size = std::filesystem::file_size(file.path, code);
                const std::scoped_lock lock(feed->mutex);
                feed->detected.push_back({ file, code ? 0 : size, generation });
            };
            observer.fileDone = [feed, generation](const ImportedFile& file) {
                for (const DocumentPtr& document : file.documents) {
                    static_cast<void>(timeRangeOf(document)); // here, where nobody waits for it
                }
                const std::scoped_lock lock(feed->mutex);
                feed->read.push_back({ file, 0, generation });
            };
            {
                const std::scoped_lock lock(feed->mutex);
                feed->formats.clear();
                for (const PluginInfo& plugin : importers->plugins()) {
                    feed->formats.insert(feed->formats.end(), plugin.formats.begin(), plugin.formats.end());
                }
            }
            static_cast<void>(importPaths(*importers, names, options, task, observer));
            return true;
        },
        [this, id](const Result<bool>& /*done*/) { endJob(*id); });
    m_jobIds.push_back(*id);
    m_timer.start();
    return *id;
}

void ImportReader::endJob(quint64 id)
{
    std::erase(m_jobIds, id);
    drain();
    if (m_jobIds.empty()) {
        m_timer.stop();
        emit finished();
    }
}

void ImportReader::stop()
{
    for (const quint64 id : m_jobIds) {
        m_jobs.stop(id);
    }
}

void ImportReader::cancel()
{
    m_feed = std::make_shared<Feed>(); // what the old workers still say goes nowhere
    m_rereads.clear();
    m_timer.stop();
    for (const quint64 id : std::exchange(m_jobIds, {})) {
        m_jobs.cancel(id);
    }
}

void ImportReader::drain()
{
    std::vector<Feed::Found> found;
    std::map<std::pair<std::string, quint64>, double> progress;
    std::vector<Feed::Found> read;
    {
        const std::scoped_lock lock(m_feed->mutex);
        found.swap(m_feed->detected);
        progress.swap(m_feed->progress);
        read.swap(m_feed->read);
        m_formats.clear();
        for (const std::string& format : m_feed->formats) {
            m_formats << toQString(format);
        }
    }
    const auto isOld = [this](const Feed::Found& one) { return !isNewest(one.file.path, one.generation); };
    std::erase_if(found, isOld);
    std::erase_if(read, isOld);
    std::erase_if(progress, [this](const auto& step) { return !isNewest(step.first.first, step.first.second); });
    for (const Feed::Found& one : found) {
        emit detected(one.file, one.sizeBytes);
    }
    for (const auto& [step, ratio] : progress) {
        emit progressed(toQString(step.first), ratio);
    }
    for (const Feed::Found& one : read) {
        emit fileRead(one.file);
    }
    if (!found.empty() || !progress.empty() || !read.empty()) {
        emit told();
    }
}

} // namespace heaptoll::gui
