#!/bin/sh
# Compile requirements/*.in into the lock files (docs/operations.md, "Lock files"). Needs uv; the files name no host.
set -eu
cd "$(dirname "$0")/.."

uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/app.in -o requirements/app.txt
uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11 requirements/dev.in -o requirements/dev.txt
