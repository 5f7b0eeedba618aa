namespace SourceGenLstm.Tests.Threads;

/// <summary>Tests that measure the whole process and therefore run while no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
