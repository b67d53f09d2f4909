#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""commit-msg hook: 'area: imperative summary', at most 72 columns, then an empty line."""

import re
import sys
from pathlib import Path

lines = Path(sys.argv[1]).read_text(encoding="utf-8").splitlines() or [""]
problems = []
if not re.match(r"^(Merge |Revert |fixup! |[a-z0-9_/.-]+(, [a-z0-9_/.-]+)*: [a-z0-9_`'\"A-Z])", lines[0]):
    problems.append("the subject does not read 'area: summary'")
if len(lines[0]) > 72:
    problems.append(f"the subject has {len(lines[0])} columns, more than 72")
if lines[0].endswith("."):
    problems.append("the subject ends with a full stop")
if len(lines) > 1 and lines[1].strip() and not lines[1].startswith("#"):
    problems.append("the second line is not empty")
for problem in problems:
    print(f"commit message: {problem}", file=sys.stderr)
sys.exit(1 if problems else 0)
