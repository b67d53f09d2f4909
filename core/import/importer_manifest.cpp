// SPDX-License-Identifier: Apache-2.0
#include "core/import/importer_manifest.h"

#include <QJsonArray>
#include <QString>
#include <QStringList>

namespace heaptoll {
namespace {

using namespace Qt::StringLiterals;

Error wrong(const QString& key, const QString& what)
{
    return { ErrorCode::Plugin, QString(u"importer.json: "_s + key + u' ' + what).toStdString(), {}, {} };
}

Result<std::string> text(const QJsonObject& json, const QString& key)
{
    const QJsonValue value = json.value(key);
    if (!value.isString() || value.toString().isEmpty()) {
        return wrong(key, u"must be a text"_s);
    }
    return value.toString().toStdString();
}

Result<void> checkSdk(const QJsonObject& json)
{
    const QString least = json.value(u"sdk"_s).toObject().value(u"min"_s).toString();
    const QStringList parts = least.split(u'.');
    bool okMajor = false;
    bool okMinor = false;
    const int major = parts.value(0).toInt(&okMajor);
    const int minor = parts.value(1).toInt(&okMinor);
    if (parts.size() != 2 || !okMajor || !okMinor) {
        return wrong(u"sdk.min"_s, u"must be a version like 1.0"_s);
    }
    if (major != kSdkMajor || minor > kSdkMinor) {
        return wrong(
            u"sdk.min"_s, u"asks for SDK %1, this Heaptoll has %2.%3"_s.arg(least).arg(kSdkMajor).arg(kSdkMinor));
    }
    return {};
}

/// A typo here would decide how the host treats what is read: whether it is money, whether none of it is a failure.
Result<DocumentKind> parseKind(const QJsonObject& json)
{
    HEAPTOLL_TRY_ASSIGN(const std::string word, text(json, u"kind"_s));
    for (const DocumentKind kind : { DocumentKind::HeapProfile, DocumentKind::Cost, DocumentKind::Usage }) {
        if (word == name(kind)) {
            return kind;
        }
    }
    return wrong(u"kind"_s, u"must be heap_profile, cost or usage, not '%1'"_s.arg(QString::fromStdString(word)));
}

Result<FormatInfo> parseFormat(const QJsonObject& json)
{
    FormatInfo format;
    HEAPTOLL_TRY_ASSIGN(format.id, text(json, u"id"_s));
    HEAPTOLL_TRY_ASSIGN(format.name, text(json, u"name"_s));
    HEAPTOLL_TRY_ASSIGN(format.kind, parseKind(json));
    const QJsonValue weight = json.value(u"weight"_s);
    format.weight = weight.toInt(weight.isUndefined() ? kDefaultWeight : -1);
    if (format.weight < 0 || format.weight > kMaxWeight) {
        return wrong(u"weight"_s, u"must be a whole number from 0 to %1"_s.arg(kMaxWeight));
    }
    return format;
}

} // namespace

Result<ImporterManifest> ImporterManifest::parse(const QJsonObject& json)
{
    if (json.value(u"schema"_s).toInt() != 1) {
        return wrong(u"schema"_s, u"must be 1"_s);
    }
    ImporterManifest manifest;
    HEAPTOLL_TRY_ASSIGN(manifest.id, text(json, u"id"_s));
    HEAPTOLL_TRY_ASSIGN(manifest.version, text(json, u"version"_s));
    HEAPTOLL_TRY_ASSIGN(manifest.name, text(json, u"name"_s));
    HEAPTOLL_TRY(checkSdk(json));
    const QJsonArray formats = json.value(u"formats"_s).toArray();
    if (formats.isEmpty()) {
        return wrong(u"formats"_s, u"must list at least one format"_s);
    }
    for (const auto& format : formats) {
        HEAPTOLL_TRY_ASSIGN(FormatInfo info, parseFormat(format.toObject()));
        manifest.formats.push_back(std::move(info));
    }
    return manifest;
}

} // namespace heaptoll
