// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/text.h"

#include "core/base/text_format.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFileInfo>
#include <QLocale>
#include <QTranslator>

#include <algorithm>

namespace heaptoll::gui {

using namespace Qt::StringLiterals;

namespace {

QDateTime toDateTime(Instant t)
{
    return QDateTime::fromMSecsSinceEpoch(t.ns / 1'000'000, Qt::UTC);
}

QString unknownText()
{
    return toQString(kUnknown);
}

/// English needs no translation but for its plurals.
class Plurals final : public QTranslator {
public:
    using QTranslator::QTranslator;
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(
        const char* /*context*/, const char* source, const char* /*disambiguation*/, int n) const override
    {
        if (n < 0) {
            return {};
        }
        QString text = QString::fromUtf8(source);
        return text.contains(u"(s)"_s) ? text.replace(u"(s)"_s, n == 1 ? QString() : u"s"_s) : QString();
    }
};

} // namespace

void installPlurals()
{
    static const bool isInstalled = QCoreApplication::installTranslator(new Plurals(QCoreApplication::instance()));
    Q_UNUSED(isInstalled)
}

QString toQString(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size()));
}

std::string toUtf8(const QString& text)
{
    return text.toStdString();
}

QString bytesText(std::optional<double> bytes)
{
    return bytes ? toQString(formatBytes(*bytes)) : unknownText();
}

QString exactBytesText(double bytes)
{
    return QLocale::c().toString(bytes, 'f', 0) + u" bytes"_s;
}

QString growthText(std::optional<double> bytesPerHour)
{
    return bytesPerHour ? toQString(formatGrowth(*bytesPerHour)) : unknownText();
}

QString countText(double count)
{
    return toQString(formatCount(count));
}

QString moneyText(std::optional<Decimal> amount, std::string_view currency)
{
    return amount ? toQString(formatMoney(*amount, currency)) : unknownText();
}

QString moneyPerMonthText(std::optional<Decimal> amount, std::string_view currency)
{
    return amount ? toQString(formatMoneyPerMonth(*amount, currency)) : unknownText();
}

QString percentText(double ratio)
{
    return toQString(formatPercent(ratio));
}

QString spanText(Span span)
{
    return toQString(formatSpan(span));
}

QString dayText(Instant t)
{
    return QLocale::c().toString(toDateTime(t), u"MMM d"_s);
}

QString daysText(TimeRange range)
{
    const QString from = dayText(range.start);
    const QString to = dayText({ std::max(range.start.ns, range.end.ns - 1) });
    return from == to ? from : from + u" – "_s + to;
}

QString instantText(Instant t)
{
    return QLocale::c().toString(toDateTime(t), u"yyyy-MM-dd hh:mm"_s);
}

QString rangeText(TimeRange range)
{
    constexpr std::int64_t kDay = 86'400'000'000'000;
    const bool wholeDays = range.start.ns % kDay == 0 && range.end.ns % kDay == 0;
    if (wholeDays) {
        const Instant last { range.end.ns - 1 };
        return dayText(range.start) + u" – "_s + dayText(last);
    }
    const QString format = u"MMM d hh:mm"_s;
    constexpr std::int64_t kMinute = 60'000'000'000;
    if (range.start.ns / kMinute == range.end.ns / kMinute) {
        return QLocale::c().toString(toDateTime(range.start), format); // a moment, of one profile
    }
    return QLocale::c().toString(toDateTime(range.start), format) + u" – "_s
        + QLocale::c().toString(toDateTime(range.end), format);
}

QString placeText(const Site& site)
{
    if (site.file.empty()) {
        return {};
    }
    const QString file = QFileInfo(toQString(site.file)).fileName();
    return site.line > 0 ? file + u':' + QString::number(site.line) : file;
}

QString siteText(const Site& site)
{
    const QString function = site.function.empty() ? toQString(site.module) : toQString(site.function);
    const QString place = placeText(site);
    // A frame without a function goes by its place, with the whole path.
    const bool isPlaceOnly = function.isEmpty() || site.function == site.file + ':' + std::to_string(site.line);
    return place.isEmpty() ? function : isPlaceOnly ? place : function + u"  "_s + place;
}

QString shortFunction(std::string_view function)
{
    QString whole = toQString(function);
    constexpr qsizetype kLimit = 48;
    if (whole.size() <= kLimit) {
        return whole;
    }
    const qsizetype tail = qMin<qsizetype>(30, whole.size());
    return whole.left(kLimit - tail - 1) + u'…' + whole.right(tail);
}

} // namespace heaptoll::gui
