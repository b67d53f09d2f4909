#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# all tests under gcc's address and undefined behaviour sanitizers; counts lines on the way
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

build asan
find build/asan -name '*.gcda' -delete
run_ctest_sanitized asan && status=0 || status=$?
built_of asan >build/asan/counted # what the coverage stage compares with the build
exit "$status"
