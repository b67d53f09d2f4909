// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/heap_sink.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace heaptoll::sdk {

/// One counter of a Valgrind xtree report, as the report declares it: "curB : currently allocated Bytes".
struct XtreeEvent {
    std::string name;
    std::string longName; ///< may be empty
};

/// A value column made of counters: their sum, each with its sign.
struct XtreeColumn {
    struct Term {
        std::size_t event = 0; ///< index into the events
        std::int64_t sign = 1;
    };
    ValueTypeRow type;
    std::vector<Term> terms;
};

/// The columns of a report. Of --xtree-memory: what is allocated now, in all, and freed. Of --xtree-leak: what is
/// live at
/// the end, and Memcheck's kinds of it; its counters of increase and decrease since an earlier search are left out.
/// Other counters become custom columns of their own name. The first column is the one to show. Never empty, unless
/// events are.
/// Source: counters of Valgrind 3.19, checked against Memcheck's own summaries.
[[nodiscard]] std::vector<XtreeColumn> xtreeColumns(std::span<const XtreeEvent> events);

} // namespace heaptoll::sdk
