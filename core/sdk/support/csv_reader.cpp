// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/csv_reader.h"

#include "core/sdk/support/csv_scan.h"
#include "core/sdk/support/prefix_source.h"
#include "core/sdk/support/utf8_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace heaptoll::sdk {
namespace {

constexpr std::string_view kUtf8Bom = "\xEF\xBB\xBF";

constexpr std::size_t kBatchBytes = std::size_t { 512 } << 10U;
constexpr std::size_t kPadding = 64;
constexpr std::size_t kMaxRaggedKept = 100;
constexpr std::size_t kMaxHeaderBytes = std::size_t { 1 } << 20U;

char sniffDelimiter(std::string_view text)
{
    static constexpr std::string_view kCandidates = ",;\t|";
    std::array<std::size_t, 4> counts {};
    bool inQuotes = false;
    for (const char c : text) {
        if (c == '"') {
            inQuotes = !inQuotes;
        } else if (!inQuotes && (c == '\n' || c == '\r')) {
            break;
        } else if (const std::size_t at = kCandidates.find(c); !inQuotes && at != std::string_view::npos) {
            ++counts[at];
        }
    }
    return kCandidates[static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin())];
}

} // namespace

std::string unescapeCsv(std::string_view raw)
{
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        text.push_back(raw[i]);
        if (raw[i] == '"' && i + 1 < raw.size() && raw[i + 1] == '"') {
            ++i;
        }
    }
    return text;
}

std::optional<CsvHeader> parseCsvHeader(std::string_view prefix, bool isWhole)
{
    if (!isWhole && prefix.find_first_of(std::string_view("\n\r", 2)) == std::string_view::npos) {
        return std::nullopt;
    }
    PrefixSource source(prefix);
    CsvReader reader(source);
    auto header = reader.readHeader();
    if (!header.ok()) {
        return std::nullopt;
    }
    return std::move(header).value();
}

/// State of one pass over the pending text.
struct CsvReader::Scan {
    std::size_t fieldBegin = 0;
    std::size_t recordBegin = 0;
    std::size_t closingQuote = 0;
    std::size_t column = 0;
    std::size_t rowStart = 0; ///< index of the record's first field
    std::uint32_t flags = 0;
    std::uint32_t line = 0;
    std::uint32_t recordLine = 0;
    bool inQuotes = false;
    bool skipNext = false;

    void endField(CsvBatch& batch, std::size_t end)
    {
        CsvField field { static_cast<std::uint32_t>(fieldBegin), static_cast<std::uint32_t>(end - fieldBegin) };
        if (flags != 0) {
            if (closingQuote + 1 == end && (flags & CsvField::kMalformed) == 0) {
                field = { static_cast<std::uint32_t>(fieldBegin + 1),
                    static_cast<std::uint32_t>(closingQuote - fieldBegin - 1) | flags };
            } else {
                field.sizeAndFlags |= CsvField::kQuoted | CsvField::kMalformed;
                ++batch.malformedFields;
            }
            flags = 0;
        }
        batch.fields.push_back(field);
        ++column;
        fieldBegin = end + 1;
    }
    /// Keeps the record when it has the right number of fields; width 0 keeps any.
    void endRecord(CsvBatch& batch, std::size_t width)
    {
        const bool isBlank = column == 1 && batch.fields.back().sizeAndFlags == 0;
        if (column > width && width > 0 && !isBlank) {
            const auto extra = batch.fields.begin() + static_cast<std::ptrdiff_t>(rowStart + width);
            if (std::all_of(extra, batch.fields.end(), [](const CsvField& f) { return f.sizeAndFlags == 0; })) {
                batch.fields.resize(rowStart + width);
                ++batch.trimmedRows;
                column = width;
            }
        }
        if (!isBlank && (column == width || width == 0)) {
            batch.lines.push_back(recordLine);
            ++batch.rows;
        } else {
            batch.fields.resize(rowStart);
            if (!isBlank) {
                ++batch.raggedCount;
                if (batch.ragged.size() < kMaxRaggedKept) {
                    batch.ragged.push_back({ batch.firstLine + recordLine, column });
                }
            }
        }
        ++line;
        column = 0;
        rowStart = batch.fields.size();
        recordBegin = fieldBegin;
        recordLine = line;
    }
};

CsvReader::CsvReader(ByteSource& source, std::size_t maxRecordBytes)
    : m_source(source)
    , m_maxRecordBytes(std::min(maxRecordBytes, std::size_t { CsvField::kSizeMask } / 2))
{ }

Error CsvReader::tooLong() const
{
    return { ErrorCode::LimitExceeded,
        "a record is longer than " + std::to_string(m_maxRecordBytes) + " bytes: an unclosed quote, or not a CSV file",
        { m_source.displayName(), m_source.offset(), m_line, {} }, "check the quotes of this line" };
}

