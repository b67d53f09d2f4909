// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/heap_query.h"
#include "core/export/flame.h"

#include <array>
#include <memory>

namespace heaptoll::cli {
namespace {

constexpr std::array<std::string_view, 4> kFields { "function", "file", "module", "line" };

Site siteOf(const Profile& profile, NodeId node)
{
    const Frame& frame = profile.frameOf(node);
    return { std::string(profile.strings.view(frame.function)), std::string(profile.strings.view(frame.file)),
        frame.line, std::string(profile.strings.view(frame.module)) };
}

/// Zeroes the stacks without a frame that fits. Parents come before children, so one pass carries the answer down.
void keepMatching(const Profile& profile, const Filter& filter, std::vector<std::int64_t>& self)
{
    if (filter.isEmpty()) {
        return;
    }
    std::vector<bool> frameFits(profile.frames.size());
    std::vector<bool> isKnown(profile.frames.size());
    std::vector<bool> stackFits(profile.stacks.size());
    for (std::size_t n = 1; n < profile.stacks.size(); ++n) {
        const NodeId node { n };
        const std::size_t frame = profile.stacks.frame(node).index();
        if (!isKnown[frame]) {
            const Site site = siteOf(profile, node);
            frameFits[frame] = filter.matches([&site](std::string_view field) { return siteField(site, field); });
            isKnown[frame] = true;
        }
        stackFits[n] = frameFits[frame] || stackFits[profile.stacks.parent(node).index()];
    }
    for (std::size_t n = 0; n < self.size(); ++n) {
        self[n] = stackFits[n] ? self[n] : 0;
    }
}

/// Folded lines as a terminal may show them: a name cannot carry escape sequences.
std::string printableLines(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += printable(text.substr(0, end));
        out += end < text.size() ? "\n" : "";
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

} // namespace

Result<CommandOutput> runFlame(Context& context)
{
    HEAPTOLL_TRY_ASSIGN(const Filter filter, whereFilter(context, kFields));
    HEAPTOLL_TRY_ASSIGN(Inputs inputs, loadAllInputs(context));
    HEAPTOLL_TRY_ASSIGN(const DocumentPtr document, lastProfile(context, inputs));
    const std::shared_ptr<const Profile> profile = document->profile();
    HEAPTOLL_TRY_ASSIGN(const std::size_t value, chooseMetric(context, *profile));
    std::vector<std::int64_t> self = selfPerNode(*profile, value);
    keepMatching(*profile, filter, self);
    CallTreeOptions options;
    options.runtime = context.arguments.has("fold-runtime") ? RuntimeFrames::Fold : RuntimeFrames::Keep;
    const auto report =
        std::make_shared<const FlameReport>(FlameReport { callTree(*profile, self, options, context.task),
            profile->valueTypes[value], document->path.substr(document->path.rfind('/') + 1), isPartial(*document) });
    if (report->isPartial) {
        context.note("the graph is of a partial profile");
    }
    CommandOutput output;
    output.exitCode = inputs.exitCode(context);
    output.render = [report, document, sources = inputs.sources, task = context.task](
                        OutputFormat format, const TextStyle&) {
        switch (format) {
        case OutputFormat::Svg: return flameSvg(*report);
        case OutputFormat::Speedscope: return flameSpeedscope(*report);
        case OutputFormat::Json: {
            ReportSources used = sources;
            used.documents = { document };
            return flameJson(*report, used);
        }
        case OutputFormat::Folded:
        case OutputFormat::Table:
        case OutputFormat::Csv:
        case OutputFormat::Markdown:
        case OutputFormat::Sarif: break;
        }
        return printableLines(foldedText(report->tree, task));
    };
    return output;
}

} // namespace heaptoll::cli
