// SPDX-License-Identifier: Apache-2.0
#include "plugins/heaptrack/heaptrack_parser.h"

#include "plugins/heaptrack/recording_reader.h"

namespace heaptoll {
namespace {

/// True for the first characters of the records that may follow the version line.
bool looksLikeRecord(std::string_view line)
{
    constexpr std::string_view kKinds = "XxISsAmitac+-R#";
    return !line.empty() && kKinds.find(line.front()) != std::string_view::npos && (line.size() == 1 || line[1] == ' ');
}

} // namespace

sdk::ProbeResult HeaptrackParser::probe(const sdk::ProbeInput& input) const
{
    const std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    const std::size_t firstEnd = text.find('\n');
    std::string_view first = text.substr(0, firstEnd);
    first.remove_suffix(first.ends_with('\r') ? 1 : 0);
    const auto version = parseVersionLine(first);
    if (!version || firstEnd == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(firstEnd + 1);
    const std::string_view second = rest.substr(0, rest.find_first_of("\r\n"));
    if (!second.empty() && !looksLikeRecord(second)) {
        return {};
    }
    const bool isRaw = second.starts_with("x ") || rest.find("\nm ") != std::string_view::npos;
    const std::string fileVersion = std::to_string(version->file);
    return { second.empty() ? 75 : 100, fileVersion,
        "heaptrack " + std::string(isRaw ? "raw " : "") + "text, file version " + fileVersion };
}

Result<void> HeaptrackParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return RecordingReader(source, sink, task).run();
}

} // namespace heaptoll
