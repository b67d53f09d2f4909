// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/analysis_setup.h"
#include "app/cli/filter.h"
#include "core/analysis/cost_query.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace heaptoll::cli {

/// Fields of --where over rows of a bill.
[[nodiscard]] std::span<const std::string_view> costFields();

/// The bills among the inputs, with the service of every row where it is needed.
class CostRows {
public:
    /// needsWorkload: rows are mapped to services, which takes the whole analysis.
    /// Errors: NotRecognized without a bill; those of the analysis.
    [[nodiscard]] static Result<CostRows> create(
        const Context& context, Inputs& inputs, const AnalysisOptions& options, bool needsWorkload);

    [[nodiscard]] const std::vector<DocumentPtr>& bills() const { return m_bills; }
    /// Answers the dimension "workload" for rows of a bill; empty when it was not asked for.
    [[nodiscard]] std::function<std::string(std::size_t)> workloadOf(std::size_t bill) const;
    /// What a row must fit; empty when there is no filter. The filter must outlive the function.
    [[nodiscard]] std::function<bool(std::size_t)> keep(std::size_t bill, const Filter& filter, CostBasis basis) const;

private:
    [[nodiscard]] FieldValue fieldOf(std::size_t bill, CostBasis basis, std::size_t row, std::string_view field) const;
    std::vector<DocumentPtr> m_bills;
    std::vector<std::size_t> m_matchIndex; ///< of bills: index into the analysis' row matches
    std::shared_ptr<const WorkspaceAnalysis> m_analysis;
};

} // namespace heaptoll::cli
