// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/bill_cells.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

namespace heaptoll::sdk {
namespace {

constexpr std::uint32_t kTextFlags = CsvField::kEscaped | CsvField::kMalformed;
constexpr Instant kNoTime { std::numeric_limits<std::int64_t>::min() };
constexpr std::size_t kMaxTimes = std::size_t { 1 } << 20U;

constexpr std::array<std::int64_t, 19> kPowers = [] {
    std::array<std::int64_t, 19> powers {};
    powers[0] = 1;
    for (std::size_t i = 1; i < powers.size(); ++i) {
        powers[i] = powers[i - 1] * 10;
    }
    return powers;
}();

std::int64_t power(int exponent)
{
    return kPowers[static_cast<std::size_t>(exponent)];
}

bool isNullLiteral(const char* text, std::size_t size)
{
    return size == 4 && std::memcmp(text, "NULL", 4) == 0;
}

bool isMoney(CostRole role)
{
    switch (role) {
    case CostRole::Billed:
    case CostRole::Effective:
    case CostRole::List:
    case CostRole::Contracted:
    case CostRole::Net: return true;
    default: return false;
    }
}

} // namespace

std::string cellText(const FreshCell& cell)
{
    const bool isEscaped = (cell.flags & CsvField::kEscaped) != 0 && (cell.flags & CsvField::kMalformed) == 0;
    return isEscaped ? unescapeCsv(cell.raw) : std::string(cell.raw);
}

Decimal CellColumn::decimal(std::size_t row) const
{
    return isWide ? wide[row] : Decimal::fromAttos(Int128 { narrow[row] } * power(Decimal::kScale - scale));
}

void CellConverter::convert(const CsvBatch& batch, NumberSpelling spelling, CellColumn& out)
{
    out.fresh.clear();
    out.bad.clear();
    out.marked.clear();
    out.nullLiterals = 0;
    out.rounded = 0;
    switch (m_column.kind) {
    case CostColumnKind::Text:
    case CostColumnKind::Tags: convertText(batch, out); break;
    case CostColumnKind::Time: convertTimes(batch, out); break;
    case CostColumnKind::Decimal: convertDecimals(batch, spelling, out); break;
    }
}

std::uint32_t CellConverter::codeOf(std::string_view raw, std::uint32_t flags, CellColumn& out)
{
    if (out.isLocal) {
        out.fresh.push_back({ raw, flags });
        return CellColumn::kLocal | static_cast<std::uint32_t>(out.fresh.size() - 1);
    }
    const CellCache::Found found = m_cache.code(raw, flags);
    if (!found.stored.empty()) {
        out.fresh.push_back({ found.stored, flags });
    }
    return found.code;
}

void CellConverter::convertText(const CsvBatch& batch, CellColumn& out)
{
    out.codes.resize(batch.rows);
    out.isLocal = m_cache.hasGivenUp();
    const char* const text = batch.text.data();
    const CsvField* field = batch.fields.data() + m_column.source;
    std::uint32_t* const codes = out.codes.data();
    std::string_view last;
    std::uint32_t lastFlags = 0;
    std::uint32_t lastCode = 0;
    for (std::size_t row = 0; row < batch.rows; ++row, field += batch.width) {
        const std::size_t size = field->size();
        if (size == 0) {
            codes[row] = 0;
            continue;
        }
        const char* const begin = text + field->begin;
        const std::uint32_t flags = field->sizeAndFlags & kTextFlags;
        if (size == last.size() && flags == lastFlags && std::memcmp(begin, last.data(), size) == 0) {
            codes[row] = lastCode;
            continue;
        }
        last = { begin, size };
        lastFlags = flags;
        if (isNullLiteral(begin, size) && !field->isQuoted()) {
            lastCode = 0;
            ++out.nullLiterals;
        } else {
            lastCode = codeOf(last, flags, out);
        }
        codes[row] = lastCode;
    }
    m_cache.noteCells(batch.rows);
}

void CellConverter::convertTimes(const CsvBatch& batch, CellColumn& out)
{
    out.times.resize(batch.rows);
    out.isLocal = false;
    if (m_times.size() > kMaxTimes) {
        m_cache = CellCache();
        m_times.clear();
    }
    std::string_view last;
    Instant lastTime = kNoTime;
    for (std::size_t row = 0; row < batch.rows; ++row) {
        const std::string_view raw = batch.raw(batch.at(row, m_column.source));
        if (raw.empty() || raw != last) {
            last = raw;
            lastTime = kNoTime;
            if (!raw.empty()) {
                const CellCache::Found found = m_cache.code(raw, 0);
                if (!found.stored.empty()) {
                    m_times.push_back(parseInstant(raw).value_or(kNoTime));
                }
                lastTime = m_times[found.code - 1];
            }
        }
        if (lastTime == kNoTime) {
            out.bad.push_back({ static_cast<std::uint32_t>(row), raw.empty() });
            out.times[row] = {};
        } else {
            out.times[row] = lastTime;
        }
    }
}

void CellConverter::convertDecimals(const CsvBatch& batch, NumberSpelling spelling, CellColumn& out)
{
    out.narrow.assign(batch.rows, 0);
    out.isNull.assign(batch.rows, 0);
    out.wide.clear();
    out.isWide = false;
    m_scales.assign(batch.rows, 0);
    const char* const text = batch.text.data();
    const CsvField* field = batch.fields.data() + m_column.source;
    const bool isPoint = spelling.style != NumberStyle::Comma;
    for (std::size_t row = 0; row < batch.rows; ++row, field += batch.width) {
        const std::size_t size = field->size();
        if (size == 0) {
            out.isNull[row] = 1;
            if (m_column.isRequired) {
                out.bad.push_back({ static_cast<std::uint32_t>(row), true });
            }
            continue;
        }
        NarrowNumber number;
        if (isPoint && parseNarrow(text + field->begin, size, number)) {
            out.narrow[row] = number.mantissa;
            m_scales[row] = static_cast<std::uint8_t>(number.scale);
            continue;
        }
        convertOddDecimal(batch, row, spelling, out);
    }
    unifyScale(out);
}

void CellConverter::convertOddDecimal(const CsvBatch& batch, std::size_t row, NumberSpelling spelling, CellColumn& out)
{
    const std::string_view raw = batch.raw(batch.at(row, m_column.source));
    const auto parsed = parseNumber(raw, spelling.style, spelling.form);
    if (!parsed) {
        out.isNull[row] = 1;
        const bool isNull = isNullLiteral(raw.data(), raw.size());
        out.nullLiterals += isNull ? 1U : 0U;
        if (!isNull || m_column.isRequired) {
            out.bad.push_back({ static_cast<std::uint32_t>(row), isNull });
        }
        return;
    }
    if (!parsed->mark.empty()) {
        out.marked.push_back({ static_cast<std::uint32_t>(row), parsed->mark });
    }
    out.rounded += parsed->rounded ? 1U : 0U;
    const Int128 attos = parsed->value.attos();
    int scale = Decimal::kScale;
    Int128 units = attos;
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    if (units <= std::numeric_limits<std::int64_t>::max() && units >= -std::numeric_limits<std::int64_t>::max()) {
        out.narrow[row] = static_cast<std::int64_t>(units);
        m_scales[row] = static_cast<std::uint8_t>(scale);
        return;
    }
    if (!out.isWide) {
        out.isWide = true;
        out.wide.assign(batch.rows, {});
    }
    out.wide[row] = parsed->value;
}

/// Brings all numbers of the batch to the largest scale; where one does not fit, all become wide.
void CellConverter::unifyScale(CellColumn& out)
{
    const std::size_t rows = out.narrow.size();
    out.scale = rows == 0 ? 0 : *std::max_element(m_scales.begin(), m_scales.end());
    if (!out.isWide) {
        for (std::size_t row = 0; row < rows; ++row) {
            const std::int64_t factor = power(out.scale - m_scales[row]);
            std::int64_t value = 0;
            if (__builtin_mul_overflow(out.narrow[row], factor, &value)) {
                out.isWide = true;
                out.wide.assign(rows, {});
                break;
            }
            m_scales[row] = static_cast<std::uint8_t>(out.scale);
            out.narrow[row] = value;
        }
    }
    if (!out.isWide) {
        return;
    }
    for (std::size_t row = 0; row < rows; ++row) {
        if (out.narrow[row] != 0) {
            out.wide[row] = Decimal::fromAttos(Int128 { out.narrow[row] } * power(Decimal::kScale - m_scales[row]));
        }
    }
}

NumberSpelling sniffSpelling(NumberSpelling known, const CsvBatch& batch, const std::vector<BillColumn>& columns)
{
    bool hasPoint = false;
    bool hasComma = false;
    bool isPlain = false;
    bool isFormatted = false;
    for (const BillColumn& column : columns) {
        if (column.kind != CostColumnKind::Decimal) {
            continue;
        }
        for (std::size_t row = 0; row < batch.rows; ++row) {
            const std::string_view raw = batch.raw(batch.at(row, column.source));
            const NumberStyle style = styleOf(raw);
            hasPoint = hasPoint || style == NumberStyle::Point;
            hasComma = hasComma || style == NumberStyle::Comma;
            const NumberForm form = isMoney(column.role) ? formOf(raw) : NumberForm::Undecided;
            isPlain = isPlain || form == NumberForm::Plain;
            isFormatted = isFormatted || form == NumberForm::Formatted;
        }
    }
    if (known.form == NumberForm::Undecided && (isPlain || isFormatted || (hasPoint && hasComma))) {
        known.form = isPlain || (hasPoint && hasComma) ? NumberForm::Plain : NumberForm::Formatted;
    }
    if (known.style == NumberStyle::Undecided && (hasPoint || hasComma)) {
        known.style = hasPoint ? NumberStyle::Point : NumberStyle::Comma;
    }
    return known;
}

} // namespace heaptoll::sdk
