// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace heaptoll::heap_text {

/// A range of addresses and the file that lies there. Units: bytes; start <= address < end.
struct Mapping {
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    std::uint64_t fileOffset = 0; ///< of the first byte
    std::string file; ///< empty = no file (generated code)
};

/// Which file an address is of: the lines behind "MAPPED_LIBRARIES:" or "--- Memory map: ---".
/// Source: profile/legacy_profile.go of google/pprof, proc(5).
class MemoryMap {
public:
    /// True for the line that begins the map.
    [[nodiscard]] static bool isStart(std::string_view line);

    /// One line: of /proc/PID/maps, or "start-end: file (@offset)", or "name=value" for "$name" in later files.
    /// Ranges that are not executable are left out. false = none of these.
    [[nodiscard]] bool addLine(std::string_view line);
    /// Call it behind the last line, before find().
    void finish();

    [[nodiscard]] const Mapping* find(std::uint64_t address) const; ///< null = in no range
    /// The program: the first file that is no shared library; empty = unknown.
    [[nodiscard]] std::string mainBinary() const;

private:
    [[nodiscard]] std::string expanded(std::string_view line) const;
    std::vector<Mapping> m_mappings;
    std::vector<std::pair<std::string, std::string>> m_attributes; ///< "$name" and value
};

} // namespace heaptoll::heap_text