void CsvReader::append(std::string_view bytes)
{
    if (m_encoding == Encoding::Unknown) {
        m_undecoded.append(bytes);
        if (m_undecoded.size() < 3 && !bytes.empty()) {
            return;
        }
        const std::string start = std::move(m_undecoded);
        m_undecoded.clear();
        const bool isLe = start.starts_with("\xFF\xFE");
        const bool isBe = start.starts_with("\xFE\xFF");
        m_encoding = isLe ? Encoding::Utf16Le : isBe ? Encoding::Utf16Be : Encoding::Utf8;
        const std::size_t bom = isLe || isBe ? 2 : start.starts_with(kUtf8Bom) ? kUtf8Bom.size() : 0;
        append(std::string_view(start).substr(bom));
        return;
    }
    if (m_encoding == Encoding::Utf8) {
        m_pending.insert(m_pending.end(), bytes.begin(), bytes.end());
        return;
    }
    appendUtf16(bytes);
}

void CsvReader::appendUtf16(std::string_view bytes)
{
    m_undecoded.append(bytes);
    const std::size_t lowAt = m_encoding == Encoding::Utf16Le ? 0 : 1;
    std::string utf8;
    std::size_t i = 0;
    for (; i + 1 < m_undecoded.size(); i += 2) {
        const auto low = static_cast<unsigned char>(m_undecoded[i + lowAt]);
        const auto high = static_cast<unsigned char>(m_undecoded[i + 1 - lowAt]);
        const std::uint32_t unit = low | (std::uint32_t { high } << 8U);
        if (m_highSurrogate != 0 && unit >= 0xDC00 && unit < 0xE000) {
            appendUtf8(utf8, 0x10000 + ((m_highSurrogate - 0xD800) << 10U) + (unit - 0xDC00));
            m_highSurrogate = 0;
            continue;
        }
        if (m_highSurrogate != 0) {
            appendUtf8(utf8, 0xFFFD);
            m_highSurrogate = 0;
        }
        if (unit >= 0xD800 && unit < 0xDC00) {
            m_highSurrogate = unit;
        } else {
            appendUtf8(utf8, unit >= 0xDC00 && unit < 0xE000 ? 0xFFFD : unit);
        }
    }
    m_undecoded.erase(0, i);
    m_pending.insert(m_pending.end(), utf8.begin(), utf8.end());
}

/// A last record without a line end gets one, so that the scan has one kind of record only.
void CsvReader::finishText()
{
    if (m_encoding == Encoding::Unknown) {
        append({});
    }
    if (!m_pending.empty() && m_pending.back() != '\n' && m_pending.back() != '\r' && !m_error) {
        m_pending.push_back('\n');
        m_endedWithoutBreak = true;
    }
}

Result<void> CsvReader::fill(std::size_t target)
{
    while (m_pending.size() < target) {
        if (!m_block.empty()) {
            const std::size_t part = std::min(m_block.size(), target - m_pending.size());
            append(m_block.substr(0, part));
            m_block.remove_prefix(part);
            continue;
        }
        if (m_atEnd) {
            return {};
        }
        auto block = m_source.nextBlock();
        if (!block.ok()) {
            m_error = std::move(block).error();
            m_atEnd = true;
        } else {
            m_block = { reinterpret_cast<const char*>(block.value().data()), block.value().size() };
            m_atEnd = m_block.empty();
        }
        if (m_atEnd) {
            finishText();
        }
    }
    return {};
}

// The loop that every byte of a table goes through: in one piece, so that its state stays in registers.
// NOLINTNEXTLINE(readability-function-cognitive-complexity)
void CsvReader::scan(CsvBatch& batch, std::size_t size, bool oneRecord)
{
    Scan state;
    const char* const text = batch.text.data();
    const char delimiter = m_delimiter;
    const std::size_t width = oneRecord ? 0 : m_width;
    for (std::size_t base = 0; base < size; base += 64) {
        std::uint64_t mask = structuralMask(text + base, delimiter);
        if (size - base < 64) {
            mask &= (std::uint64_t { 1 } << (size - base)) - 1;
        }
        while (mask != 0) {
            const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(mask));
            mask &= mask - 1;
            if (state.skipNext) {
                state.skipNext = false;
                continue;
            }
            const char c = text[at];
            if (c == '"') {
                if (state.inQuotes && text[at + 1] == '"') {
                    state.flags |= CsvField::kEscaped;
                    state.skipNext = true;
                } else if (state.inQuotes) {
                    state.inQuotes = false;
                    state.closingQuote = at;
                } else if (at == state.fieldBegin) {
                    state.inQuotes = true;
                    state.flags = CsvField::kQuoted;
                } else if (state.flags != 0) {
                    state.flags |= CsvField::kMalformed;
                }
                continue;
            }
            const bool isReturn = c == '\r';
            if (state.inQuotes) {
                const bool isLine = c == '\n' || (isReturn && text[at + 1] != '\n');
                state.line += isLine ? 1U : 0U;
                continue;
            }
            if (c == delimiter) {
                state.endField(batch, at);
                continue;
            }
            if (isReturn && at + 1 == size && !m_atEnd) {
                break; // its LF may follow
            }
            state.endField(batch, at);
            if (isReturn && at + 1 < size && text[at + 1] == '\n') {
                state.skipNext = true;
                ++state.fieldBegin;
            }
            state.endRecord(batch, width);
            if (oneRecord && batch.rows > 0) {
                base = size;
                break;
            }
        }
    }
    batch.fields.resize(state.rowStart);
    m_consumed = state.recordBegin;
    m_line += state.recordLine;
    m_endedInQuotes = m_atEnd && state.inQuotes;
}

