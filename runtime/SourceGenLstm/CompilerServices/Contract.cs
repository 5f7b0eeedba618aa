using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>What emitted code and runtime agree on.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Contract
{
    /// <summary>Emitted code names the version that it was written for: a runtime that does not know it fails to compile, not to run.</summary>
    public const int Version1 = 1;
}
