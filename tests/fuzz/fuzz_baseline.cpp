// SPDX-License-Identifier: Apache-2.0
// Any bytes as the JSON of an earlier analysis (analyze --baseline). What is accepted names findings only; what is not is a
// usage error that says what the file should be.
#include "app/cli/baseline.h"
#include "tests/support/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace heaptoll;
    using test::require;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const Result<std::set<std::string>> known = cli::parseBaseline("baseline.json", text);
    if (!known.ok()) {
        require(known.error().code == ErrorCode::Usage && !known.error().message.empty());
        return 0;
    }
    require(!known.value().contains(std::string())); // "" would be a finding that every broken entry has
    require(known.value().size() <= size);
    return 0;
}
