// SPDX-License-Identifier: Apache-2.0
// Memory that runs out on the decoding thread. The allocator of this program fails when it is told to.
#include "core/io/decoded_source.h"
#include "tests/support/check.h"
#include "tests/support/failing_new.h"

#include <QTemporaryDir>

#include <fstream>
#include <new>

using namespace heaptoll;

TEST(anExceptionOfTheDecodingThreadReachesTheReader)
{
#ifdef HEAPTOLL_NO_FAILING_NEW
    SKIP("the allocator is the thread sanitizer's");
#endif
    const QTemporaryDir folder;
    const std::string path = folder.path().toStdString() + "/big";
    std::ofstream(path, std::ios::binary) << std::string(std::size_t { 4 } << 20U, 'x');
    bool isThrown = false;
    test::failsElsewhere = true; // the decoder's first block is allocated on its thread
    try {
        const auto source = DecodedSource::open(path, path, {});
        while (source.ok()) {
            const auto block = source.value()->nextBlock();
            if (!block.ok() || block.value().empty()) {
                break;
            }
        }
    } catch (const std::bad_alloc&) {
        isThrown = true;
    }
    test::failsElsewhere = false;
    CHECK(isThrown);
}

HEAPTOLL_TEST_MAIN
