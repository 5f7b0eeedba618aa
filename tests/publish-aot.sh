#!/usr/bin/env bash
# Publishes a small program with NativeAOT, warnings as errors, and runs it: it trains, saves, loads and streams a network.
# Needs a C linker and, once, the compiler's package. Not part of the tests that run everywhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT

dotnet publish aot/Aot.csproj -c Release -r linux-x64 -o "$output/program" --nologo -v q < /dev/null
printf 'size: %s bytes\n' "$(stat -c %s "$output/program/Aot")"
"$output/program/Aot" "$output/model.safetensors"
