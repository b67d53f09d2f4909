// SPDX-License-Identifier: Apache-2.0
// Plain values of every protocol are read; everything that could run code is refused, by its name.
#include "core/sdk/support/pickle_reader.h"
#include "tests/support/check.h"
#include "tests/support/memory_source.h"
#include "tests/support/pickle_writer.h"

#include <array>
#include <memory>

using namespace heaptoll;
using namespace heaptoll::test;
using namespace heaptoll::sdk;
namespace p = heaptoll::test::pickle;

namespace {

constexpr std::array<PickleClass, 1> kAllowed { { { "app", "Thing" } } };

/// A reader with its source, after read().
struct Run {
    MemorySource source;
    TaskContext task;
    PickleReader pickle;
    Result<PickleRef> root;

    explicit Run(std::string bytes, MemorySourceOptions options = {})
        : source(std::move(bytes), std::move(options))
        , pickle(source, kAllowed, task)
        , root(pickle.read())
    { }
};

std::string fromHex(std::string_view hex)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string out;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        out += static_cast<char>(digit(hex[i]) * 16 + digit(hex[i + 1]));
    }
    return out;
}

std::string show(const PickleReader& pickle, PickleRef ref);

std::string showItems(const PickleReader& pickle, PickleRef ref, const char* open, const char* close)
{
    std::string out = open;
    for (const PickleRef item : pickle.items(ref)) {
        out += show(pickle, item) + ",";
    }
    return out + close;
}

/// A value in words; the test's own pickles are flat, so it may recurse.
std::string show(const PickleReader& pickle, PickleRef ref)
{
    switch (PickleReader::kind(ref)) {
    case PickleKind::None: return "None";
    case PickleKind::Boolean: return pickle.integer(ref) == 1 ? "True" : "False";
    case PickleKind::Integer: return std::to_string(*pickle.integer(ref));
    case PickleKind::HugeInteger: return "huge";
    case PickleKind::Float: return std::to_string(*pickle.number(ref));
    case PickleKind::Text: return "'" + std::string(*pickle.text(ref)) + "'";
    case PickleKind::Bytes: return "bytes";
    case PickleKind::Tuple: return showItems(pickle, ref, "(", ")");
    case PickleKind::List: return showItems(pickle, ref, "[", "]");
    case PickleKind::Dict: return showItems(pickle, ref, "{", "}");
    case PickleKind::Set: return showItems(pickle, ref, "<", ">");
    case PickleKind::Class: return "class";
    case PickleKind::Object: return "object" + (pickle.state(ref) ? show(pickle, *pickle.state(ref)) : "");
    }
    return "?";
}

void checkRefused(const std::string& bytes, std::string_view word)
{
    const Run run(bytes);
    if (run.root.ok()) {
        fail(__FILE__, __LINE__, "accepted although it has " + std::string(word));
        return;
    }
    const Error& error = run.root.error();
    const bool isRefused = error.code == ErrorCode::Malformed || error.code == ErrorCode::NotRecognized;
    if (!isRefused || !error.where.offset || error.message.find(word) == std::string::npos) {
        fail(__FILE__, __LINE__, std::string(word) + " is not in: " + format(error));
    }
}

ErrorCode codeOf(const std::string& bytes)
{
    const Run run(bytes);
    return run.root.ok() ? ErrorCode::Internal : run.root.error().code;
}

