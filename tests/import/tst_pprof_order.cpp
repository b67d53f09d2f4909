// SPDX-License-Identifier: Apache-2.0
// Samples are sorted before they are sent: whatever their order and spelling in the file, the profile is the same.
#include "core/analysis/trie_walk.h"
#include "tests/import/pprof_support.h"
#include "tests/support/check.h"

#include <algorithm>
#include <map>

using namespace heaptoll;
using namespace heaptoll::test;

namespace {

constexpr std::uint32_t kLocations = 300;

class Random {
public:
    std::uint32_t below(std::uint32_t limit)
    {
        m_state = m_state * 1664525U + 1013904223U;
        return (m_state >> 8U) % limit;
    }

private:
    std::uint32_t m_state = 7;
};

/// Ids of one to ten bytes.
std::uint64_t idOf(std::uint32_t location)
{
    return location % 3 == 0 ? ~std::uint64_t { 0 } - location : 1 + location * std::uint64_t { 60 };
}

/// Deep stacks over few frames, so that many share most of them; lists are packed, loose, or both.
std::vector<std::string> randomSamples(std::size_t count)
{
    std::vector<std::string> samples;
    Random random;
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::uint64_t> ids(random.below(40));
        std::ranges::generate(ids, [&] { return idOf(random.below(100) < 50 ? 5 : random.below(kLocations)); });
        if (random.below(2) == 0) {
            ids.insert(ids.end(), 50, idOf(9)); // the outermost frames come last
        }
        const std::size_t loose = random.below(3) == 0 ? random.below(static_cast<std::uint32_t>(ids.size() + 1)) : 0;
        std::string body;
        std::string list;
        for (std::size_t k = 0; k < ids.size(); ++k) {
            (k < loose ? body : list) += k < loose ? number(1, ids[k]) : varint(ids[k]);
        }
        body += list.empty() ? "" : bytes(1, list);
        samples.push_back(bytes(2, body + packed(2, { 1 + i }) + bytes(3, number(1, 3) + number(3, random.below(3)))));
    }
    return samples;
}

std::string profileText(const std::vector<std::string>& samples)
{
    std::string text = bytes(1, number(1, 1) + number(2, 2));
    for (const std::string& sample : samples) {
        text += sample;
    }
    std::string strings = bytes(6, "") + bytes(6, "inuse_space") + bytes(6, "bytes") + bytes(6, "size");
    for (std::uint32_t i = 0; i < kLocations; ++i) {
        std::string lines = bytes(4, number(1, i + 1) + number(2, 10));
        if (i % 5 == 0) {
            lines += bytes(4, number(1, (i * 7) % kLocations + 1) + number(2, 20)); // the first was inlined into this
        }
        text += bytes(4, number(1, idOf(i)) + lines);
        text += bytes(5, number(1, i + 1) + number(2, 4 + i));
        strings += bytes(6, "f" + std::to_string(i));
    }
    return text + strings + number(9, 1700000000000000000);
}

std::shared_ptr<const Profile> import(const std::vector<std::string>& samples)
{
    const Import made = importPprof(profileText(samples));
    CHECK(made.result.ok());
    return made.profiles.at(0);
}

/// What a profile says about its samples, whatever the numbers of its stacks.
std::map<std::string, std::int64_t> contentOf(const Profile& profile)
{
    std::map<std::string, std::int64_t> content;
    for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        std::string key;
        for (NodeId node { profile.samples.stacks[i] }; !node.isNone(); node = profile.stacks.parent(node)) {
            const Frame& frame = profile.frameOf(node);
            key += std::string(profile.strings.view(frame.function)) + (frame.isInlined ? "+;" : ";");
        }
        for (const Label& label : profile.labels.at(LabelSetId { profile.samples.labels[i] })) {
            key += std::to_string(label.number);
        }
        CHECK(!content.contains(key));
        content[key] = profile.samples.values[0][i];
    }
    return content;
}

} // namespace

TEST(samples_orderInTheFileMakesNoDifference)
{
    std::vector<std::string> samples = randomSamples(3000);
    const auto forward = import(samples);
    std::ranges::reverse(samples);
    const auto backward = import(samples);
    CHECK_EQ(forward->total(0).value_or(-1), 3000 * 3001 / 2);
    CHECK(forward->samples.size() > 2000);
    CHECK(contentOf(*forward) == contentOf(*backward));
    CHECK(std::ranges::equal(forward->stacks.parents(), backward->stacks.parents()));
}

TEST(samples_areTheStacksOfTheFile)
{
    const std::vector<std::string> samples = randomSamples(500);
    std::map<std::string, std::int64_t> one;
    for (const std::string& sample : samples) { // alone, nothing is sorted
        for (const auto& [key, value] : contentOf(*import({ sample }))) {
            one[key] += value;
        }
    }
    CHECK(contentOf(*import(samples)) == one);
}

TEST(samples_comeInTheOrderOfTheirStacks)
{
    const auto profile = import(randomSamples(3000));
    CHECK(profile->samples.size() > 2000);
    for (std::size_t i = 1; i < profile->samples.size(); ++i) {
        CHECK(std::pair(profile->samples.stacks[i - 1], profile->samples.labels[i - 1])
            < std::pair(profile->samples.stacks[i], profile->samples.labels[i]));
    }
}

TEST(samples_stacksWithoutAddressPrefixesNumberNodesDepthFirst)
{
    // No location's frames are the beginning of another's: the trie never needs its index.
    std::vector<std::string> samples;
    Random random;
    for (int i = 0; i < 1000; ++i) {
        std::string list;
        for (std::uint32_t depth = random.below(30); depth > 0; --depth) {
            list += varint(idOf(random.below(4) + 1));
        }
        samples.push_back(bytes(2, bytes(1, list) + packed(2, { 1 })));
    }
    CHECK(isDepthFirst(import(samples)->stacks.parents()));
}

HEAPTOLL_TEST_MAIN
