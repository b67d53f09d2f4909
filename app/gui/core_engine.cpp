// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/workspace_controller.h"

namespace heaptoll::gui {

AnalysisEngine coreEngine()
{
    AnalysisEngine engine;
    engine.analyze = [](std::vector<DocumentPtr> documents, const AnalysisOptions& options, const TaskContext& task) {
        return analyzeWorkspace(std::move(documents), options, task);
    };
    engine.range = [](const WorkspaceAnalysis& analysis, std::string_view service, std::optional<TimeRange> range) {
        return rangeView(analysis, service, range);
    };
    return engine;
}

} // namespace heaptoll::gui
