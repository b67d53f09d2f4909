// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "core/export/json_common.h"

#include <string>
#include <vector>

namespace heaptoll::cli {

/// What the words on the command line turned into.
struct Inputs {
    std::vector<ImportedFile> files;
    ReportSources sources; ///< documents in the order of import; inputs that gave none
    bool hasTrouble = false; ///< something was read in part or not at all

    [[nodiscard]] std::vector<DocumentPtr> ofKind(DocumentKind kind) const;
    /// code, or 4 when --strict was given and something was amiss; a failed rule stays 1.
    [[nodiscard]] int exitCode(const Context& context, int code = kExitOk) const;
};

/// Imports files, folders and "-", and says on err what could not be read and what is partial.
/// Errors: Cancelled; NotRecognized or worse when nothing could be read.
[[nodiscard]] Result<Inputs> loadInputs(Context& context, const std::vector<std::string>& paths);
/// Positional words and the files of --billing and --usage, which must be what they are said to be.
/// Errors: as above; Usage when there is no input at all.
[[nodiscard]] Result<Inputs> loadAllInputs(Context& context);

/// Heap profiles in the order of the inputs. Errors: NotRecognized when there is none.
[[nodiscard]] Result<std::vector<DocumentPtr>> profilesOf(const Inputs& inputs);
/// Heap profiles in the order of time: the time inside, else the number in the name, else the file's time.
/// Errors: NotRecognized when there is none.
[[nodiscard]] Result<std::vector<DocumentPtr>> profilesInOrder(const Context& context, const Inputs& inputs);
/// The last of them, with a note when there are several.
[[nodiscard]] Result<DocumentPtr> lastProfile(const Context& context, const Inputs& inputs);

/// The value column asked for by --metric, or the default of the product.
/// Errors: Usage with the columns there are.
[[nodiscard]] Result<std::size_t> chooseMetric(const Context& context, const Profile& profile);

/// Rows to show: --limit, else 30 in tables and all elsewhere.
[[nodiscard]] Result<std::size_t> rowLimit(const Context& context, bool isTable);
/// "… 12 more rows, --limit 0 shows all" or "".
[[nodiscard]] std::string moreRows(std::size_t rows, std::size_t limit);

} // namespace heaptoll::cli
