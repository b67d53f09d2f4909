#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""validate_json.py SCHEMA FILE...: exit 0 valid, 1 not (with the place), 77 when python3-jsonschema is not installed."""
import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    print("python3-jsonschema is not installed")
    sys.exit(77)


def main() -> int:
    with open(sys.argv[1], encoding="utf-8") as file:
        schema = json.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    bad = 0
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in validator.iter_errors(document):
            bad += 1
            print(f"{path}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    return 1 if bad else 0


sys.exit(main())
