// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"

#include <string>

namespace heaptoll::cli {

/// At most 40 lines: commands, examples, exit codes.
[[nodiscard]] std::string mainHelp();
/// -h: synopsis and options, one line each.
[[nodiscard]] std::string shortHelp(const CommandSpec& command);
/// --help: with description, examples and full option texts.
[[nodiscard]] std::string longHelp(const CommandSpec& command);

/// The first sentence or clause of a help text, for one line.
[[nodiscard]] std::string_view brief(std::string_view help);

} // namespace heaptoll::cli
