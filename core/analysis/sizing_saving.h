// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/analysis/workspace_analysis.h"

#include <optional>
#include <vector>

namespace heaptoll {

/// Memory of a service as its pods hold it, and as the bill pays for it. Units: GiB, mean.
struct MemoryBalance {
    double heldGib = 0; ///< max(request, working set), all containers and replicas
    double billedGib = 0; ///< memory cost / price
    /// The pods hold clearly more than is billed: the two are not of the same pods, or the price is not theirs.
    [[nodiscard]] bool isUnbilled() const { return heldGib > 1.25 * billedGib; }
};
/// Errors: nullopt without a memory cost or a price in its currency.
[[nodiscard]] std::optional<MemoryBalance> memoryBalance(
    const ServiceView& service, const std::vector<WorkloadUsage>& workloads, double hoursPerMonth);

/// What the advice for each container of the service is worth: (request - recommended) x mean replicas x price x hours,
/// at most that part of the service's memory cost (of its cost, where no memory is billed) that the freed memory is of all
/// that its containers hold: for one container M (R - recommended) / R. So the savings of all containers never add up to
/// more than the cost. Sets saving, savingReason and savingFormula of ServiceView::sizing; negative where the advice is to
/// request more. The one place where this is computed: findings, CLI and GUI show it (findings_rank.cpp takes off what
/// others have claimed before).
void priceSizing(ServiceView& service, const std::vector<WorkloadUsage>& workloads, double hoursPerMonth);

} // namespace heaptoll
