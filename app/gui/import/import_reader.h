// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/lazy_registry.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

namespace heaptoll::gui {

class JobManager;

/// Reads what is on the import sheet, in jobs. However many steps an import reports, the sheet hears of them ten times a
/// second at most. Signals come on the GUI thread.
class ImportReader : public QObject {
    Q_OBJECT
public:
    ImportReader(JobManager& jobs, std::shared_ptr<LazyRegistry> registry, QObject* parent = nullptr);
    ~ImportReader() override;

    using FormatOfPath = std::map<std::string, std::string>;
    /// Files and folders, seen together with what was imported before. Drops what is being read.
    void start(const QStringList& roots, const FormatOfPath& formats, std::vector<ImportedFile> present = {});
    /// One file once more, beside what is being read. What older jobs still tell of it is dropped.
    void readAgain(const QString& path, const FormatOfPath& formats);
    /// Ends early: what was read so far is told as partial, then finished().
    void stop();
    /// Ends at once: nothing more is told.
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_jobIds.empty(); }
    [[nodiscard]] bool owns(quint64 job) const { return std::ranges::find(m_jobIds, job) != m_jobIds.end(); }
    /// Ids of all formats there are importers for; empty until the first file was looked at.
    [[nodiscard]] const QStringList& formats() const { return m_formats; }

signals:
    void detected(const heaptoll::ImportedFile& file, quint64 sizeBytes);
    void progressed(const QString& path, double ratio);
    void fileRead(const heaptoll::ImportedFile& file);
    void told(); ///< after a batch of the signals above
    void finished(); ///< nothing is being read any more
    void cancelled(); ///< somebody else cancelled the job

private:
    struct Feed;
    quint64 run(const QStringList& paths, const FormatOfPath& formats);
    [[nodiscard]] bool isNewest(const std::string& path, quint64 generation) const;
    void drain();
    void endJob(quint64 id);

    JobManager& m_jobs;
    std::shared_ptr<LazyRegistry> m_registry;
    std::shared_ptr<Feed> m_feed;
    QTimer m_timer;
    QStringList m_formats;
    std::vector<ImportedFile> m_present;
    std::vector<quint64> m_jobIds;
    quint64 m_generation = 0; ///< of the last job that was started
    struct Reread {
        quint64 generation = 0;
        quint64 job = 0;
    };
    std::map<std::string, Reread> m_rereads; ///< the newest job of a path
};

} // namespace heaptoll::gui
