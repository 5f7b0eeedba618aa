#!/usr/bin/env bash
# Runs the numeric tests once for every vector width that this machine can pretend to have: emitted code and kernels are compiled anew for each.
# Usage: tests/run-widths.sh [filter], from anywhere. The default filter leaves out what does not depend on the width.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
filter="${1:-FullyQualifiedName!~Tutorials&FullyQualifiedName!~Allocation&FullyQualifiedName!~NetworkTests.Reference.&FullyQualifiedName!~ReferenceVectorTests}"
projects=(tests/SourceGenLstm.Network.Tests tests/SourceGenLstm.Tests)
for project in "${projects[@]}"; do
    dotnet build -c Release "$project" -v q --nologo
done

failed=()

# run NAME VALUES SETTING...: VALUES is the number of float values that Vector<T> must have then; WidthTests checks that the setting did what it should.
run() {
    local name="$1" values="$2"
    shift 2
    for project in "${projects[@]}"; do
        printf '\n== %s: %s\n' "$name" "$project"
        env SGL_VECTOR_VALUES="$values" "$@" dotnet test -c Release --no-build "$project" --nologo --filter "$filter" || failed+=("$name: $project")
    done
}

run "as the machine is" ""
run "no 512-bit vectors" "" DOTNET_EnableAVX512=0
run "no 256-bit vectors" 4 DOTNET_EnableAVX2=0
run "no vector hardware" 4 DOTNET_EnableHWIntrinsic=0
if grep -qs avx512f /proc/cpuinfo; then
    # The value is decimal here, not hexadecimal as the runtime's other settings are.
    run "Vector<T> of 512 bits" 16 DOTNET_MaxVectorTBitWidth=512
else
    printf '\n== Vector<T> of 512 bits: this machine has none\n'
fi

if [ "${#failed[@]}" -gt 0 ]; then
    printf '\nfailed: %s\n' "${failed[@]}"
    exit 1
fi

printf '\nevery width passed\n'
