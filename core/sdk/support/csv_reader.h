// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/sdk/byte_source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll::sdk {

/// Where a field lies in the text of its batch. Quotes around it are cut off; doubled quotes inside are not yet undone.
struct CsvField {
    static constexpr std::uint32_t kSizeMask = (std::uint32_t { 1 } << 28U) - 1;
    static constexpr std::uint32_t kQuoted = std::uint32_t { 1 } << 28U;
    static constexpr std::uint32_t kEscaped = std::uint32_t { 1 } << 29U; ///< holds doubled quotes
    static constexpr std::uint32_t kMalformed = std::uint32_t { 1 } << 30U; ///< text after the closing quote: kept raw

    std::uint32_t begin = 0;
    std::uint32_t sizeAndFlags = 0;
    [[nodiscard]] std::uint32_t size() const { return sizeAndFlags & kSizeMask; }
    [[nodiscard]] bool isQuoted() const { return (sizeAndFlags & kQuoted) != 0; }
    [[nodiscard]] bool isEscaped() const { return (sizeAndFlags & kEscaped) != 0; }
};

/// A record with another number of fields than the header: it is left out.
struct CsvRagged {
    std::uint64_t line = 0;
    std::size_t fields = 0;
};

/// Some hundred KiB of whole records. Shape: fields is rows x width, row-major; lines has one entry per row.
struct CsvBatch {
    std::vector<char> text;
    std::vector<CsvField> fields;
    std::vector<std::uint32_t> lines; ///< of the record's first character, relative to firstLine
    std::uint64_t firstLine = 1;
    std::size_t rows = 0;
    std::size_t width = 0;
    std::vector<CsvRagged> ragged; ///< the first 100 of the batch
    std::uint64_t raggedCount = 0;
    std::uint64_t trimmedRows = 0; ///< rows with empty fields beyond the last column, which were cut off
    std::uint64_t malformedFields = 0;

    /// As it stands in the file, without the outer quotes.
    [[nodiscard]] std::string_view raw(const CsvField& field) const
    {
        return { text.data() + field.begin, field.size() };
    }
    [[nodiscard]] const CsvField& at(std::size_t row, std::size_t column) const { return fields[row * width + column]; }
    [[nodiscard]] std::uint64_t line(std::size_t row) const { return firstLine + lines[row]; }
};

/// Undoes doubled quotes.
[[nodiscard]] std::string unescapeCsv(std::string_view raw);

/// The header of a CSV text: its delimiter (, ; tab |, whichever is most frequent outside quotes) and its fields.
struct CsvHeader {
    char delimiter = ',';
    std::vector<std::string> names;
};
/// Reads the header from the start of a text (BOM and UTF-16 are understood). Errors: nullopt when there is no complete
/// first record.
[[nodiscard]] std::optional<CsvHeader> parseCsvHeader(std::string_view prefix, bool isWhole);

/// Streams RFC 4180 text and its relatives: LF, CRLF or CR; quoted line ends; quotes inside unquoted fields are text; a
/// UTF-8 BOM is dropped, UTF-16 with a BOM is transcoded. Scans 64 bytes at a time for structural characters.
class CsvReader {
public:
    static constexpr std::size_t kMaxRecordBytes = std::size_t { 64 } << 20U;

    explicit CsvReader(ByteSource& source, std::size_t maxRecordBytes = kMaxRecordBytes);
    /// Must come first. Errors: NotRecognized for empty input, LimitExceeded, what the source returned.
    [[nodiscard]] Result<CsvHeader> readHeader();
    /// The next records; false at the end. The batch may be reused. Errors: LimitExceeded (a record above the limit), what
    /// the source returned: records before it have been delivered.
    [[nodiscard]] Result<bool> next(CsvBatch& batch);
    /// Takes records that repeat the header out of a batch (parts that were put together each have one); returns how
    /// many. For tables that have a header only.
    [[nodiscard]] std::uint64_t takeRepeatedHeaders(CsvBatch& batch) const;
    /// The text ended inside quotes: the last record was left out.
    [[nodiscard]] bool endedInQuotes() const { return m_endedInQuotes; }
    /// The text ended without a line break: if it was cut, the last field is short, and nothing shows it.
    [[nodiscard]] bool endedWithoutBreak() const { return m_endedWithoutBreak; }
    [[nodiscard]] std::uint64_t line() const { return m_line; } ///< of the next record

private:
    enum class Encoding : std::uint8_t { Unknown, Utf8, Utf16Le, Utf16Be };
    struct Scan;

    Result<void> fill(std::size_t target);
    void append(std::string_view bytes);
    void appendUtf16(std::string_view bytes);
    void scan(CsvBatch& batch, std::size_t size, bool oneRecord);
    void finishText();
    [[nodiscard]] Error tooLong() const;

    ByteSource& m_source;
    std::size_t m_maxRecordBytes;
    std::string_view m_block; ///< of the source's last block, what is not yet in m_pending
    std::vector<char> m_pending; ///< text that is read and not yet delivered
    std::string m_undecoded; ///< start of the input until its encoding is known; odd bytes of UTF-16
    std::uint32_t m_highSurrogate = 0;
    std::optional<Error> m_error;
    Encoding m_encoding = Encoding::Unknown;
    char m_delimiter = ',';
    std::vector<std::string> m_header; ///< fields of the first record, quotes not undone
    std::size_t m_width = 0;
    std::size_t m_consumed = 0; ///< by the last scan
    std::uint64_t m_line = 1;
    bool m_atEnd = false;
    bool m_endedInQuotes = false;
    bool m_endedWithoutBreak = false;
};

} // namespace heaptoll::sdk
