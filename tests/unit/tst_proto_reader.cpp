// SPDX-License-Identifier: Apache-2.0
#include "core/sdk/support/proto_reader.h"
#include "tests/support/check.h"
#include "tests/support/proto_writer.h"

#include <limits>
#include <vector>

using namespace heaptoll;
using namespace heaptoll::sdk;
using Damage = ProtoReader::Damage;

namespace {

std::span<const std::byte> view(const std::string& text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

Damage damageOf(const std::string& text)
{
    ProtoReader reader(view(text));
    while (reader.next()) { }
    return reader.damage();
}

} // namespace

TEST(everyWireTypeIsRead)
{
    const std::string message = test::number(1, 300) + test::bytes(2, "abc") + std::string("\x1d\x01\x00\x00\x80", 5)
        + std::string("\x21\x02\x00\x00\x00\x00\x00\x00\x80", 9);
    ProtoReader reader(view(message), 1000);
    CHECK(reader.next());
    CHECK_EQ(reader.number(), 300U);
    CHECK_EQ(reader.offset(), 1000U);
    CHECK(reader.next());
    CHECK_EQ(reader.text(), "abc");
    CHECK_EQ(reader.offset(), 1003U);
    CHECK_EQ(reader.bytesOffset(), 1005U);
    CHECK(reader.next());
    CHECK_EQ(reader.field(), 3U);
    CHECK_EQ(reader.number(), 0x80000001U);
    CHECK(reader.next());
    CHECK_EQ(reader.number(), 0x8000000000000002U);
    CHECK(!reader.next());
    CHECK(reader.damage() == Damage::None);
}

TEST(integersKeepAll64Bits)
{
    for (const std::uint64_t value : { std::uint64_t { 0 }, std::uint64_t { 127 }, std::uint64_t { 128 },
             std::uint64_t { 1 } << 63U, std::numeric_limits<std::uint64_t>::max() }) {
        const std::string message = test::number(5, value);
        ProtoReader reader(view(message));
        CHECK(reader.next());
        CHECK_EQ(reader.number(), value);
    }
}

TEST(damageIsNamed)
{
    CHECK(damageOf("") == Damage::None);
    CHECK(damageOf("\x08") == Damage::CutShort);
    CHECK(damageOf("\x12\x05"
                   "abc")
        == Damage::CutShort);
    CHECK(damageOf("\x0d\x01\x02") == Damage::CutShort);
    CHECK(damageOf("\x0b") == Damage::BadTag); // group
    CHECK(damageOf(std::string(2, '\0')) == Damage::BadTag); // field 0
    CHECK(damageOf("\x08" + std::string(11, '\xff')) == Damage::BadVarint);
    CHECK(damageOf("\x08" + std::string(9, '\xff') + "\x02") == Damage::BadVarint); // 65 bits
    CHECK(damageOf("\x12" + std::string(9, '\xff') + "\x01") == Damage::CutShort); // length of 2^64 - 1
}

TEST(repeatedIntegersComePackedOrNot)
{
    const std::string message = test::packed(1, { 1, 1000, 1U << 31U }) + test::number(1, 7);
    std::vector<std::uint64_t> values;
    ProtoReader reader(view(message));
    while (reader.next()) {
        CHECK(forEachInteger(reader, [&](std::uint64_t value) { values.push_back(value); }));
    }
    CHECK(values == (std::vector<std::uint64_t> { 1, 1000, 1U << 31U, 7 }));
    const std::string cut = test::bytes(1, "\x01\x80");
    ProtoReader damaged(view(cut));
    CHECK(damaged.next());
    CHECK(!forEachInteger(damaged, [](std::uint64_t) {}));
}

HEAPTOLL_TEST_MAIN