/// {'a': [1, -1, 255, 256, 65535, 65536, 2**31-1, -2**31, 2**31, 2**40, -2**63, 2**63-1, 2**80, 0],
///  't': ('x', ('y',), (1, 2), (1, 2, 3), (1, 2, 3, 4), ()), 'f': 1.5, 'n': None, 'b': True, 'c': False,
///  'u': 'grö€𝄞\\ \n', 's': {7} (protocols 4 and 5 only), 'again': the value of 't'}, by pickle.dumps of CPython 3.11.
const std::array<const char*, 6> kWritten {
    "286470300a56610a70310a286c70320a49310a61492d310a61493235350a61493235360a614936353533350a614936353533360a6149323134"
    "37"
    "3438333634370a61492d323134373438333634380a614c323134373438333634384c0a614c313039393531313632373737364c0a614c2d3932"
    "32"
    "333337323033363835343737353830384c0a614c393232333337323033363835343737353830374c0a614c3132303839323538313936313436"
    "32"
    "393137343730363137364c0a6149300a617356740a70330a2856780a70340a2856790a70350a7470360a2849310a49320a7470370a2849310a"
    "49"
    "320a49330a7470380a2849310a49320a49330a49340a7470390a2874747031300a7356660a7031310a46312e350a73566e0a7031320a4e7356"
    "62"
    "0a7031330a4930310a7356630a7031340a4930300a7356750a7031350a566772f65c75323061635c5530303031643131655c7530303563205c"
    "75"
    "303030610a7031360a7356616761696e0a7031370a6731300a732e",
    "7d71002858010000006171015d7102284b014affffffff4bff4d00014dffff4a000001004affffff7f4a000000804c32313437343833363438"
    "4c"
    "0a4c313039393531313632373737364c0a4c2d393232333337323033363835343737353830384c0a4c39323233333732303336383534373735"
    "38"
    "30374c0a4c313230383932353831393631343632393137343730363137364c0a4b006558010000007471032858010000007871042858010000"
    "00"
    "797105747106284b014b02747107284b014b024b03747108284b014b024b034b047471092974710a580100000066710b473ff8000000000000"
    "58"
    "010000006e710c4e580100000062710d4930310a580100000063710e4930300a580100000075710f580e0000006772c3b6e282acf09d849e5c"
    "20"
    "0a71105805000000616761696e7111680a752e",
    "80027d71002858010000006171015d7102284b014affffffff4bff4d00014dffff4a000001004affffff7f4a000000808a0500000080008a06"
    "00"
    "00000000018a0800000000000000808a08ffffffffffffff7f8a0b00000000000000000000014b006558010000007471032858010000007871"
    "04"
    "58010000007971058571064b014b028671074b014b024b03877108284b014b024b034b047471092974710a580100000066710b473ff8000000"
    "00"
    "000058010000006e710c4e580100000062710d88580100000063710e89580100000075710f580e0000006772c3b6e282acf09d849e5c200a71"
    "10"
    "5805000000616761696e7111680a752e",
    "80037d71002858010000006171015d7102284b014affffffff4bff4d00014dffff4a000001004affffff7f4a000000808a0500000080008a06"
    "00"
    "00000000018a0800000000000000808a08ffffffffffffff7f8a0b00000000000000000000014b006558010000007471032858010000007871"
    "04"
    "58010000007971058571064b014b028671074b014b024b03877108284b014b024b034b047471092974710a580100000066710b473ff8000000"
    "00"
    "000058010000006e710c4e580100000062710d88580100000063710e89580100000075710f580e0000006772c3b6e282acf09d849e5c200a71"
    "10"
    "5805000000616761696e7111680a752e",
    "800495cd000000000000007d94288c0161945d94284b014affffffff4bff4d00014dffff4a000001004affffff7f4a000000808a0500000080"
    "00"
    "8a060000000000018a0800000000000000808a08ffffffffffffff7f8a0b00000000000000000000014b00658c017494288c0178948c017994"
    "85"
    "944b014b0286944b014b024b038794284b014b024b034b0474942974948c016694473ff80000000000008c016e944e8c016294888c01639489"
    "8c"
    "0175948c0e6772c3b6e282acf09d849e5c200a948c0173948f94284b07908c05616761696e94680a752e",
    "800595cd000000000000007d94288c0161945d94284b014affffffff4bff4d00014dffff4a000001004affffff7f4a000000808a0500000080"
    "00"
    "8a060000000000018a0800000000000000808a08ffffffffffffff7f8a0b00000000000000000000014b00658c017494288c0178948c017994"
    "85"
    "944b014b0286944b014b024b038794284b014b024b034b0474942974948c016694473ff80000000000008c016e944e8c016294888c01639489"
    "8c"
    "0175948c0e6772c3b6e282acf09d849e5c200a948c0173948f94284b07908c05616761696e94680a752e",
};

} // namespace

