// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the fuzz targets of heap profiles do: any bytes, whole and in small blocks, come to the same end, and what
// reaches the
// model is sound.

#include "tests/support/import_run.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace heaptoll::test {

template<typename Parser>
int fuzzImport(const std::uint8_t* data, std::size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    (void)probeText<Parser>(bytes);
    const auto whole = importText<Parser>(bytes);
    MemorySourceOptions options;
    options.blockBytes = 61;
    const auto parts = importText<Parser>(bytes, options);
    if (whole->result.ok() != parts->result.ok() || whole->profiles.size() != parts->profiles.size()
        || whole->sink.issues.all().size() != parts->sink.issues.all().size()) {
        std::abort();
    }
    for (std::size_t i = 0; i < whole->profiles.size(); ++i) {
        const Profile& profile = *whole->profiles[i];
        bool isSound = profile.valueTypes.size() == profile.samples.values.size()
            && (profile.valueTypes.empty() || profile.defaultValue < profile.valueTypes.size());
        for (const auto& column : profile.samples.values) {
            isSound = isSound && column.size() == profile.samples.size();
        }
        if (!isSound || inWords(profile) != inWords(*parts->profiles[i])) {
            std::abort();
        }
        if (profile.timeline) {
            const auto values = profile.timeline->range({ profile.duration.ns / 3 }, profile.duration);
            if (values.stacks.size() != values.liveBytesAtEnd.size()) {
                std::abort();
            }
        }
    }
    return 0;
}

} // namespace heaptoll::test
