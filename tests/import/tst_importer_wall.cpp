// SPDX-License-Identifier: Apache-2.0
// Whatever a plugin throws, and wherever: an error of one file, and the others are read.
#include "core/import/import.h"
#include "core/import/importer_manifest.h"
#include "tests/support/check.h"

#include <QJsonDocument>
#include <QTemporaryDir>

#include <fstream>

using namespace heaptoll;

namespace {

std::string written(const QTemporaryDir& folder, const std::string& name, const std::string& text)
{
    const std::string path = folder.path().toStdString() + '/' + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

Error errorOf(const ImportedFile& file)
{
    CHECK(file.error.has_value());
    CHECK(file.documents.empty());
    return file.error.value_or(Error {});
}

Result<ImporterManifest> manifestWith(const std::string& format)
{
    const std::string text =
        R"({"schema":1,"id":"a.b","version":"1","sdk":{"min":"1.0"},"name":"n","formats":[)" + format + "]}";
    return ImporterManifest::parse(QJsonDocument::fromJson(QByteArray::fromStdString(text)).object());
}

} // namespace

TEST(whatAPluginThrowsIsAnErrorOfTheFile)
{
    const QTemporaryDir folder;
    const auto registry = ImporterRegistry::scan({ HEAPTOLL_THROWING_DIR });
    const std::vector<std::string> paths { written(folder, "1", "run: throwing"),
        written(folder, "2", "run: throwing a number"), written(folder, "3", "run: throwing for want of memory"),
        written(folder, "4", "bundle: throwing a number"), written(folder, "5", "probe: throwing a number"),
        written(folder, "6.heaptrack", "v 10200 2\nX app\nI 1000 100\n") };
    const auto files = importPaths(*registry, paths, {}, {});
    CHECK_EQ(files.size(), paths.size());
    CHECK(errorOf(files[0]).code == ErrorCode::Plugin);
    CHECK_EQ(errorOf(files[0]).message, "the importer throwing failed: as the test asked");
    CHECK(errorOf(files[1]).code == ErrorCode::Plugin);
    CHECK_EQ(errorOf(files[1]).message, "the importer throwing failed and did not say why");
    CHECK(errorOf(files[2]).code == ErrorCode::LimitExceeded);
    CHECK_EQ(errorOf(files[3]).message, "it did not throw"); // run() has the last word
    CHECK(errorOf(files[4]).code == ErrorCode::NotRecognized);
    CHECK_EQ(files[5].documents.size(), std::size_t { 1 });
}

TEST(aPluginThatMakesNoImporterIsNamedWhenItIsAskedFor)
{
    const QTemporaryDir folder;
    const auto registry = ImporterRegistry::scan({ HEAPTOLL_THROWING_DIR });
    ImportOptions options;
    options.format = "throws-at-once";
    const auto files = importPaths(*registry, { written(folder, "1", "text") }, options, {});
    CHECK(errorOf(files[0]).code == ErrorCode::Plugin);
    CHECK_EQ(errorOf(files[0]).message, "the plugin org.heaptoll.throwing failed: no importer today");
}

TEST(manifest_namesTheKeyThatIsWrong)
{
    CHECK(manifestWith(R"({"id":"f","name":"F","kind":"cost","weight":100})").ok());
    CHECK_EQ(manifestWith(R"({"id":"f","name":"F","kind":"usage"})").value().formats.front().weight, kDefaultWeight);
    const auto kind = manifestWith(R"({"id":"f","name":"F","kind":"costs"})");
    CHECK(!kind.ok() && kind.error().message.find("kind must be heap_profile, cost or usage") != std::string::npos);
    for (const char* const weight : { "101", "-1", "\"50\"", "1.5" }) {
        const auto wrong = manifestWith(std::string(R"({"id":"f","name":"F","kind":"cost","weight":)") + weight + '}');
        CHECK(!wrong.ok() && wrong.error().message.find("weight must be") != std::string::npos);
    }
}

HEAPTOLL_TEST_MAIN
