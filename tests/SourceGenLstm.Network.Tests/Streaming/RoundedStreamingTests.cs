using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>
/// How far networks with rounded weights are from the weights that they were given. That their steps are those of the weights that they hold is what <see
/// cref="StreamingTests"/> finds.
/// </summary>
public sealed class RoundedStreamingTests
{
    private const int Steps = 40;

    /// <summary>
    /// The declaration, the same with rounded weights, and the largest error of hidden states after 40 steps. Found were 7e-4 and 1.1e-3 with weights that take
    /// gates out of their linear range, 3e-5 and 9e-5 with the initial weights of workload D.
    /// </summary>
    [Theory]
    [InlineData(typeof(Float32TwoLstm), typeof(BFloat16TwoLstm), 1e-3)]
    [InlineData(typeof(Float32TwoLstm), typeof(Int8TwoLstm), 2e-3)]
    [InlineData(typeof(WorkloadD), typeof(WorkloadDBFloat16), 1e-4)]
    [InlineData(typeof(WorkloadD), typeof(WorkloadDInt8), 2e-4)]
    public void Hidden_states_stay_near_those_of_unrounded_weights(Type exact, Type rounded, double tolerance)
    {
        NetworkCase exactCase = Case(exact);
        ReferenceNetwork reference = exactCase.CreateStreamingReference();
        INetwork network = Case(rounded).Create(1);
        float[] parameters = exact == typeof(WorkloadD) ? exactCase.Create(1).GetParameters() : TestData.Parameters(reference, seed: 31);
        network.SetParameters(parameters);
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, Steps, seed: 32);
        ReferenceResult unrounded = reference.Forward(TestData.ToDouble(parameters), batch);
        ReferenceResult held = reference.Forward(TestData.ToDouble(network.GetParameters()), batch);

        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        network.Predict(batch, output, state);
        double error = Largest(network, unrounded, state);
        double rounding = Largest(network, held, state);
        Assert.True(rounding <= Closeness.Int8, $"Hidden states are off by {rounding:E2} of those of the weights held.");
        Assert.True(error <= tolerance, $"Hidden states are off by {error:E2} of those of unrounded weights (and by {rounding:E2} of those of the weights held).");
        Assert.True(error > 10 * rounding, $"Hidden states are off by {error:E2} only: were weights rounded?");
    }

    private static NetworkCase Case(Type network) =>
        network == typeof(WorkloadD) ? new NetworkCase<WorkloadD>()
        : network == typeof(WorkloadDBFloat16) ? new NetworkCase<WorkloadDBFloat16>()
        : network == typeof(WorkloadDInt8) ? new NetworkCase<WorkloadDInt8>()
        : NetworkCase.Of(network);

    private static double Largest(INetwork network, ReferenceResult expected, IState state) => network.Description.States
        .Where(value => value.Name.EndsWith("/h", StringComparison.Ordinal))
        .Max(value => state.GetValue(value).Zip(expected.FinalStates[value.Name], (actual, wanted) => Math.Abs(actual - wanted)).Max());
}
