#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy 14 on core, plugins and app: what changed since main (default), or 'all'
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

command -v clang-tidy-14 >/dev/null || { echo "-- SKIPPED: clang-tidy-14 is not installed"; exit 77; }
command -v clang++-14 >/dev/null || { echo "-- SKIPPED: clang++-14 is not installed"; exit 77; }
exec python3 packaging/ci/tidy.py --jobs "$cores" --scope "${1:-changed}" --minutes "${HEAPTOLL_TIDY_MINUTES:-8}"
