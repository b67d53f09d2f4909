// SPDX-License-Identifier: Apache-2.0
#include "plugins/prometheus/prometheus_parser.h"

#include "core/sdk/support/json_pull.h"
#include "core/sdk/support/prefix_source.h"
#include "plugins/prometheus/prometheus_values.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace heaptoll {
namespace {

using sdk::JsonKind;
using sdk::JsonPull;
using sdk::JsonToken;
using sdk::PrefixSource;

constexpr std::uint64_t kProgressPoints = 65536;

/// What a prefix shows of the shape of an answer.
struct Evidence {
    std::string status;
    std::string resultType;
    bool hasErrorType = false;
    bool hasSeries = false; ///< data.result[0] has "metric"
};

Result<void> lookIntoResult(JsonPull& json, Evidence& evidence)
{
    const std::size_t outside = json.depth();
    HEAPTOLL_TRY(json.expect(JsonKind::BeginArray, "result"));
    HEAPTOLL_TRY_ASSIGN(const JsonToken first, json.next());
    if (first.kind == JsonKind::BeginObject) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        evidence.hasSeries = key == "metric";
    }
    return json.leaveTo(outside);
}

Result<void> lookIntoData(JsonPull& json, Evidence& evidence)
{
    HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "data"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        if (!key) {
            return {};
        }
        if (*key == "resultType") {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, json.expect(JsonKind::String, "resultType"));
            evidence.resultType = token.text;
        } else if (*key == "result") {
            HEAPTOLL_TRY(lookIntoResult(json, evidence));
        } else {
            HEAPTOLL_TRY(json.skipValue());
        }
    }
}

Result<void> gather(JsonPull& json, Evidence& evidence)
{
    HEAPTOLL_TRY(json.expect(JsonKind::BeginObject, "an answer"));
    while (true) {
        HEAPTOLL_TRY_ASSIGN(const auto key, json.nextKey());
        if (!key) {
            return {};
        }
        if (*key == "status") {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, json.expect(JsonKind::String, "status"));
            evidence.status = token.text;
        } else if (*key == "data") {
            HEAPTOLL_TRY(lookIntoData(json, evidence));
        } else {
            evidence.hasErrorType = evidence.hasErrorType || *key == "errorType";
            HEAPTOLL_TRY(json.skipValue());
        }
    }
}

bool isResultType(std::string_view text)
{
    return text == "matrix" || text == "vector" || text == "scalar" || text == "string";
}

struct Point {
    Instant time;
    double value = 0;
};

/// One pass over one answer.
class Reader {
public:
    Reader(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
        : m_source(source)
        , m_sink(sink)
        , m_task(task)
        , m_json(source)
        , m_fileMetricName(prometheus::metricNameOfFile(source.displayName()))
    { }

    Result<void> run()
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::NotRecognized, "not a Prometheus answer: it is not a JSON object");
        }
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                break;
            }
            HEAPTOLL_TRY(member(std::string(*key)));
        }
        HEAPTOLL_TRY(m_json.expect(JsonKind::End, "the end of the answer"));
        return conclude();
    }

