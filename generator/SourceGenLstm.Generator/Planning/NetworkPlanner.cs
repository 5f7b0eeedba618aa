using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record NetworkPlan(NetworkSpec Spec);

internal static class NetworkPlanner
{
    public static NetworkPlan Plan(NetworkSpec spec) => new(spec);
}
