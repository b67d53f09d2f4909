// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

namespace heaptoll::gui {

/// The source language's own plural forms: tr("%n finding(s)", nullptr, n) becomes "1 finding" or "2 findings" without a
/// translation file. A translation of another language is installed after it and wins.
class EnglishPlurals final : public QTranslator {
    Q_OBJECT
public:
    using QTranslator::QTranslator;
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(
        const char* context, const char* sourceText, const char* disambiguation, int n) const override;
};

} // namespace heaptoll::gui
