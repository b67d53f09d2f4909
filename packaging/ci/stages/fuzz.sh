#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# each fuzz target for some seconds (argument, default 10), two at a time
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v clang++-14 >/dev/null || { echo "-- SKIPPED: clang++-14 is not installed"; exit 77; }
seconds=${1:-10}
build fuzz help >build/fuzz.targets 2>&1 || { cat build/fuzz.targets >&2; exit 1; }
mapfile -t targets < <(sed -nE 's/^(fuzz_[a-z0-9_]+): phony$/\1/p' build/fuzz.targets | sort -u)
[ ${#targets[@]} -gt 0 ] || { echo "-- SKIPPED: no fuzz targets"; exit 77; }
build fuzz "${targets[@]}"

work=$root/build/fuzz/work
mkdir -p "$work"
# shellcheck disable=SC2317 # xargs calls it
fuzz_one() {
  local target=$1 name=${1#fuzz_} binary
  binary=$(find build/fuzz -type f -name "$target" -perm -u+x | head -n 1)
  mkdir -p "$work/$name"
  local inputs=("$work/$name") options=()
  local folder
  for folder in "tests/fuzz/corpus/$name" "tests/golden/$name"; do
    [ ! -d "$folder" ] || inputs+=("$folder")
  done
  [ ! -f "tests/fuzz/dict/$name.dict" ] || options=("-dict=tests/fuzz/dict/$name.dict")
  if "$binary" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=1048576 \
    -print_final_stats=1 -artifact_prefix="$work/crash-$name-" "${options[@]}" "${inputs[@]}" >"$work/$name.log" 2>&1; then
    printf '%-28s %s runs\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$name.log")"
  else
    printf '%-28s FAILED; input kept as build/fuzz/work/crash-%s-*\n' "$target" "$name"
    tail -n 60 "$work/$name.log"
    return 1
  fi
}
export -f fuzz_one
export work seconds
printf '%s\n' "${targets[@]}" | xargs -P "$cores" -I{} bash -c 'fuzz_one {}' && status=0 || status=$?
echo "-- ${#targets[@]} targets, $seconds s each"
exit "$status"
