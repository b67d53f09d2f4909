// SPDX-License-Identifier: Apache-2.0
#include "core/base/hash.h"
#include "core/base/text_format.h"
#include "core/export/flame.h"
#include "core/export/utf8.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace heaptoll {
namespace {

constexpr double kWidth = 1200;
constexpr double kMargin = 10;
constexpr double kRowHeight = 17;
constexpr double kTitleHeight = 40;
constexpr double kFooterHeight = 30;
constexpr double kMinWidth = 0.5; // half a pixel: less cannot be seen
constexpr double kGlyphWidth = 6.6; // DejaVu Sans Mono at 11 px
constexpr std::array<std::string_view, 6> kPackageColours { "#BFD9F0", "#F7D0B0", "#BFE3CF", "#DCCBF0", "#F3E2A6",
    "#F2C6D6" };
constexpr std::string_view kRuntimeColour = "#DDE1E6";

struct Box {
    double x = 0;
    double width = 0;
    std::uint32_t depth = 0;
    std::uint32_t node = 0; ///< 0 beyond the root = several frames too small to draw
};

std::string printed(const char* format, double value)
{
    std::array<char, 48> text {};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string xmlEscaped(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        const auto c = static_cast<unsigned char>(text.front());
        if (!point.isValid || c < 0x20 || c == 0x7F) {
            out += "\uFFFD";
        } else if (c == '<') {
            out += "&lt;";
        } else if (c == '>') {
            out += "&gt;";
        } else if (c == '&') {
            out += "&amp;";
        } else if (c == '"') {
            out += "&quot;";
        } else {
            out += text.substr(0, point.bytes);
        }
        text.remove_prefix(point.bytes);
    }
    return out;
}

/// The first characters of a text, with an ellipsis where it does not fit.
std::string clipped(std::string_view text, std::size_t columns)
{
    std::string out;
    std::size_t used = 0;
    while (!text.empty()) {
        const CodePoint point = decodeUtf8(text);
        if (used + 1 == columns && text.size() > point.bytes) {
            return out + "…";
        }
        out += text.substr(0, point.bytes);
        text.remove_prefix(point.bytes);
        ++used;
    }
    return out;
}

/// Places children side by side inside their parent; nodes come parents first, so one pass does.
std::vector<Box> layout(const CallTree& tree)
{
    std::vector<Box> boxes;
    std::vector<Box> placed(tree.nodes.size());
    std::vector<double> nextX(tree.nodes.size(), kMargin);
    const auto whole = static_cast<double>(tree.nodes.front().total);
    const double perUnit = whole > 0 ? (kWidth - 2 * kMargin) / whole : 0;
    placed[0] = { kMargin, kWidth - 2 * kMargin, 0, 0 };
    boxes.push_back(placed[0]);
    std::vector<double> hidden(tree.nodes.size(), 0); // width of children too narrow to draw
    for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
        const CallTree::Node& node = tree.nodes[i];
        const Box& parent = placed[node.parent];
        const double width = static_cast<double>(std::max<std::int64_t>(0, node.total)) * perUnit;
        if (parent.width < kMinWidth || width < kMinWidth) {
            hidden[node.parent] += width;
            continue;
        }
        placed[i] = { nextX[node.parent], width, parent.depth + 1, i };
        nextX[node.parent] += width;
        nextX[i] = placed[i].x;
        boxes.push_back(placed[i]);
    }
    for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
        if (placed[i].width >= kMinWidth && hidden[i] >= kMinWidth) {
            boxes.push_back({ nextX[i], hidden[i], placed[i].depth + 1, 0 });
        }
    }
    return boxes;
}

std::string valueText(const ValueType& type, std::int64_t value)
{
    const auto number = static_cast<double>(value);
    return isBytes(type) ? formatBytes(number) : formatCount(number);
}

std::string_view packageOf(const Site& site)
{
    if (!site.module.empty()) {
        return site.module;
    }
    return std::string_view(site.function).substr(0, site.function.find_first_of(".:"));
}

std::string_view colourOf(const CallTree::LabelInfo& label)
{
    return label.isRuntime ? kRuntimeColour
                           : kPackageColours[hashBytes(packageOf(label.site)) % kPackageColours.size()];
}

void appendBox(std::string& out, const FlameReport& report, const Box& box, double height)
{
    const bool isRoot = box.depth == 0;
    const bool isRest = box.node == 0 && !isRoot;
    const CallTree::Node& node = report.tree.nodes[box.node];
    const CallTree::LabelInfo& label = report.tree.labels[node.label];
    const std::string name = isRoot ? "all" : isRest ? "smaller frames" : label.site.function;
    const double y = height - kFooterHeight - kRowHeight * (box.depth + 1);
    out += "<g><title>" + xmlEscaped(name);
    if (!isRest) {
        const auto whole = static_cast<double>(report.tree.nodes.front().total);
        const double share = whole > 0 ? static_cast<double>(node.total) / whole : 0;
        out += " (" + valueText(report.type, node.total) + ", " + formatPercent(share) + " of all)";
    }
    if (!isRoot && !isRest && !label.site.file.empty()) {
        out += "\n" + xmlEscaped(label.site.file) + ':' + std::to_string(label.site.line);
    }
    out += "</title><rect x=\"" + printed("%.2f", box.x) + "\" y=\"" + printed("%.1f", y) + "\" width=\""
        + printed("%.2f", std::max(box.width - 0.5, 0.3)) + "\" height=\"" + printed("%.0f", kRowHeight - 1)
        + "\" fill=\"" + std::string(isRoot || isRest ? kRuntimeColour : colourOf(label)) + "\"/>";
    const auto columns =
        static_cast<std::size_t>((box.width - 6) / kGlyphWidth > 0 ? (box.width - 6) / kGlyphWidth : 0);
    if (columns >= 3) {
        out += "<text x=\"" + printed("%.2f", box.x + 3) + "\" y=\"" + printed("%.1f", y + 12) + "\">"
            + xmlEscaped(clipped(name, columns)) + "</text>";
    }
    out += "</g>\n";
}

} // namespace

std::string flameSvg(const FlameReport& report)
{
    const std::vector<Box> boxes = report.tree.nodes.empty() ? std::vector<Box> {} : layout(report.tree);
    std::uint32_t depth = 0;
    for (const Box& box : boxes) {
        depth = std::max(depth, box.depth);
    }
    const double height = kTitleHeight + kRowHeight * (depth + 1) + kFooterHeight;
    const std::string title =
        xmlEscaped(report.title + ": " + metricName(report.type)) + (report.isPartial ? " (partial)" : "");
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + printed("%.0f", kWidth) + "\" height=\""
        + printed("%.0f", height) + "\" viewBox=\"0 0 " + printed("%.0f", kWidth) + ' ' + printed("%.0f", height)
        + "\" font-family=\"DejaVu Sans Mono, monospace\" font-size=\"11\" role=\"img\">\n<title>" + title
        + "</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n<text x=\"" + printed("%.0f", kMargin)
        + "\" y=\"24\" font-size=\"14\">" + title + "</text>\n";
    for (const Box& box : boxes) {
        appendBox(out, report, box, height);
    }
    return out + "</svg>\n";
}

} // namespace heaptoll