TEST(everyProtocol_givesTheSameValues)
{
    const std::string head = "{'a',[1,-1,255,256,65535,65536,2147483647,-2147483648,2147483648,1099511627776,"
                             "-9223372036854775808,9223372036854775807,huge,0,],'t',('x',('y',),(1,2,),(1,2,3,),"
                             "(1,2,3,4,),(),),'f',1.500000,'n',None,'b',True,'c',False,'u','grö€𝄞\\ \n',";
    const std::string tail = "'again',('x',('y',),(1,2,),(1,2,3,),(1,2,3,4,),(),),}";
    for (std::size_t protocol = 0; protocol < kWritten.size(); ++protocol) {
        const std::string bytes = fromHex(kWritten[protocol]);
        for (const std::size_t block : { std::size_t { 1 }, std::size_t { 7 }, std::size_t { 1'000'000 } }) {
            MemorySourceOptions options;
            options.blockBytes = block;
            Run run(bytes, options);
            CHECK(run.root.ok());
            if (run.root.ok()) {
                CHECK_EQ(show(run.pickle, run.root.value()), head + (protocol >= 4 ? "'s',<7,>," : "") + tail);
                CHECK_EQ(run.pickle.protocol(), protocol < 2 ? 0 : static_cast<int>(protocol));
                const auto more = run.pickle.hasMore();
                CHECK(more.ok() && !more.value());
                const PickleRef root = run.root.value();
                CHECK(run.pickle.find(root, "t") == run.pickle.find(root, "again")); // one value, not a copy
                CHECK(!run.pickle.find(root, "absent"));
            }
        }
    }
}

TEST(everyCut_isTruncatedAndKeepsWhatWasMade)
{
    for (const char* const written : kWritten) {
        const std::string bytes = fromHex(written);
        for (std::size_t size = 1; size < bytes.size(); ++size) {
            const Run run(bytes.substr(0, size));
            CHECK(!run.root.ok() && run.root.error().code == ErrorCode::Truncated);
            CHECK(!run.root.ok() && run.root.error().where.offset == size);
        }
    }
    const Run cut(p::proto(2) + "](K\1K\2eK\3");
    CHECK_EQ(cut.pickle.stack().size(), 2U);
    CHECK_EQ(show(cut.pickle, cut.pickle.stack()[0]), "[1,2,]");
}

TEST(everyFlippedByte_endsInAnAnswer)
{
    for (const char* const written : kWritten) {
        const std::string bytes = fromHex(written);
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            for (const unsigned mask : { 0x01U, 0x10U, 0x80U, 0xffU }) {
                std::string hurt = bytes;
                hurt[at] = static_cast<char>(static_cast<unsigned char>(hurt[at]) ^ mask);
                const Run run(hurt);
                CHECK(run.root.ok() || (!run.root.error().message.empty() && run.root.error().where.offset));
            }
        }
    }
}

TEST(allowedClasses_becomePassiveObjects)
{
    const Run run(p::proto(2) + p::object("app", "Thing", p::dict({ p::text("x"), p::integer(5) })) + ".");
    CHECK(run.root.ok());
    CHECK_EQ(show(run.pickle, run.root.value()), "object{'x',5,}");
    CHECK(run.pickle.classOf(run.root.value()) == std::size_t { 0 });
    const Run byStack(p::proto(4) + p::text("app") + p::text("Thing") + "\x93)\x81.");
    CHECK(byStack.root.ok());
    CHECK(!byStack.pickle.state(byStack.root.value()).has_value());
}

TEST(everythingElse_isRefusedByItsName)
{
    const std::string argument = "(" + p::text("touch /tmp/pickle_was_executed") + "tR.";
    checkRefused("cos\nsystem\n" + argument, "\"os.system\"");
    checkRefused(p::proto(2) + "cposix\nsystem\n" + argument, "\"posix.system\"");
    checkRefused(p::proto(4) + p::text("builtins") + p::text("eval") + "\x93" + argument, "\"builtins.eval\"");
    checkRefused(p::proto(4) + "capp\nThing2\n)\x81.", "\"app.Thing2\"");
    checkRefused(p::proto(4) + "capp\nThing.__init__\n.", "\"app.Thing.__init__\"");
    checkRefused(p::proto(2) + "capp\nThing\n)R.", "calls \"app.Thing\" (REDUCE)");
    checkRefused(p::proto(2) + p::tuple({ "capp\nThing\n)R" }) + ".", "REDUCE"); // nested
    checkRefused(p::proto(2) + "}(" + p::text("k") + "](cos\nsystem\n" + argument, "\"os.system\""); // deep inside
    checkRefused("(ios\nsystem\n.", "\"os.system\" by calling it (INST)");
    checkRefused("(capp\nThing\no.", "OBJ");
    checkRefused(p::proto(4) + "capp\nThing\n)}\x92.", "NEWOBJ_EX");
    checkRefused(p::proto(2) + "}}b.", "BUILD");
    checkRefused(p::proto(2) + "\x82\x01.", "EXT");
    checkRefused(p::proto(2) + std::string("\x84\x01\x00\x00\x00.", 6), "EXT");
    checkRefused("Pname\n.", "persistent id");
    checkRefused(p::proto(2) + "NQ.", "persistent id");
    checkRefused(p::proto(5) + "\x97.", "NEXT_BUFFER");
    checkRefused(p::proto(4) + p::text(std::string(1000, 'm')) + p::text("a\nb\xff") + "\x93.", "mmm...");
    checkRefused("~ text", "no pickle");
    checkRefused("text", "no pickle");
}

