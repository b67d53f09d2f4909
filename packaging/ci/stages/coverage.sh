#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# line coverage of the Qt-free layers and the parsers: at least 90 %
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v gcovr >/dev/null || { echo "-- SKIPPED: gcovr is not installed"; exit 77; }
build coverage
find build/coverage -name '*.gcda' -delete
run_ctest coverage
gcovr --root . --object-directory build/coverage -j "$cores" --sort-percentage \
  --filter 'core/(base|model|analysis|sdk)/' --filter 'plugins/[^/]+/[^/]+_parser\.cpp' \
  --exclude-unreachable-branches --txt build/coverage/coverage.txt --html build/coverage/coverage.html \
  --fail-under-line "${1:-90}" build/coverage && status=0 || status=$?
cat build/coverage/coverage.txt
echo "-- $(awk '/^TOTAL/ { print $4 " of " $2 " lines" }' build/coverage/coverage.txt), at least ${1:-90} % wanted"
exit "$status"
