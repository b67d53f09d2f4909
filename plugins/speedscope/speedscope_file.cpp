// SPDX-License-Identifier: Apache-2.0
#include "plugins/speedscope/speedscope_file.h"

#include <algorithm>
#include <cmath>

namespace heaptoll {
namespace {

using sdk::JsonKind;
using sdk::JsonToken;

constexpr std::size_t kSamplesPerPoll = 4096;
constexpr double kLargestExact = 9007199254740992.0; ///< 2^53: larger weights are not exact in a double
constexpr std::uint32_t kMostFrames = std::uint32_t { 1 } << 31U;

} // namespace

std::uint32_t SpeedscopeStacks::child(std::uint32_t parent, std::uint32_t frame)
{
    const std::uint64_t key = std::uint64_t { parent } << 32U | frame;
    const auto [it, isNew] = m_index.try_emplace(key, static_cast<std::uint32_t>(m_nodes.size()));
    if (isNew) {
        m_nodes.emplace_back(parent, frame);
    }
    return it->second;
}

Result<void> SpeedscopeReader::run()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "a speedscope file"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
        if (!key) {
            break;
        }
        HEAPTOLL_TRY(member(std::string(*key)));
    }
    HEAPTOLL_TRY(m_json.expect(JsonKind::End, "the end of the file"));
    if (!m_file.hasProfiles) {
        return Error { ErrorCode::NotRecognized, "no speedscope file: it has no list of profiles",
            { m_source.displayName() } };
    }
    report();
    return {};
}

Result<void> SpeedscopeReader::member(std::string_view key)
{
    if (key == "shared") {
        return shared();
    }
    if (key == "profiles") {
        return profiles();
    }
    if (key == "name" || key == "exporter") {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::String) {
            (key == "name" ? m_file.name : m_file.exporter) = token.text;
            return {};
        }
        return token.kind == JsonKind::Null
            ? Result<void>()
            : Result<void>(m_json.errorHere(ErrorCode::Malformed, '"' + std::string(key) + "\" is a string"));
    }
    return m_json.skipValue();
}

Result<std::string> SpeedscopeReader::text(std::string_view what)
{
    HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::String, what));
    return std::string(token.text);
}

Result<void> SpeedscopeReader::shared()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "\"shared\""));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
        if (!key) {
            return {};
        }
        if (*key == "frames") {
            HEAPTOLL_TRY(frames());
        } else {
            HEAPTOLL_TRY(m_json.skipValue());
        }
    }
}

Result<void> SpeedscopeReader::frames()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of frames"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        if (token.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "a frame is an object");
        }
        HEAPTOLL_TRY(frame());
    }
}

Result<void> SpeedscopeReader::frame()
{
    SpeedscopeFrame frame;
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto found, m_json.nextKey());
        if (!found) {
            break;
        }
        const std::string key(*found);
        if (key != "name" && key != "file" && key != "line") {
            HEAPTOLL_TRY(m_json.skipValue());
            continue;
        }
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (key == "line" && token.kind == JsonKind::Number) {
            const std::int64_t line = sdk::jsonInteger(token.text).value_or(0); // 0 = unknown
            frame.line = line > 0 && line <= UINT32_MAX ? static_cast<std::uint32_t>(line) : 0;
        } else if (key != "line" && token.kind == JsonKind::String) {
            (key == "name" ? frame.name : frame.file) = token.text;
        } else if (token.kind != JsonKind::Null) {
            return m_json.errorHere(ErrorCode::Malformed, "the " + key + " of a frame is of another kind");
        }
    }
    m_file.frames.push_back(std::move(frame));
    return {};
}

Result<void> SpeedscopeReader::profiles()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of profiles"));
    m_file.hasProfiles = true;
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        if (token.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "a profile is an object");
        }
        HEAPTOLL_TRY(profile());
    }
}

Result<void> SpeedscopeReader::profile()
{
    SpeedscopeProfile profile;
    const Location start = m_json.where();
    std::string type;
    m_samples.clear();
    m_weights.clear();
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto found, m_json.nextKey());
        if (!found) {
            break;
        }
        const std::string key(*found);
        if (key == "name" || key == "unit" || key == "type") {
            HEAPTOLL_TRY_ASSIGN(std::string value, text(key));
            (key == "name" ? profile.name : key == "unit" ? profile.unit : type) = std::move(value);
        } else if (key == "samples") {
            HEAPTOLL_TRY(samples());
        } else if (key == "weights") {
            HEAPTOLL_TRY(weights());
        } else if (key == "events") {
            HEAPTOLL_TRY(events(profile));
        } else {
            HEAPTOLL_TRY(m_json.skipValue());
        }
    }
    if (type != "sampled" && type != "evented") {
        m_sink.issue(Severity::DataLoss, "speedscope.profile_type", start,
            "a profile of type '" + type + "', which is neither sampled nor evented; it is left out");
        return {};
    }
    if (type == "sampled") {
        if (m_samples.size() != m_weights.size()) {
            m_sink.issue(Severity::DataLoss, "speedscope.weights_missing", start,
                "a profile has " + std::to_string(m_samples.size()) + " samples and " + std::to_string(m_weights.size())
                    + " weights; those without the other are left out");
        }
        joinSamples(profile);
    }
    m_file.profiles.push_back(std::move(profile));
    return {};
}

Result<std::uint32_t> SpeedscopeReader::frameIndex(const JsonToken& token)
{
    const auto index = token.kind == JsonKind::Number ? sdk::jsonInteger(token.text) : std::nullopt;
    if (!index || *index < 0 || *index >= kMostFrames) {
        return m_json.errorHere(ErrorCode::Malformed, "a frame is the number of one of the shared frames, from 0");
    }
    m_highestFrame = std::max(m_highestFrame, static_cast<std::uint32_t>(*index) + 1);
    return static_cast<std::uint32_t>(*index);
}

