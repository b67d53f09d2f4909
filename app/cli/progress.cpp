// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/progress.h"

#include "core/base/text_format.h"
#include "core/export/json_writer.h"

#include <array>
#include <ostream>

namespace heaptoll::cli {
namespace {

constexpr std::chrono::milliseconds kInterval { 100 }; // a person cannot read faster
constexpr std::array<std::string_view, 3> kModes { "auto", "none", "json" };

} // namespace

Result<ProgressMode> progressMode(const Context& context)
{
    const std::string word = context.arguments.value("progress").value_or("auto");
    if (word == "json") {
        return ProgressMode::Json;
    }
    if (word != "auto" && word != "none") {
        return unknownWord("progress mode", word, kModes);
    }
    const bool isShown = word == "auto" && context.io.errIsTerminal && !context.isQuiet();
    return isShown ? ProgressMode::Terminal : ProgressMode::None;
}

ProgressPrinter::ProgressPrinter(std::ostream& err, ProgressMode mode)
    : m_err(err)
    , m_mode(mode)
{ }

void ProgressPrinter::show(const ImportProgress& step)
{
    if (m_mode == ProgressMode::None) {
        return;
    }
    const std::scoped_lock lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    const bool isLast = step.doneBytes == step.totalBytes;
    if (now - m_last < kInterval && !(isLast && m_mode == ProgressMode::Json)) {
        return;
    }
    m_last = now;
    if (m_mode == ProgressMode::Json) {
        showJson(step);
    } else {
        showLine(step);
    }
}

void ProgressPrinter::showLine(const ImportProgress& step)
{
    const double done =
        step.totalBytes > 0 ? static_cast<double>(step.doneBytes) / static_cast<double>(step.totalBytes) : 0;
    const std::string text = "reading " + std::to_string(step.fileIndex + 1) + '/' + std::to_string(step.fileCount)
        + ' ' + elided(printable(step.path), 50) + ' ' + formatPercent(done);
    m_err << '\r' << text << "\033[K" << std::flush;
    m_hasLine = true;
}

void ProgressPrinter::showJson(const ImportProgress& step)
{
    JsonWriter json;
    json.beginObject(JsonWriter::Layout::Line).field("progress", "import").field("path", step.path);
    json.field("doneBytes", step.doneBytes).field("totalBytes", step.totalBytes);
    json.field("fileIndex", std::uint64_t { step.fileIndex }).field("fileCount", std::uint64_t { step.fileCount });
    m_err << json.endObject().take() << std::flush;
}

void ProgressPrinter::finish()
{
    const std::scoped_lock lock(m_mutex);
    if (m_hasLine) {
        m_err << "\r\033[K" << std::flush;
        m_hasLine = false;
    }
}

} // namespace heaptoll::cli
