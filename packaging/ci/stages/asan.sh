#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# all tests under gcc's address and undefined behaviour sanitizers
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

build asan
# Randomised layouts of recent kernels collide with the sanitizers' fixed shadow; not every container may turn it off.
unrandomised=()
! setarch -R true 2>/dev/null || unrandomised=(setarch -R)
export -f run_ctest
"${unrandomised[@]}" bash -c 'run_ctest asan'
