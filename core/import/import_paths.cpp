// SPDX-License-Identifier: Apache-2.0
#include "core/import/bundles.h"
#include "core/import/detection.h"
#include "core/import/guarded.h"
#include "core/import/input_files.h"
#include "core/import/model_sink.h"
#include "core/import/overlapping_bills.h"
#include "core/io/decoded_source.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace heaptoll {
namespace {

/// Opens the file when the first byte is asked for: only manifests are, and a decoder thread for each of many files that
/// are none costs more than the question.
class LazySource final : public sdk::ByteSource {
public:
    LazySource(const std::string& path, SourceOptions options)
        : m_path(path)
        , m_options(std::move(options))
    { }
    Result<std::span<const std::byte>> nextBlock() override
    {
        HEAPTOLL_TRY(open());
        return m_source->nextBlock();
    }
    [[nodiscard]] std::uint64_t offset() const override { return m_source ? m_source->offset() : 0; }
    [[nodiscard]] std::optional<std::uint64_t> size() const override
    {
        return m_source ? m_source->size() : std::nullopt;
    }
    [[nodiscard]] std::string displayName() const override { return m_path; }
    Result<std::unique_ptr<sdk::ByteSource>> openSidecar(std::string_view relativeName) override
    {
        HEAPTOLL_TRY(open());
        return m_source->openSidecar(relativeName);
    }
    [[nodiscard]] bool hasSidecar(std::string_view relativeName) const override
    {
        return DecodedSource::hasSidecar(m_path, relativeName);
    }

private:
    Result<void> open()
    {
        if (!m_source) {
            HEAPTOLL_TRY_ASSIGN(m_source, DecodedSource::open(m_path, m_path, m_options));
        }
        return {};
    }
    const std::string& m_path;
    SourceOptions m_options;
    std::unique_ptr<DecodedSource> m_source;
};

} // namespace

/// One call of importPaths: the list of files, what is known of each, and the workers that go through them.
class ImportRun {
public:
    ImportRun(const ImporterRegistry& registry, const ImportOptions& options, const TaskContext& task,
        const ImportObserver& observer)
        : m_detector { registry }
        , m_options(options)
        , m_task(task)
        , m_observer(observer)
    { }

    std::vector<ImportedFile> run(const std::vector<std::string>& paths);

private:
    struct Job {
        InputFile input;
        ImportedFile result;
        Detector::Answer answer;
        std::atomic<std::uint64_t> consumed { 0 }; ///< of the file and of those beside it that it names
        std::uint64_t totalBytes = 0; ///< of the same files
        bool isPresent = false; ///< of ImportOptions::present: looked at beside the others, not read
        bool skip = false; ///< covered by another input; result.note says which
    };

    void addJobs(const std::vector<std::string>& paths);
    std::vector<ImportedFile> resultsAfterAll();
    void forEachJob(const std::function<void(Job&)>& work);
    void detect(Job& job) const;
    void chooseDeliveries();
    void dropDuplicates();
    void import(Job& job) const;
    Result<void> importAs(Job& job, const Detector::Ranked& ranked) const;
    Result<void> keepPartial(Job& job, ModelSink& sink, Document base, Error error) const;
    std::optional<sdk::Bundle> bundleOf(const Job& job) const;
    void tell(const std::function<void(const ImportedFile&)>& listener, const Job& job) const;
    void reportProgress(const Job& job, std::size_t index) const;

    Detector m_detector;
    const ImportOptions& m_options;
    const TaskContext& m_task;
    const ImportObserver& m_observer;
    std::vector<std::unique_ptr<Job>> m_jobs;
    mutable std::mutex m_reporting;
};

