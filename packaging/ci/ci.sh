#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs CI stages, here exactly as in CI.
#   packaging/ci/ci.sh STAGE[:ARGUMENT]...    for instance: ci.sh lint test fuzz:120
#   packaging/ci/ci.sh --list
# A stage is packaging/ci/stages/<name>.sh: exit 0 passed, 77 skipped, else failed. All stages run even if one
# fails. A stage that would start more than HEAPTOLL_CI_MINUTES (default 0: no limit) after the first is skipped.
# Logs: build/ci/<stage>.log.
set -uo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

readonly kSkipped=77
stages=packaging/ci/stages
limit=$((${HEAPTOLL_CI_MINUTES:-0} * 60))

if [ $# -eq 0 ] || [ "$1" = --list ]; then
  for script in "$stages"/*.sh; do
    printf '%-10s %s\n' "$(basename "$script" .sh)" "$(sed -n '3s/^# //p' "$script")"
  done
  exit 0
fi
for stage; do
  [ -f "$stages/${stage%%:*}.sh" ] || fail "no stage '${stage%%:*}'; see ci.sh --list"
done

mkdir -p build/ci
ensure_packages ci || say "stages whose tool is missing will be skipped"
export HEAPTOLL_CI_STARTED=${HEAPTOLL_CI_STARTED:-$(date +%s)}
rows=()
failed=0
for stage; do
  name=${stage%%:*}
  arguments=()
  [ "$name" = "$stage" ] || arguments=("${stage#*:}")
  begin=$(date +%s)
  if [ "$limit" -gt 0 ] && [ $((begin - HEAPTOLL_CI_STARTED)) -gt "$limit" ]; then
    say "stage $name: SKIPPED, the ${HEAPTOLL_CI_MINUTES} minutes are over"
    rows+=("$(printf '%-10s %-8s %5s   out of time' "$name" skipped -)")
    continue
  fi
  say "stage $name"
  bash "$stages/$name.sh" "${arguments[@]}" </dev/null 2>&1 | tee "build/ci/$name.log"
  status=${PIPESTATUS[0]}
  seconds=$(($(date +%s) - begin))
  case $status in
    0) result=passed ;;
    "$kSkipped") result=skipped ;;
    *)
      result=FAILED
      failed=1
      ;;
  esac
  rows+=("$(printf '%-10s %-8s %4ds   %s' "$name" "$result" "$seconds" \
    "$(sed -n '/^-- Build files/d; s/^-- //p' "build/ci/$name.log" | tail -n 1)")")
done

printf '\nStages, with the seconds each took:\n'
printf '  %s\n' "${rows[@]}"
# The tests' own last words come last, those of the first stage last of all: whoever reads only the end sees them.
for ((i = $#; i > 0; i--)); do
  stage=${!i}
  log=build/ci/${stage%%:*}.log
  if [ -f "$log" ] && grep -q 'tests passed' "$log"; then
    printf '\n[%s]\n' "${stage%%:*}"
    sed -n '/[0-9]% tests passed/,$p' "$log" | grep -E 'tests passed|tests failed|Total Test time|FAILED|\((Failed|Timeout|Not Run|SEGFAULT|Subprocess)' || true
  fi
done
exit "$failed"
