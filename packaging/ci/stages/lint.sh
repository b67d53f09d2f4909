#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# format, licence lines, layer rule, shell scripts, JSON and XML, desktop files; needs no build
set -uo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

failed=()
without=()
check() { # NAME TOOL COMMAND...
  local name=$1 tool=$2
  shift 2
  if ! command -v "$tool" >/dev/null; then
    without+=("$tool")
  elif ! "$@"; then
    failed+=("$name")
    say "lint: $name failed"
  fi
}
mapfile -t cpp < <(git ls-files '*.cpp' '*.h' ':!tests/golden')
mapfile -t shell < <(git grep -lE '^#!.*\b(bash|sh)$' -- packaging tests .ci)

check "format (mend it with packaging/ci/format.sh)" clang-format-14 packaging/ci/format.sh --check
check files python3 packaging/ci/check_files.py
check includes python3 tests/arch/check_includes.py
check includes-self-test python3 tests/arch/check_includes.py --self-test
check shell shellcheck shellcheck -x "${shell[@]}" packaging/lib.sh
check spelling codespell codespell
check desktop desktop-file-validate desktop-file-validate packaging/linux/org.heaptoll.Heaptoll.desktop
check metainfo appstreamcli appstreamcli validate --no-net packaging/linux/org.heaptoll.Heaptoll.metainfo.xml

echo "-- ${#cpp[@]} C++ files, ${#shell[@]} shell scripts; failed: ${failed[*]:-none}; tools not here: ${without[*]:-none}"
[ ${#failed[@]} -eq 0 ]
