// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a damaged input may end as, and the judge of it: never a crash, a hang or an unlabelled number. One of
//   error    a message with a place (line or byte), or "this is no such file" for the file as a whole
//   partial  what could be read, labelled: complete false, an issue of data loss
//   equal    exactly what the whole file says (the byte does not matter)
//   changed  another legal file: only where the container has no checksum, and counted per format
#include "tests/support/damage.h"

#include <QTemporaryDir>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace heaptoll::test {

enum class Outcome : std::uint8_t { Error, Partial, Equal, Changed };

struct Reading {
    Outcome outcome = Outcome::Error;
    std::string text; ///< what the documents say
    std::string why; ///< a broken promise; empty = fine
};

/// The folder of the input under test; files are overwritten from try to try.
class Stage {
public:
    void write(const Subject& subject, const std::string& target) const
    {
        for (const auto& [name, bytes] : subject.files) {
            put(name, name == subject.target ? target : bytes);
        }
    }
    void put(const std::string& name, const std::string& bytes) const
    {
        std::ofstream(path() + '/' + name, std::ios::binary | std::ios::trunc) << bytes;
    }
    void clear() const
    {
        for (const auto& entry : std::filesystem::directory_iterator(path())) {
            std::filesystem::remove_all(entry);
        }
    }
    /// What a user would name: the folder of a delivery, else the file.
    [[nodiscard]] std::string input(const Subject& subject) const
    {
        return subject.files.size() > 1 ? path() : path() + '/' + subject.target;
    }
    [[nodiscard]] std::string path() const { return m_folder.path().toStdString(); }

private:
    QTemporaryDir m_folder;
};

/// Imports and analyses what is staged. `outcome` is never Equal: that takes the text of the whole file.
[[nodiscard]] Reading read(const Stage& stage, const Subject& subject);

/// A whole command in this process, as main() would run it: the promise it breaks; empty = none.
[[nodiscard]] std::string wrongProgram(const Stage& stage, const Subject& subject, Outcome outcome);

} // namespace heaptoll::test
