#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# line coverage of the Qt-free layers and the parsers, as the asan stage counted it: at least 90 % (argument)
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v gcovr >/dev/null || { echo "-- SKIPPED: gcovr is not installed"; exit 77; }
least=${1:-90}
build asan
if [ "$(built_of asan)" != "$(cat build/asan/counted 2>/dev/null)" ]; then
  say "the build is newer than the counts: the tests run first"
  bash packaging/ci/stages/asan.sh || say "the asan stage failed; what its tests reached counts all the same"
fi
mkdir -p build/coverage
# Counts of branches that threads raise at the same time can come out below zero: gcovr is to skip these.
# What is left out of plugins is glue: the class Qt loads, which hands over to the parser.
gcovr --root . --object-directory build/asan -j "$cores" --sort-percentage \
  --filter 'core/(base|model|analysis|sdk)/' --filter 'plugins/[^/]+/' --exclude 'plugins/[^/]+/[^/]+_importer\.cpp' \
  --exclude-unreachable-branches --gcov-ignore-parse-errors \
  --txt build/coverage/coverage.txt --html build/coverage/coverage.html --csv build/coverage/coverage.csv \
  --fail-under-line "$least" build/asan && status=0 || status=$?
cat build/coverage/coverage.txt
# The layers one by one: a good whole must not hide a weak part.
awk -F, -v least="$least" '
  NR > 1 && $2 > 0 {
    split($1, part, "/"); name = part[1] "/" part[2]
    lines[name] += $2; covered[name] += $3
  }
  END {
    for (name in lines) {
      percent = 100 * covered[name] / lines[name]
      printf "%-20s %5d of %5d lines  %5.1f %%\n", name, covered[name], lines[name], percent
      if (percent < least) low = low " " name
    }
    if (low) { print "below " least " %:" low; exit 1 }
  }' build/coverage/coverage.csv | sort || status=1
echo "-- $(awk '/^TOTAL/ { print $4 " of " $2 " lines" }' build/coverage/coverage.txt), at least $least % wanted"
exit "$status"