TEST(programsThatAreNone_areMalformed)
{
    for (const char* const bytes : { "t.", "e.", "K\1s.", "](K\1u.", "}(K\1u.", "}K\1K\2a.", "\x85.", "0.", "2.", "1.",
             "a.", ".", "(K\1.", "K\1K\2\x93.", "K\1)\x81.", "Iabc\n.", "I\n.", "L12\x01L\n.", "Fx\n.", "S'a\n.",
             "S'\\q'\n.", "V\\u12\n.", "V\\Uffffffff\n.", "px\n.", "K\1\xff." }) {
        CHECK(codeOf(p::proto(2) + bytes) == ErrorCode::Malformed);
    }
    CHECK(codeOf("") == ErrorCode::NotRecognized);
    CHECK(codeOf("\xff\xfe") == ErrorCode::NotRecognized);
    CHECK(codeOf(p::proto(6) + "N.") == ErrorCode::Unsupported);
}

TEST(lengthsThatLie_allocateNothing)
{
    CHECK(codeOf(p::proto(4) + "\x8d" + p::littleEndian(~0ULL, 8) + "abc") == ErrorCode::LimitExceeded);
    CHECK(codeOf(p::proto(2) + "X" + p::littleEndian(60U << 20U, 4) + "abc") == ErrorCode::Truncated);
    CHECK(codeOf(p::proto(2) + "\x8b" + p::littleEndian(0xffff'ffff, 4) + "abc") == ErrorCode::LimitExceeded);
    CHECK(codeOf(p::proto(2) + "Nr" + p::littleEndian(0xffff'fff0, 4) + ".") == ErrorCode::Malformed);
    CHECK(codeOf(p::proto(2) + "j" + p::littleEndian(5, 4) + ".") == ErrorCode::Malformed);
    CHECK(codeOf("Np18446744073709551615\n.") == ErrorCode::Malformed);
}

TEST(bombsAndDepth_costWhatTheyWeigh)
{
    // Each list holds the one before a hundred times: 100^50 values, 50 lists.
    std::string bomb = p::proto(4) + "]\x94";
    for (unsigned i = 0; i < 50; ++i) {
        bomb += "](";
        for (int k = 0; k < 100; ++k) {
            bomb += "h" + p::littleEndian(i, 1);
        }
        bomb += "e\x94";
    }
    const Run run(bomb + ".");
    CHECK(run.root.ok());
    CHECK_EQ(run.pickle.items(run.root.value()).size(), 100U);
    CHECK(run.pickle.sequenceCount() < 60);
    // A million tuples inside each other, and a list that holds itself.
    const Run deep(p::proto(2) + "N" + std::string(1'000'000, '\x85') + ".");
    CHECK(deep.root.ok());
    const Run ring(p::proto(4) + "]\x94h" + std::string(1, '\0') + "a.");
    CHECK(ring.root.ok() && ring.pickle.items(ring.root.value())[0] == ring.root.value());
    CHECK(codeOf(p::proto(2) + std::string(100'000, '(')) == ErrorCode::LimitExceeded);
    // Two lists that grow in turn move each time they have doubled.
    std::string turns = p::proto(4) + "]\x94]\x94";
    for (int i = 0; i < 20'000; ++i) {
        turns += "K\1ah" + std::string(1, '\0') + "K\2a0";
    }
    const Run grown(turns + ".");
    CHECK(grown.root.ok());
    CHECK_EQ(grown.pickle.items(grown.root.value()).size(), 20'000U);
}

TEST(cancelling_endsBetweenBlocks)
{
    std::stop_source stop;
    stop.request_stop();
    MemorySource source(p::proto(2) + "N.");
    const TaskContext task { stop.get_token(), {} };
    PickleReader pickle(source, kAllowed, task);
    const auto root = pickle.read();
    CHECK(!root.ok() && root.error().code == ErrorCode::Cancelled);
}

HEAPTOLL_TEST_MAIN
