#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# table of Heaptoll against its peers on the large files of the folder given as argument
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

[ $# -eq 1 ] || { echo "-- SKIPPED: needs the folder tests/bench/make_large.sh filled: ci.sh bench:/path"; exit 77; }
build release
exec python3 tests/bench/compare.py --heaptoll build/release/bin/heaptoll "$1"
