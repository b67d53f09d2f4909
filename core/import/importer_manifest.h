// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/model/document.h"

#include <QJsonObject>

#include <string>
#include <vector>

namespace heaptoll {

/// The sdk this host speaks. A plugin loads when its sdk.min is not newer and the major is the same.
inline constexpr int kSdkMajor = 1;
inline constexpr int kSdkMinor = 0;

inline constexpr int kDefaultWeight = 50;
inline constexpr int kMaxWeight = 100;

struct FormatInfo {
    std::string id;
    std::string name;
    DocumentKind kind = DocumentKind::HeapProfile;
    int weight = kDefaultWeight; ///< breaks ties between equal scores; 0 to kMaxWeight
};

/// importer.json of a plugin; schema: resources/schema/importer.schema.json.
struct ImporterManifest {
    std::string id;
    std::string version;
    std::string name;
    std::vector<FormatInfo> formats;

    /// Errors: Plugin, one message that names the key.
    [[nodiscard]] static Result<ImporterManifest> parse(const QJsonObject& json);
};

} // namespace heaptoll