void ImportRun::forEachJob(const std::function<void(Job&)>& work)
{
    std::atomic<std::size_t> next { 0 };
    const auto loop = [&] {
        for (std::size_t i = next++; i < m_jobs.size(); i = next++) {
            Job& job = *m_jobs[i];
            if (job.skip) {
                continue;
            }
            const Result<void> outcome = guarded("reading it", [&]() -> Result<void> {
                work(job);
                return {};
            });
            if (!outcome.ok()) {
                job.result.error = outcome.error();
            }
        }
    };
    const auto threads = std::min<std::size_t>({ m_jobs.size(), std::max(1U, std::thread::hardware_concurrency()), 4 });
    std::vector<std::jthread> workers;
    for (std::size_t i = 1; i < threads; ++i) {
        workers.emplace_back(loop);
    }
    loop();
}

void ImportRun::detect(Job& job) const
{
    if (m_task.cancelled()) {
        job.result.error = Error { ErrorCode::Cancelled, "cancelled", { job.input.path } };
        return;
    }
    job.answer = m_detector.detect(job.input.path);
    for (const Detector::Ranked& ranked : job.answer.ranked) {
        job.result.candidates.push_back(ranked.candidate);
    }
    const auto ofPath = m_options.formatOfPath.find(job.input.path);
    const std::optional<std::string> forced =
        ofPath == m_options.formatOfPath.end() ? m_options.format : std::optional(ofPath->second);
    if (!forced) {
        job.result.error = job.answer.error;
        return;
    }
    for (const ImporterRegistry::Impl::Format& format : m_detector.impl().formats()) {
        if (format.info->id == *forced) {
            job.answer.ranked = { { { format.info->id, 100, "format given by the user", "" }, format } };
            return;
        }
    }
    job.result.error =
        Error { ErrorCode::Usage, "unknown format '" + *forced + "'", {}, "see 'heaptoll plugins list'" };
}

/// What the file names, where it is a manifest. A plugin that fails here fails again in the import, which says so.
std::optional<sdk::Bundle> ImportRun::bundleOf(const Job& job) const
{
    const ImporterRegistry::Impl::Format& format = job.answer.ranked.front().format;
    auto bundle = guarded("the importer " + format.info->id, [&]() -> Result<std::optional<sdk::Bundle>> {
        HEAPTOLL_TRY_ASSIGN(const auto importer, m_detector.impl().create(format));
        LazySource source(job.input.path, { m_task.stop, m_options.maxDecodedBytes, nullptr });
        return importer->bundle(source);
    });
    return bundle.ok() ? std::move(bundle).value() : std::nullopt;
}

void ImportRun::chooseDeliveries()
{
    std::vector<FoundBundle> bundles;
    std::vector<std::string> paths;
    for (const auto& job : m_jobs) {
        paths.push_back(job->input.path);
        if (job->result.error || job->answer.ranked.empty()) {
            continue;
        }
        auto bundle = bundleOf(*job);
        if (!bundle) {
            continue;
        }
        for (const std::string& part : bundle->parts) {
            std::error_code code;
            const auto bytes =
                std::filesystem::file_size(std::filesystem::path(job->input.path).parent_path() / part, code);
            job->totalBytes += code ? 0 : bytes;
        }
        bundles.push_back({ paths.size() - 1, std::move(*bundle) });
    }
    for (const CoveredInput& covered : coveredInputs(paths, bundles)) {
        Job& job = *m_jobs[covered.input];
        job.skip = true;
        job.result.note = covered.note;
        job.result.cover = { paths[covered.by], covered.isPart };
        job.result.documents.clear();
        job.result.error.reset();
    }
}

/// The same bill twice would double every dollar: files of equal content count once.
void ImportRun::dropDuplicates()
{
    std::vector<InputFile> inputs;
    std::vector<Job*> jobs;
    for (const auto& job : m_jobs) {
        const bool isMoneyOrUsage =
            !job->answer.ranked.empty() && job->answer.ranked.front().format.info->kind != DocumentKind::HeapProfile;
        if (!job->skip && !job->result.error && isMoneyOrUsage) {
            inputs.push_back(job->input);
            jobs.push_back(job.get());
        }
    }
    for (const DuplicateInput& duplicate : duplicateInputs(inputs, m_task.stop)) {
        if (jobs[duplicate.input]->isPresent) {
            continue; // it was there before
        }
        jobs[duplicate.input]->skip = true;
        const std::string& original = jobs[duplicate.original]->input.path;
        jobs[duplicate.input]->result.note = "same content as " + original + "; counted once";
        jobs[duplicate.input]->result.cover = { original, false };
    }
}