private:
    Result<void> member(const std::string& key)
    {
        if (key == "status") {
            return readText(m_status, "the status");
        }
        if (key == "errorType") {
            return readText(m_errorType, "the type of the error");
        }
        if (key == "error") {
            return readText(m_errorText, "the text of the error");
        }
        if (key == "warnings" || key == "infos") {
            return serverNotes(key == "warnings");
        }
        return key == "data" ? data() : m_json.skipValue();
    }

    Result<void> readText(std::string& out, std::string_view what)
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.expect(JsonKind::String, what));
        out = token.text;
        return {};
    }

    Result<void> conclude()
    {
        if (m_status == "error") {
            return Error { ErrorCode::Malformed,
                "Prometheus answered with an error instead of data: " + m_errorType + (m_errorType.empty() ? "" : ": ")
                    + m_errorText,
                { m_source.displayName() }, "repeat the query so that it succeeds, then save its answer" };
        }
        if (!m_hasResult) {
            return Error { ErrorCode::NotRecognized, "not a Prometheus query answer: it has no data.result",
                { m_source.displayName() } };
        }
        if (m_seriesCount == 0) {
            m_sink.issue(Severity::Notice, "prometheus.no_series", {},
                "the query matched no series: check the name of the metric, its labels and the time range");
        }
        if (m_json.replacedSurrogates() > 0) {
            m_sink.issue(Severity::Notice, "prometheus.bad_unicode", {}, "half a surrogate pair became U+FFFD",
                m_json.replacedSurrogates());
        }
        return {};
    }

    /// "warnings" and "infos": lists of sentences about the query, e.g. that a store did not answer.
    /// A warning means that data may be missing or wrong; what is only worth knowing comes as an info.
    Result<void> serverNotes(bool isWarning)
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind == JsonKind::Null) {
            return {};
        }
        if (first.kind != JsonKind::BeginArray) {
            return m_json.errorHere(ErrorCode::Malformed, "the notes of the server must be a list");
        }
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken note, m_json.next());
            if (note.kind == JsonKind::EndArray) {
                return {};
            }
            if (note.kind != JsonKind::String) {
                return m_json.errorHere(ErrorCode::Malformed, "a note of the server must be a string");
            }
            m_sink.issue(isWarning ? Severity::DataLoss : Severity::Info,
                isWarning ? "prometheus.warning" : "prometheus.info", m_json.where(),
                (isWarning ? "the server warns that its answer may be incomplete: " : "") + std::string(note.text));
        }
    }

    Result<void> data()
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken first, m_json.next());
        if (first.kind == JsonKind::Null) {
            return {};
        }
        if (first.kind != JsonKind::BeginObject) {
            return m_json.errorHere(ErrorCode::NotRecognized,
                "not an answer to a query: data is " + std::string(sdk::name(first.kind)),
                "save the answer of /api/v1/query_range");
        }
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                return {};
            }
            if (*key == "resultType") {
                std::string type;
                HEAPTOLL_TRY(readText(type, "resultType"));
                HEAPTOLL_TRY(checkType(type));
            } else if (*key == "result") {
                HEAPTOLL_TRY(result());
            } else {
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
    }

    Result<void> checkType(const std::string& type) const
    {
        if (type == "matrix" || type == "vector") {
            return {};
        }
        return m_json.errorHere(ErrorCode::Unsupported, "a result of type \"" + type + "\" has no series",
            "save the answer to a range query of a metric such as container_memory_working_set_bytes");
    }

    Result<void> result()
    {
        m_hasResult = true;
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the list of series"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                return {};
            }
            if (token.kind == JsonKind::Number || token.kind == JsonKind::String) {
                return checkType("scalar");
            }
            if (token.kind != JsonKind::BeginObject) {
                return m_json.errorHere(ErrorCode::Malformed, "a series must be an object");
            }
            m_seriesWhere = m_json.where();
            m_points.clear();
            m_row = {};
            m_hasLabels = false;
            auto read = series();
            if (!read.ok()) { // what was read of a cut series is good
                const ErrorCode code = read.error().code;
                if (m_hasLabels && (code == ErrorCode::Truncated || code == ErrorCode::Cancelled)) {
                    deliver();
                }
                return read;
            }
            deliver();
        }
    }

    Result<void> series()
    {
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                return {};
            }
            if (*key == "metric") {
                HEAPTOLL_TRY(labels());
            } else if (*key == "values") {
                HEAPTOLL_TRY(points());
            } else if (*key == "value") {
                HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "a sample [time, value]"));
                HEAPTOLL_TRY(point());
            } else {
                if (*key == "histogram" || *key == "histograms") {
                    m_sink.issue(Severity::Notice, "prometheus.histogram_skipped", m_json.where(),
                        "native histograms are not usage values");
                }
                HEAPTOLL_TRY(m_json.skipValue());
            }
        }
    }

    Result<void> labels()
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginObject, "the labels of a series"));
        m_row.labels.clear();
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const auto key, m_json.nextKey());
            if (!key) {
                break;
            }
            std::string labelName(*key);
            HEAPTOLL_TRY_ASSIGN(const JsonToken value, m_json.expect(JsonKind::String, "the text of a label"));
            if (labelName == "__name__") {
                m_row.metricName = value.text;
            } else {
                m_row.labels.emplace_back(std::move(labelName), value.text);
            }
        }
        std::ranges::stable_sort(m_row.labels, {}, [](const auto& pair) -> const std::string& { return pair.first; });
        const auto sameKey = [](const auto& a, const auto& b) { return a.first == b.first; };
        const auto repeated = std::unique(m_row.labels.begin(), m_row.labels.end(), sameKey);
        if (repeated != m_row.labels.end()) {
            m_sink.issue(Severity::Notice, "prometheus.duplicate_label", m_seriesWhere,
                "a series names a label twice; the first text is kept",
                static_cast<std::uint64_t>(m_row.labels.end() - repeated));
            m_row.labels.erase(repeated, m_row.labels.end());
        }
        m_hasLabels = true;
        return {};
    }

    Result<void> points()
    {
        HEAPTOLL_TRY(m_json.expect(JsonKind::BeginArray, "the samples of a series"));
        while (true) {
            HEAPTOLL_TRY_ASSIGN(const JsonToken token, m_json.next());
            if (token.kind == JsonKind::EndArray) {
                return {};
            }
            if (token.kind != JsonKind::BeginArray) {
                return m_json.errorHere(ErrorCode::Malformed, "a sample must be a list [time, value]");
            }
            HEAPTOLL_TRY(point());
            if (++m_pointCount % kProgressPoints == 0) {
                m_task.progress({ m_source.offset(), m_source.size().value_or(0), "series" });
            }
            if (m_pointCount % 4096 == 0 && m_task.cancelled()) {
                return m_json.errorHere(ErrorCode::Cancelled, "cancelled");
            }
        }
    }

    /// After the opening bracket of [time, "value"].
    Result<void> point()
    {
        HEAPTOLL_TRY_ASSIGN(const JsonToken timeToken, m_json.expect(JsonKind::Number, "the time of a sample"));
        const auto time = prometheus::parseTime(timeToken.text);
        HEAPTOLL_TRY_ASSIGN(const JsonToken valueToken, m_json.next());
        if (valueToken.kind != JsonKind::String && valueToken.kind != JsonKind::Number) {
            return m_json.errorHere(ErrorCode::Malformed, "the value of a sample must be a number in quotes");
        }
        const auto value = prometheus::parseValue(valueToken.text);
        if (!time) {
            m_sink.issue(Severity::DataLoss, "prometheus.bad_time", m_json.where(),
                "a sample was dropped: its time is outside the years 1678 to 2262");
        } else if (!value) {
            m_sink.issue(Severity::DataLoss, "prometheus.bad_value", m_json.where(),
                "a sample was dropped: its value is no number");
        } else if (std::isnan(*value)) {
            m_sink.issue(
                Severity::Notice, "prometheus.nan", m_json.where(), "samples without a value (NaN) were left out");
        } else if (std::isinf(*value)) {
            m_sink.issue(Severity::DataLoss, "prometheus.infinite", m_json.where(), "infinite samples were dropped");
        } else {
            m_points.push_back({ *time, *value });
        }
        HEAPTOLL_TRY(m_json.expect(JsonKind::EndArray, "the end of a sample"));
        return {};
    }

    /// Sorts by time; of samples with the same time the first one of the file is kept.
    void putInOrder()
    {
        if (!std::ranges::is_sorted(m_points, {}, &Point::time)) {
            m_sink.issue(Severity::Notice, "prometheus.out_of_order", m_seriesWhere,
                "the samples of a series were not in order of time; they were sorted");
            std::ranges::stable_sort(m_points, {}, &Point::time);
        }
        std::size_t kept = 0;
        std::uint64_t repeated = 0;
        std::uint64_t contradicting = 0;
        for (const Point& one : m_points) {
            if (kept > 0 && m_points[kept - 1].time == one.time) {
                ++(m_points[kept - 1].value == one.value ? repeated : contradicting);
                continue;
            }
            m_points[kept++] = one;
        }
        m_points.resize(kept);
        if (repeated > 0) {
            m_sink.issue(Severity::Notice, "prometheus.repeated_sample", m_seriesWhere,
                "samples that repeat time and value were dropped", repeated);
        }
        if (contradicting > 0) {
            m_sink.issue(Severity::DataLoss, "prometheus.duplicate_time", m_seriesWhere,
                "samples with the time of another but another value were dropped; the first one is kept",
                contradicting);
        }
    }

    void deliver()
    {
        putInOrder();
        if (m_row.metricName.empty()) {
            m_row.metricName = m_fileMetricName;
            m_sink.issue(Severity::Notice, "prometheus.name_missing", m_seriesWhere,
                "a series has no metric name (the query aggregates): it is kept, but not used as memory of containers");
        } else {
            m_row.metric = prometheus::metricOf(m_row.metricName, m_row.labels);
        }
        std::vector<Instant> times;
        std::vector<double> values;
        times.reserve(m_points.size());
        values.reserve(m_points.size());
        for (const Point& one : m_points) {
            times.push_back(one.time);
            values.push_back(one.value);
        }
        ++m_seriesCount;
        m_sink.usage().beginSeries(m_row);
        m_sink.usage().points(times, values);
        m_sink.usage().endSeries();
    }

    sdk::ByteSource& m_source;
    sdk::Sink& m_sink;
    const TaskContext& m_task;
    JsonPull m_json;
    std::string m_fileMetricName;
    std::string m_status;
    std::string m_errorType;
    std::string m_errorText;
    sdk::UsageSeriesRow m_row;
    Location m_seriesWhere;
    std::vector<Point> m_points;
    std::uint64_t m_pointCount = 0;
    std::uint64_t m_seriesCount = 0;
    bool m_hasResult = false;
    bool m_hasLabels = false; ///< of the series that is being read
};

} // namespace

sdk::ProbeResult PrometheusParser::probe(const sdk::ProbeInput& input) const
{
    PrefixSource source(input.prefix);
    JsonPull json(source);
    Evidence evidence;
    // Where the prefix or something that is not JSON ends the walk, what was seen before is the evidence.
    static_cast<void>(gather(json, evidence).ok());
    const bool hasStatus = evidence.status == "success";
    if (hasStatus && isResultType(evidence.resultType)) {
        return { 100, evidence.resultType, "status success, data.resultType " + evidence.resultType };
    }
    if (evidence.status == "error" && evidence.hasErrorType) {
        return { 75, {}, "status error, errorType: an error answer of the API" };
    }
    if (isResultType(evidence.resultType) && (evidence.hasSeries || !input.isWhole)) {
        return { 75, evidence.resultType, "data.resultType " + evidence.resultType };
    }
    if (evidence.hasSeries) {
        return { 75, {}, "data.result is a list of series with a metric" };
    }
    return {};
}

Result<void> PrometheusParser::run(sdk::ByteSource& source, sdk::Sink& sink, const TaskContext& task)
{
    return Reader(source, sink, task).run();
}

} // namespace heaptoll
