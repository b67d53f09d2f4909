#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# the dev build and all its tests, as packaging/test does it
set -euo pipefail
# shellcheck source=packaging/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../lib.sh"

exec packaging/test
