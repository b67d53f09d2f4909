// SPDX-License-Identifier: Apache-2.0
#include "core/export/csv.h"

#include "core/export/json_writer.h"

#include <cmath>

namespace heaptoll {

CsvWriter::CsvWriter(std::initializer_list<std::string_view> header)
{
    for (const std::string_view name : header) {
        cell(name);
    }
    endRow();
}

CsvWriter& CsvWriter::cell(std::string_view text)
{
    if (!m_rowIsEmpty) {
        m_text += ',';
    }
    m_rowIsEmpty = false;
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
        m_text += text;
        return *this;
    }
    m_text += '"';
    for (const char c : text) {
        m_text += c;
        if (c == '"') {
            m_text += '"';
        }
    }
    m_text += '"';
    return *this;
}

CsvWriter& CsvWriter::cell(double value)
{
    if (!std::isfinite(value)) {
        return cell(std::string_view {});
    }
    return cell(std::string_view(plainNumber(value)));
}

CsvWriter& CsvWriter::endRow()
{
    m_text += "\r\n";
    m_rowIsEmpty = true;
    return *this;
}

} // namespace heaptoll
