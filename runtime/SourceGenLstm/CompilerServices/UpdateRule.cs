using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>The arithmetic of an update.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct UpdateRule;