Result<CsvHeader> CsvReader::readHeader()
{
    CsvBatch batch;
    std::size_t target = kBatchBytes / 8;
    while (true) {
        HEAPTOLL_TRY(fill(target));
        m_delimiter = sniffDelimiter({ m_pending.data(), std::min(m_pending.size(), kMaxHeaderBytes) });
        batch = {};
        batch.text = m_pending;
        const std::size_t size = batch.text.size();
        batch.text.resize(size + kPadding);
        scan(batch, size, true);
        if (batch.rows > 0) {
            break;
        }
        if (m_atEnd) {
            if (m_error) {
                return *m_error;
            }
            return Error { ErrorCode::NotRecognized, "there is no header line", { m_source.displayName(), {}, 1, {} } };
        }
        if (m_pending.size() > kMaxHeaderBytes) {
            return Error { ErrorCode::LimitExceeded, "the first line is longer than 1 MiB: not a CSV file",
                { m_source.displayName(), {}, 1, {} } };
        }
        m_line = 1;
        target = m_pending.size() * 2;
    }
    CsvHeader header { m_delimiter, {} };
    for (const CsvField& field : batch.fields) {
        std::string name(batch.raw(field));
        m_header.push_back(name);
        header.names.push_back(field.isEscaped() ? unescapeCsv(name) : std::move(name));
    }
    m_width = header.names.size();
    m_pending.erase(m_pending.begin(), m_pending.begin() + static_cast<std::ptrdiff_t>(m_consumed));
    return header;
}

Result<bool> CsvReader::next(CsvBatch& batch)
{
    std::size_t target = std::max(kBatchBytes, m_pending.size());
    while (true) {
        HEAPTOLL_TRY(fill(target));
        if (m_pending.empty()) {
            break;
        }
        batch.fields.clear();
        batch.lines.clear();
        batch.ragged.clear();
        batch.raggedCount = batch.trimmedRows = batch.malformedFields = 0;
        batch.rows = 0;
        batch.width = m_width;
        batch.firstLine = m_line;
        batch.text.swap(m_pending);
        const std::size_t size = batch.text.size();
        batch.text.resize(size + kPadding);
        scan(batch, size, false);
        m_pending.assign(batch.text.begin() + static_cast<std::ptrdiff_t>(m_consumed),
            batch.text.begin() + static_cast<std::ptrdiff_t>(size));
        if (m_atEnd) {
            m_pending.clear();
            return true;
        }
        if (m_consumed > 0) {
            return true;
        }
        if (size > m_maxRecordBytes) {
            m_pending.clear();
            return tooLong();
        }
        target = size * 2; // one long record: read on in growing steps, so that scanning again stays linear
    }
    if (m_error) {
        return *m_error;
    }
    return false;
}

std::uint64_t CsvReader::takeRepeatedHeaders(CsvBatch& batch) const
{
    const auto repeats = [&](std::size_t row) {
        for (std::size_t c = 0; c < m_width; ++c) {
            std::string_view field = batch.raw(batch.at(row, c));
            if (c == 0 && field.starts_with(kUtf8Bom)) { // each part may have its own
                field.remove_prefix(kUtf8Bom.size());
            }
            if (field != m_header[c]) {
                return false;
            }
        }
        return true;
    };
    std::uint64_t taken = 0;
    for (std::size_t row = batch.rows; row-- > 0;) {
        if (repeats(row)) {
            const auto first = batch.fields.begin() + static_cast<std::ptrdiff_t>(row * m_width);
            batch.fields.erase(first, first + static_cast<std::ptrdiff_t>(m_width));
            batch.lines.erase(batch.lines.begin() + static_cast<std::ptrdiff_t>(row));
            --batch.rows;
            ++taken;
        }
    }
    return taken;
}

} // namespace heaptoll::sdk
