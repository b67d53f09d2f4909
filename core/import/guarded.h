// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>

namespace heaptoll {

/// The wall around code of a plugin, and around what runs on threads of ours: whatever is thrown becomes an error,
/// for an exception that leaves a thread ends the program. `who` names the culprit: "the importer focus".
/// Errors: those of work; LimitExceeded where memory ran out; Plugin for everything else that was thrown.
template<typename Work>
[[nodiscard]] auto guarded(std::string_view who, const Work& work) -> decltype(work())
{
    try {
        return work();
    } catch (const std::bad_alloc&) {
        return Error { ErrorCode::LimitExceeded, std::string(who) + " needs more memory than there is" };
    } catch (const std::exception& exception) {
        return Error { ErrorCode::Plugin, std::string(who) + " failed: " + exception.what() };
    } catch (...) {
        return Error { ErrorCode::Plugin, std::string(who) + " failed and did not say why" };
    }
}

} // namespace heaptoll
