#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# builds without every optional part (no GUI, no zstd) and runs what tests are left
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

build minimal
run_ctest minimal
