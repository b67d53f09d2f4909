// SPDX-License-Identifier: Apache-2.0
#pragma once

// The program as a user runs it: words in, exit status, stdout and stderr out. Needs HEAPTOLL_CLI, HEAPTOLL_SOURCE_DIR
// and HEAPTOLL_TEST_IMPORTER_DIR.

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

namespace heaptoll::test {

struct Run {
    int exitCode = -1; ///< -1 did not end, -2 crashed
    QByteArray out;
    QByteArray err;
};

inline QProcessEnvironment headless()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* const name : { "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM" }) {
        environment.remove(QString::fromLatin1(name));
    }
    environment.insert(QStringLiteral("HEAPTOLL_PLUGIN_PATH"), QStringLiteral(HEAPTOLL_TEST_IMPORTER_DIR));
    return environment;
}

inline Run runProgram(
    const QString& program, const QStringList& words, const QByteArray& input = {}, const QString& outFile = {})
{
    QProcess process;
    process.setProcessEnvironment(headless());
    if (!outFile.isEmpty()) {
        process.setStandardOutputFile(outFile);
    }
    process.start(program, words);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000)) {
        process.kill();
        return {};
    }
    return { process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2, process.readAllStandardOutput(),
        process.readAllStandardError() };
}

inline Run runHeaptoll(const QStringList& words, const QByteArray& input = {}, const QString& outFile = {})
{
    return runProgram(QStringLiteral(HEAPTOLL_CLI), words, input, outFile);
}

inline QJsonObject jsonOf(const Run& run)
{
    return QJsonDocument::fromJson(run.out).object();
}

inline QByteArray fileBytes(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Path of a new file; empty when it could not be written.
inline QString written(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes)
{
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        return {};
    }
    return file.fileName();
}

} // namespace heaptoll::test
