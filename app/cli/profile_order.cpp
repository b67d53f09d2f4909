// SPDX-License-Identifier: GPL-3.0-or-later
// Which of several profiles is the last one.
#include "app/cli/load_inputs.h"
#include "core/base/text_format.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>

namespace heaptoll::cli {
namespace {

/// The numbers of a file name in order, so that heap.9 sorts before heap.10.
std::vector<std::uint64_t> numbersOf(const std::string& path)
{
    std::vector<std::uint64_t> numbers;
    bool inNumber = false;
    for (const char c : path.substr(path.rfind('/') + 1)) {
        const bool isDigit = c >= '0' && c <= '9';
        if (isDigit && !inNumber) {
            numbers.push_back(0);
        }
        if (isDigit) {
            numbers.back() = numbers.back() * 10 + static_cast<std::uint64_t>(c - '0'); // wraps: only an order
        }
        inNumber = isDigit;
    }
    return numbers;
}

qint64 fileTime(const std::string& path)
{
    return QFileInfo(QString::fromStdString(path)).lastModified().toMSecsSinceEpoch();
}

/// "these profiles know no time", or which of them do not.
std::string timeless(const std::vector<DocumentPtr>& profiles)
{
    std::size_t without = 0;
    std::string first;
    for (const DocumentPtr& document : profiles) {
        if (!document->profile()->time) {
            first = without == 0 ? document->path : first;
            ++without;
        }
    }
    if (without == profiles.size()) {
        return "these profiles know no time";
    }
    return std::to_string(without) + " of " + std::to_string(profiles.size()) + " profiles (" + first
        + (without > 1 ? ", …" : "") + ") know no time";
}

} // namespace

Result<std::vector<DocumentPtr>> profilesOf(const Inputs& inputs)
{
    std::vector<DocumentPtr> profiles = inputs.ofKind(DocumentKind::HeapProfile);
    if (profiles.empty()) {
        const bool hasOther = !inputs.sources.documents.empty();
        return Error { ErrorCode::NotRecognized,
            hasOther ? inputs.sources.documents.front()->path + " is no heap profile but "
                    + std::string(name(inputs.sources.documents.front()->kind()))
                     : "no input could be read",
            {}, "heaptoll inspect FILE tells what a file is" };
    }
    return profiles;
}

Result<std::vector<DocumentPtr>> profilesInOrder(const Context& context, const Inputs& inputs)
{
    HEAPTOLL_TRY_ASSIGN(std::vector<DocumentPtr> profiles, profilesOf(inputs));
    const auto hasTime = [](const DocumentPtr& document) { return document->profile()->time.has_value(); };
    const auto hasNumber = [](const DocumentPtr& document) { return !numbersOf(document->path).empty(); };
    if (std::ranges::all_of(profiles, hasTime)) {
        std::ranges::stable_sort(profiles, {}, [](const DocumentPtr& document) { return *document->profile()->time; });
    } else if (std::ranges::all_of(profiles, hasNumber)) {
        std::ranges::stable_sort(profiles, {}, [](const DocumentPtr& document) { return numbersOf(document->path); });
        if (profiles.size() > 1) {
            context.note(timeless(profiles) + ": ordered by the numbers in their names");
        }
    } else {
        std::ranges::stable_sort(profiles, {}, [](const DocumentPtr& document) { return fileTime(document->path); });
        context.note(timeless(profiles) + ": ordered by the time of the files");
    }
    return profiles;
}

Result<DocumentPtr> lastProfile(const Context& context, const Inputs& inputs)
{
    HEAPTOLL_TRY_ASSIGN(const std::vector<DocumentPtr> profiles, profilesInOrder(context, inputs));
    const DocumentPtr& last = profiles.back();
    if (profiles.size() > 1) {
        const std::optional<Instant> time = last->profile()->time;
        context.note(formatCount(static_cast<double>(profiles.size())) + " profiles; this is the last one, "
            + last->path + (time ? " of " + formatInstant(*time) + " UTC" : ""));
    }
    return last;
}

} // namespace heaptoll::cli