Result<void> ImportRun::importAs(Job& job, const Detector::Ranked& ranked) const
{
    HEAPTOLL_TRY_ASSIGN(const auto importer, m_detector.impl().create(ranked.format));
    job.consumed = 0;
    HEAPTOLL_TRY_ASSIGN(const auto source,
        DecodedSource::open(job.input.path, job.input.path, { m_task.stop, m_options.maxDecodedBytes, &job.consumed }));
    ModelSink sink(job.input.path);
    Result<void> outcome =
        guarded("the importer " + ranked.candidate.format, [&] { return importer->run(*source, sink, m_task); });
    Document base;
    base.path = job.input.path;
    base.format = ranked.candidate.format;
    base.formatVersion = ranked.candidate.formatVersion;
    base.score = ranked.candidate.score;
    base.reason = ranked.candidate.reason;
    base.bytesRead = job.consumed;
    if (const ReadWarning warning = source->warning(); !warning.text.empty()) {
        sink.issue(warning.isLoss ? Severity::DataLoss : Severity::Notice, "container.trailing_bytes",
            { {}, warning.offset, 0, {} }, warning.text, 1);
    }
    if (!outcome.ok()) {
        return keepPartial(job, sink, std::move(base), std::move(outcome).error());
    }
    job.result.documents = sink.take(base);
    if (job.result.documents.empty() && ranked.format.info->kind == DocumentKind::Usage) {
        // Read to the end without a series: the answer is "none", which is no failure.
        base.issues = sink.issues();
        base.content = std::make_shared<const UsageTable>();
        job.result.documents.push_back(std::make_shared<const Document>(std::move(base)));
    }
    return {};
}

/// What was complete before the end of a cut file is good data, labelled as partial. Errors: `error`, where there is
/// none.
Result<void> ImportRun::keepPartial(Job& job, ModelSink& sink, Document base, Error error) const
{
    if (error.where.source.empty()) {
        error.where.source = job.input.path;
    }
    const bool wasStopped = error.code == ErrorCode::Cancelled && m_options.keepCancelled;
    if (error.code == ErrorCode::Truncated || wasStopped) {
        base.isComplete = false;
        sink.issue(Severity::DataLoss, base.format + (wasStopped ? ".stopped" : ".truncated"), error.where,
            wasStopped ? "reading was stopped; what follows is missing" : error.message, 1);
        job.result.documents = sink.take(std::move(base));
    }
    if (job.result.documents.empty()) {
        return error;
    }
    return {};
}

void ImportRun::import(Job& job) const
{
    if (job.result.error) {
        return;
    }
    for (const Detector::Ranked& ranked : job.answer.ranked) {
        if (ranked.candidate.score < kMinImportScore) {
            break;
        }
        Result<void> outcome =
            guarded("the importer " + ranked.candidate.format, [&] { return importAs(job, ranked); });
        if (outcome.ok()) {
            job.result.error.reset();
            return;
        }
        job.result.error = std::move(outcome).error();
        if (job.result.error->code != ErrorCode::NotRecognized) {
            return; // "mine but malformed" ends the search
        }
    }
}

void ImportRun::tell(const std::function<void(const ImportedFile&)>& listener, const Job& job) const
{
    if (listener) {
        const std::lock_guard lock(m_reporting);
        listener(job.result);
    }
}

