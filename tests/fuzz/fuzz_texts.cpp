// SPDX-License-Identifier: Apache-2.0
// Any short text as what people and bills write: an amount, a time, a rule, a pattern. What is understood survives
// being written and read again; what is not names a place inside the text.
#include "core/analysis/gate_rule.h"
#include "core/analysis/service_mapper.h"
#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/sdk/support/number_text.h"
#include "tests/support/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    using test::require;
    const std::string_view text(reinterpret_cast<const char*>(data), size);

    const auto amount = Decimal::parse(text);
    if (amount) {
        const auto again = Decimal::parse(amount->value.toString());
        require(again && again->value == amount->value);
    }
    // The quick path may refuse; what it accepts is what the exact one reads.
    sdk::NarrowNumber narrow;
    if (sdk::parseNarrow(text.data(), text.size(), narrow)) {
        require(amount.has_value());
        Int128 attos = narrow.mantissa;
        for (int scale = narrow.scale; scale < Decimal::kScale; ++scale) {
            attos *= 10;
        }
        require(amount->value == Decimal::fromAttos(attos));
    }
    for (const auto style : { sdk::NumberStyle::Undecided, sdk::NumberStyle::Point, sdk::NumberStyle::Comma }) {
        static_cast<void>(sdk::parseNumber(text, style, sdk::NumberForm::Plain));
        static_cast<void>(sdk::parseNumber(text, style, sdk::NumberForm::Formatted));
    }
    static_cast<void>(sdk::styleOf(text));

    if (const auto instant = parseInstant(text)) {
        require(parseInstant(toIso8601(*instant)) == instant);
    }

    const auto rule = parseGateRule(text);
    if (rule.ok()) {
        require(rule.value().text == text);
    } else {
        require(rule.error().code == ErrorCode::Usage && rule.error().where.offset.value_or(0) <= size);
    }

    const std::string_view pattern = text.substr(0, size / 2);
    std::string star;
    if (matchesGlob(pattern, text.substr(size / 2), &star)) {
        require(text.substr(size / 2).find(star) != std::string_view::npos);
    }
    return 0;
}
