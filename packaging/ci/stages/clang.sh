#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# builds everything with clang 14, warnings are errors
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v clang++-14 >/dev/null || { echo "-- SKIPPED: clang++-14 is not installed"; exit 77; }
build clang