void ImportRun::reportProgress(const Job& job, std::size_t index) const
{
    const std::lock_guard lock(m_reporting);
    m_observer.progress({ job.input.path, job.consumed, job.totalBytes, index, m_jobs.size() });
}

std::vector<ImportedFile> ImportRun::run(const std::vector<std::string>& paths)
{
    addJobs(paths);
    forEachJob([this](Job& job) {
        if (job.isPresent) {
            job.answer = m_detector.detect(job.input.path); // what it is, as a delivery; its result is known
            return;
        }
        if (!job.result.error) {
            detect(job);
        }
        tell(m_observer.fileDetected, job);
    });
    chooseDeliveries();
    dropDuplicates();

    // Progress comes from a clock of its own: the byte counters move inside the decoder threads.
    std::jthread reporter;
    if (m_observer.progress) {
        reporter = std::jthread([this](const std::stop_token& stop) {
            std::mutex mutex;
            std::condition_variable_any wake;
            std::unique_lock lock(mutex);
            for (bool isLast = false; !isLast;) {
                isLast = stop.stop_requested(); // what was read in the end is told as well
                for (std::size_t i = 0; i < m_jobs.size(); ++i) {
                    if (m_jobs[i]->consumed > 0) {
                        reportProgress(*m_jobs[i], i);
                    }
                }
                wake.wait_for(lock, stop, std::chrono::milliseconds(33), [] { return false; }); // ends with the stop
            }
        });
    }
    forEachJob([this](Job& job) {
        if (!job.isPresent) {
            import(job);
            tell(m_observer.fileDone, job);
        }
    });
    reporter = {};
    return resultsAfterAll();
}

/// Bills and usage that are there already come first: they are the originals of what comes now.
void ImportRun::addJobs(const std::vector<std::string>& paths)
{
    std::vector<InputFile> inputs = expandInputs(paths);
    for (const ImportedFile& file : m_options.present) {
        const bool isMoneyOrUsage =
            !file.documents.empty() && file.documents.front()->kind() != DocumentKind::HeapProfile;
        const bool isReadAgain = std::ranges::find(inputs, file.path, &InputFile::path) != inputs.end();
        std::error_code code;
        const auto bytes = std::filesystem::file_size(file.path, code);
        if (isMoneyOrUsage && !isReadAgain && !code) {
            auto job = std::make_unique<Job>();
            job->isPresent = true;
            job->result = file;
            job->input = { file.path, bytes, std::nullopt, false };
            m_jobs.push_back(std::move(job));
        }
    }
    for (InputFile& input : inputs) {
        auto job = std::make_unique<Job>();
        job->result.path = input.path;
        job->result.error = input.error;
        job->totalBytes = input.sizeBytes;
        job->input = std::move(input);
        m_jobs.push_back(std::move(job));
    }
}

/// What only shows when all files are known.
std::vector<ImportedFile> ImportRun::resultsAfterAll()
{
    std::vector<DocumentPtr> documents;
    for (const auto& job : m_jobs) {
        documents.insert(documents.end(), job->result.documents.begin(), job->result.documents.end());
    }
    markOverlaps(documents, m_task);
    std::vector<ImportedFile> results;
    auto next = documents.begin();
    for (const auto& job : m_jobs) {
        bool isChanged = job->skip;
        for (DocumentPtr& document : job->result.documents) {
            isChanged = isChanged || document != *next;
            document = std::move(*next++);
        }
        if (job->isPresent && !isChanged) {
            continue;
        }
        if (isChanged && job->isPresent) {
            tell(m_observer.fileDetected, *job);
        }
        if (isChanged) {
            tell(m_observer.fileDone, *job);
        }
        results.push_back(std::move(job->result));
    }
    return results;
}

std::vector<ImportedFile> importPaths(const ImporterRegistry& registry, const std::vector<std::string>& paths,
    const ImportOptions& options, const TaskContext& task, const ImportObserver& observer)
{
    return ImportRun(registry, options, task, observer).run(paths);
}

} // namespace heaptoll
