namespace SourceGenLstm;

/// <summary>What a pooling layer takes of several steps, unit by unit.</summary>
public enum Pooling
{
    /// <summary>The last real step.</summary>
    Last,

    /// <summary>The mean, Keras' average pooling.</summary>
    Average,

    /// <summary>The largest value. Its gradient goes to the first step that has it.</summary>
    Max,
}
