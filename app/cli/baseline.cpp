// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/baseline.h"

#include "app/cli/command.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace heaptoll::cli {

Result<std::set<std::string>> parseBaseline(std::string_view path, const std::string& text)
{
    using namespace Qt::StringLiterals;
    const auto refused = [path](const std::string& why) {
        return usageError("--baseline " + std::string(path) + ": " + why,
            "make one with heaptoll analyze ... --out json=baseline.json");
    };
    const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    const QJsonValue findings = object.value(u"findings"_s);
    if (!object.value(u"schema"_s).toString().startsWith(u"heaptoll.analyze/"_s) || !findings.isArray()) {
        return refused("this is not the JSON of heaptoll analyze");
    }
    std::set<std::string> fingerprints;
    const QJsonArray list = findings.toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QString fingerprint = list.at(i).toObject().value(u"fingerprint"_s).toString();
        if (fingerprint.isEmpty()) { // every finding would be new beside it, and a gate would fail for no reason
            return refused("findings[" + std::to_string(i) + "] has no fingerprint");
        }
        fingerprints.insert(fingerprint.toStdString());
    }
    // of all findings, where --limit or --where cut the list above; files of older versions have only that
    for (const auto& fingerprint : object.value(u"fingerprints"_s).toArray()) {
        if (!fingerprint.toString().isEmpty()) {
            fingerprints.insert(fingerprint.toString().toStdString());
        }
    }
    return fingerprints;
}

} // namespace heaptoll::cli
