#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests of code with threads of its own under clang's thread sanitizer
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v clang++-14 >/dev/null || { echo "-- SKIPPED: clang++-14 is not installed"; exit 77; }
build clang heaptoll_thread_tests
run_ctest_sanitized tsan