Result<void> SpeedscopeReader::samples()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of samples"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        if (token.kind != JsonKind::BeginArray) {
            return m_json.errorHere(ErrorCode::Malformed, "a sample is a list of frames");
        }
        if (m_samples.size() % kSamplesPerPoll == 0 && m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", { m_source.displayName() } };
        }
        std::uint32_t node = 0;
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken frame, m_json.next());
            if (frame.kind == JsonKind::EndArray) {
                break;
            }
            HEAPTOLL_TRY_ASSIGN(const std::uint32_t index, frameIndex(frame));
            node = m_file.stacks.child(node, index);
        }
        m_samples.push_back(node);
    }
}

Result<void> SpeedscopeReader::weights()
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of weights"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            return {};
        }
        const auto weight = token.kind == JsonKind::Number ? sdk::jsonDouble(token.text) : std::nullopt;
        if (!weight) {
            return m_json.errorHere(ErrorCode::Malformed, "a weight is a number");
        }
        m_weights.push_back(*weight);
    }
}

void SpeedscopeReader::joinSamples(SpeedscopeProfile& profile)
{
    const std::size_t count = std::min(m_samples.size(), m_weights.size());
    profile.weights.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        add(profile, m_samples[i], m_weights[i]);
    }
}

void SpeedscopeReader::add(SpeedscopeProfile& profile, std::uint32_t node, double weight)
{
    if (profile.isOfTime()) {
        return; // not of memory: it is left out as a whole
    }
    if (!(std::abs(weight) <= kLargestExact)) {
        m_firstTooLarge = m_tooLarge++ == 0 ? m_json.where() : m_firstTooLarge;
        return;
    }
    m_rounded += weight != std::nearbyint(weight) ? 1U : 0U;
    profile.weights.emplace_back(node, std::llround(weight));
}

Result<void> SpeedscopeReader::events(SpeedscopeProfile& profile)
{
    HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of events"));
    std::uint32_t node = 0;
    double now = 0;
    for (std::size_t count = 0;; ++count) {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (token.kind == JsonKind::EndArray) {
            if (node != 0) {
                m_firstUnbalanced = m_unbalanced++ == 0 ? m_json.where() : m_firstUnbalanced;
            }
            return {};
        }
        if (token.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::Malformed, "an event is an object");
        }
        if (count % kSamplesPerPoll == 0 && m_task.cancelled()) {
            return Error { ErrorCode::Cancelled, "cancelled", { m_source.displayName() } };
        }
        HEAPTOLL_TRY_ASSIGN(const Event one, event());
        now = count == 0 ? one.at : now;
        apply(profile, one, node, now);
    }
}

Result<SpeedscopeReader::Event> SpeedscopeReader::event()
{
    Event event;
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto found, m_json.nextKey());
        if (!found) {
            return event;
        }
        const std::string key(*found);
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
        if (key == "type") {
            event.type = token.kind == JsonKind::String && token.text.size() == 1 ? token.text.front() : ' ';
        } else if (key == "frame") {
            HEAPTOLL_TRY_ASSIGN(event.frame, frameIndex(token));
        } else if (key == "at") {
            const auto at = token.kind == JsonKind::Number ? sdk::jsonDouble(token.text) : std::nullopt;
            if (!at) {
                return m_json.errorHere(ErrorCode::Malformed, "the place of an event (\"at\") is a number");
            }
            event.at = *at;
        } else if (token.kind == JsonKind::BeginObject || token.kind == JsonKind::BeginArray) {
            HEAPTOLL_TRY(m_json.leaveTo(m_json.depth() - 1));
        }
    }
}

/// What lies between two events belongs to the stack that is open between them.
void SpeedscopeReader::apply(SpeedscopeProfile& profile, const Event& event, std::uint32_t& node, double& now)
{
    const bool opens = event.type == 'O';
    const bool closes = event.type == 'C' && node != 0 && m_file.stacks.frame(node) == event.frame;
    if ((!opens && !closes) || event.at < now) {
        m_firstUnbalanced = m_unbalanced++ == 0 ? m_json.where() : m_firstUnbalanced;
        return;
    }
    if (node != 0 && event.at > now) {
        add(profile, node, event.at - now);
    }
    now = event.at;
    node = opens ? m_file.stacks.child(node, event.frame) : m_file.stacks.parent(node);
}

void SpeedscopeReader::report()
{
    if (m_highestFrame > m_file.frames.size()) {
        m_sink.issue(Severity::DataLoss, "speedscope.frame_missing", m_json.where(),
            "frame " + std::to_string(m_highestFrame - 1) + " is used, and the file has "
                + std::to_string(m_file.frames.size()) + "; such frames are shown by their number");
    }
    if (m_unbalanced > 0) {
        m_sink.issue(Severity::DataLoss, "speedscope.unbalanced", m_firstUnbalanced,
            "events that close what is not open, go back, or never close; they are left out", m_unbalanced);
    }
    if (m_tooLarge > 0) {
        m_sink.issue(Severity::DataLoss, "speedscope.weight_too_large", m_firstTooLarge,
            "weights beyond 2^53, which JSON numbers do not hold exactly; they are left out", m_tooLarge);
    }
    if (m_rounded > 0) {
        m_sink.issue(Severity::Notice, "speedscope.rounded", {}, "weights with a fraction; rounded", m_rounded);
    }
}

} // namespace heaptoll
