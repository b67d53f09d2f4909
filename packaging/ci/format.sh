#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats every tracked C++ file in place, or with --check names those that are not.
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

mode=(-i)
[ "${1:-}" != --check ] || mode=(--dry-run --Werror)
git ls-files -z '*.cpp' '*.h' ':!tests/golden' | xargs -0 -r -P "$cores" -n 20 clang-format-14 "${mode[@]}"
