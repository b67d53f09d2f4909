// SPDX-License-Identifier: Apache-2.0
#include "core/import/importer_registry.h"

#include "core/import/guarded.h"
#include "core/sdk/importer_plugin.h"

#include <QCoreApplication>
#include <QDir>
#include <QJsonObject>
#include <QLibrary>
#include <QStringList>

#include <algorithm>

#ifndef HEAPTOLL_INSTALL_IMPORTER_DIR
#define HEAPTOLL_INSTALL_IMPORTER_DIR ""
#endif

namespace heaptoll {
namespace {

using namespace Qt::StringLiterals;

/// First wins: explicit folders, the environment, the build tree or install prefix around the executable.
QStringList searchFolders(const std::vector<std::string>& extra)
{
    QStringList folders;
    for (const std::string& folder : extra) {
        folders << QString::fromStdString(folder);
    }
    folders << qEnvironmentVariable("HEAPTOLL_PLUGIN_PATH").split(u':', Qt::SkipEmptyParts);
    if (QCoreApplication::instance() != nullptr) {
        const QString beside = QCoreApplication::applicationDirPath();
        folders << beside + u"/../lib/heaptoll/importers"_s << beside + u"/../../lib/heaptoll/importers"_s
                << beside + u"/../" + QString::fromLatin1(HEAPTOLL_INSTALL_IMPORTER_DIR);
    }
    return folders;
}

} // namespace

ImporterRegistry::ImporterRegistry()
    : m_impl(std::make_unique<Impl>())
{ }

ImporterRegistry::~ImporterRegistry() = default;

std::shared_ptr<const ImporterRegistry> ImporterRegistry::scan(const std::vector<std::string>& extraFolders)
{
    std::shared_ptr<ImporterRegistry> registry(new ImporterRegistry);
    QStringList seen;
    const QStringList folders = searchFolders(extraFolders);
    for (const QString& folder : folders) {
        const QString canonical = QDir(folder).canonicalPath();
        if (!canonical.isEmpty() && !seen.contains(canonical)) {
            seen << canonical;
            registry->m_impl->addFolder(canonical);
        }
    }
    return registry;
}

const std::vector<PluginInfo>& ImporterRegistry::plugins() const
{
    return m_impl->infos;
}

void ImporterRegistry::Impl::addFolder(const QString& folder)
{
    const QStringList files = QDir(folder).entryList(QDir::Files, QDir::Name);
    for (const QString& file : files) {
        if (QLibrary::isLibrary(file)) {
            addFile(folder + u'/' + file);
        }
    }
}

void ImporterRegistry::Impl::addFile(const QString& path)
{
    PluginInfo info;
    info.path = path.toStdString();
    auto loader = std::make_unique<QPluginLoader>(path);
    const QJsonObject meta = loader->metaData();
    const QString iid = meta.value(u"IID"_s).toString();
    if (iid != QLatin1StringView(HEAPTOLL_IMPORTER_IID)) {
        info.state = PluginInfo::State::Failed;
        info.message =
            (iid.isEmpty() ? u"is not a Qt plugin: "_s + loader->errorString()
                           : u"is a plugin for %1, not for %2"_s.arg(iid, QLatin1StringView(HEAPTOLL_IMPORTER_IID)))
                .toStdString();
        infos.push_back(std::move(info));
        return;
    }
    auto manifest = ImporterManifest::parse(meta.value(u"MetaData"_s).toObject());
    if (!manifest.ok()) {
        info.state = PluginInfo::State::Failed;
        info.message = manifest.error().message;
        infos.push_back(std::move(info));
        return;
    }
    info.id = manifest.value().id;
    info.name = manifest.value().name;
    info.version = manifest.value().version;
    for (const FormatInfo& format : manifest.value().formats) {
        info.formats.push_back(format.id);
    }
    const auto same = std::ranges::find_if(
        infos, [&](const PluginInfo& other) { return other.id == info.id && other.state == PluginInfo::State::Ok; });
    if (same != infos.end()) {
        info.state = PluginInfo::State::Shadowed;
        info.message = "the same plugin was found first at " + same->path;
    } else {
        plugins.push_back({ std::move(manifest).value(), std::move(loader) });
    }
    infos.push_back(std::move(info));
}

std::vector<ImporterRegistry::Impl::Format> ImporterRegistry::Impl::formats() const
{
    std::vector<Format> all;
    for (std::size_t i = 0; i < plugins.size(); ++i) {
        for (const FormatInfo& info : plugins[i].manifest.formats) {
            all.push_back({ &info, i });
        }
    }
    std::ranges::sort(all, {}, [](const Format& format) { return format.info->id; });
    return all;
}

Result<std::unique_ptr<sdk::Importer>> ImporterRegistry::Impl::create(const Format& format) const
{
    const Plugin& plugin = plugins[format.plugin];
    QObject* instance = nullptr;
    {
        const std::lock_guard lock(loading);
        instance = plugin.loader->instance();
    }
    const auto* const factory = qobject_cast<sdk::ImporterPlugin*>(instance);
    std::unique_ptr<sdk::Importer> importer;
    if (factory != nullptr) {
        HEAPTOLL_TRY_ASSIGN(importer,
            guarded("the plugin " + plugin.manifest.id,
                [&]() -> Result<std::unique_ptr<sdk::Importer>> { return factory->createImporter(format.info->id); }));
    }
    if (!importer) {
        const QString why = factory == nullptr ? plugin.loader->errorString() : u"it does not know its own format"_s;
        return Error { ErrorCode::Plugin,
            "plugin " + plugin.manifest.id + " makes no importer for " + format.info->id + ": " + why.toStdString(),
            { plugin.loader->fileName().toStdString() }, "see 'heaptoll plugins list'" };
    }
    return importer;
}

} // namespace heaptoll
