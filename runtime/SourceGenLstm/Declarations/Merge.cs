namespace SourceGenLstm;

/// <summary>How a bidirectional layer makes one output of those of its two directions.</summary>
public enum Merge
{
    /// <summary>There is but one direction.</summary>
    None,

    /// <summary>One after the other, forward first: twice as many values as units.</summary>
    Concat,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Half their sum.</summary>
    Average,

    /// <summary>Their product, value by value.</summary>
    Multiply,
}
