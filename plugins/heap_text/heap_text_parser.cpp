// SPDX-License-Identifier: Apache-2.0
#include "plugins/heap_text/heap_text_parser.h"

#include "plugins/heap_text/heap_text_reader.h"

namespace heaptoll::heap_text {
namespace {

/// Takes a line off a text, without its end. Errors: nullopt when no line ends in the text.
std::optional<std::string_view> takeLine(std::string_view& text)
{
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view line = text.substr(0, end);
    line.remove_suffix(line.ends_with('\r') ? 1 : 0);
    text.remove_prefix(end + 1);
    return line;
}

/// Who writes heap profiles that begin like this.
std::string writerOf(const Header& header)
{
    if (header.layout == Layout::Threads) {
        return "jemalloc heap profile, " + header.version;
    }
    return (header.version.starts_with("heap/") ? "Go or tcmalloc heap profile, " : "gperftools heap profile, ")
        + header.version;
}

sdk::ProbeResult probeSymbols(std::string_view text)
{
    const auto line = takeLine(text);
    SymbolTable symbols;
    if (!line || (!symbols.addLine(*line) && !line->starts_with("---"))) {
        return { 60, {}, "\"--- symbol\", without symbols" };
    }
    return { 100, "symbolised", "\"--- symbol\", then addresses with names" };
}

} // namespace

sdk::ProbeResult HeapTextParser::probe(const sdk::ProbeInput& input) const
{
    std::string_view text(reinterpret_cast<const char*>(input.prefix.data()), input.prefix.size());
    std::string_view rest = text;
    const auto line = takeLine(rest);
    if (line && trimmed(*line) == "--- symbol") {
        return probeSymbols(rest);
    }
    if (line && JavaText::isStart(*line)) {
        return { 100, "heapz 1", "heap profile of Java, \"--- heapz 1 ---\"" };
    }
    const auto header = parseHeader(line.value_or(text.substr(0, 256)));
    if (!header.ok()) {
        const Error& error = header.error();
        return error.code == ErrorCode::NotRecognized ? sdk::ProbeResult { 0, {}, "no heap profile as text" }
            : error.code == ErrorCode::Unsupported    ? sdk::ProbeResult { 90, {}, error.message }
                                                      : sdk::ProbeResult { 60, {}, error.message };
    }
    const int score = line ? 100 : 60;
    return { score, header.value().version, writerOf(header.value()) + (line ? "" : ", cut inside of its first line") };
}

Result<void> HeapTextParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return HeapTextReader(source, sink, task).run();
}

} // namespace heaptoll::heap_text
