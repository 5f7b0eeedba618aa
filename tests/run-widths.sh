#!/usr/bin/env bash
# Runs the numeric tests once for every vector width that this machine can pretend to have: the emitted code and the kernels are compiled anew for each.
# Usage: tests/run-widths.sh [filter], from anywhere; the default filter leaves out what does not depend on the width.
set -euo pipefail

cd "$(dirname "$0")/.."
filter="${1:-FullyQualifiedName!~Tutorials&FullyQualifiedName!~Reference&FullyQualifiedName!~Workload}"
projects=(tests/SourceGenLstm.Network.Tests)
for project in "${projects[@]}"; do
    dotnet build -c Release "$project" -v q --nologo
done

failed=()
run() {
    local name="$1"
    shift
    for project in "${projects[@]}"; do
        echo "== $name: $project"
        env "$@" dotnet test -c Release --no-build "$project" --nologo --filter "$filter" || failed+=("$name: $project")
    done
}

run "as the machine is" SGL_WIDTH=default
run "no 512-bit vectors" DOTNET_EnableAVX512=0
run "no 256-bit vectors" DOTNET_EnableAVX2=0
run "no vector hardware" DOTNET_EnableHWIntrinsic=0
run "Vector<T> of 512 bits" DOTNET_MaxVectorTBitWidth=512

if [ "${#failed[@]}" -gt 0 ]; then
    printf 'failed: %s\n' "${failed[@]}"
    exit 1
fi

echo "every width passed"
