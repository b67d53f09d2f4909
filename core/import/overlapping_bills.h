// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/task_context.h"
#include "core/model/document.h"

#include <vector>

namespace heaptoll {

/// The issue of a bill whose charges another bill holds as well.
inline constexpr std::string_view kCountedTwice = "bill.counted_twice";
/// Has it that issue?
[[nodiscard]] bool isCountedTwice(const Document& document);

/// Finds bills that hold the same charges: two deliveries of one billing period (the month to date, and the whole
/// month), which would count twice. Nothing is left out, for the files do not carry which of them replaces the other:
/// the bill with fewer charges gets the issue kCountedTwice, data loss, and is partial. A mark of an earlier call goes when
/// its reason is not among the documents any more; what does not change stays the same object.
///
/// The same charge: provider, account, billing period, times, and every text that both bills have, without tags and
/// numbers of invoices and lines, which change between deliveries; tags as well where no resource is named. Equal rows are
/// legitimate, so a few in both are no sign: one of ten of the smaller bill's charges of the period is.
/// Complexity: O(rows of periods that several bills have); beyond two million a sample of them.
void markOverlaps(std::vector<DocumentPtr>& documents, const TaskContext& task);

} // namespace heaptoll
