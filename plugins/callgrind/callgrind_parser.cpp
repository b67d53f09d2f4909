// SPDX-License-Identifier: Apache-2.0
#include "plugins/callgrind/callgrind_parser.h"

#include "core/sdk/support/prefix_source.h"
#include "plugins/callgrind/xtree_reader.h"

namespace heaptoll {

sdk::ProbeResult CallgrindParser::probe(const sdk::ProbeInput& input) const
{
    sdk::PrefixSource prefix(input.prefix);
    sdk::TextLines lines(prefix);
    CallgrindHeader header;
    bool hasEvents = false;
    while (const auto line = lines.next()) {
        if (!header.take(*line)) {
            return {};
        }
        hasEvents = line->starts_with("events:");
        if (hasEvents) {
            break;
        }
    }
    if (header.creator.starts_with("xtree-")) {
        return { 100, header.creator, "callgrind format, memory report of Valgrind" };
    }
    const bool isMarked = header.hasMark || header.creator.starts_with("callgrind");
    if (isMarked || (hasEvents && !header.positions.empty())) { // read to be refused by name
        return { isMarked ? 100 : 75, header.creator, "callgrind format, no memory report of Valgrind" };
    }
    return {};
}

Result<void> CallgrindParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return XtreeReader(source, sink, task).run();
}

} // namespace heaptoll
