// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sdk/support/bill_reader.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace heaptoll {

/// Letters and digits in lower case: the same for both header dialects, "savingsPlan/SavingsPlanARN" and
/// "savings_plan_savings_plan_a_r_n".
[[nodiscard]] std::string curKey(std::string_view name);

/// How well a header matches a Cost and Usage Report.
struct CurMatch {
    std::size_t matched = 0; ///< of the core columns
    std::size_t defined = 0;
    bool isCur = false; ///< has what a charge cannot do without
    std::string dialect; ///< "slash", "snake", or "2.0" (maps in columns)
    std::string missing;
};
[[nodiscard]] CurMatch matchCur(const std::vector<std::string>& names);

/// A column that carries one tag, and its key: "app" for user:app, "aws:createdBy" for aws:createdBy.
struct CurTagColumn {
    std::size_t column = 0; ///< of the plan
    std::string key;
};

struct CurPlan {
    std::vector<sdk::BillColumn> columns;
    std::vector<CurTagColumn> tagColumns; ///< empty when tags come as one map column
    /// Column of the plan by its key; columns.size() when it is not there.
    [[nodiscard]] std::size_t find(std::string_view key) const;
};
[[nodiscard]] CurPlan curPlan(const std::vector<std::string>& names);
/// The tag key for a member of the map column resource_tags: "user_app" -> "app", "aws_created_by" ->
/// "aws:created_by".
[[nodiscard]] std::string tagKeyOfMap(std::string_view member);

} // namespace heaptoll
