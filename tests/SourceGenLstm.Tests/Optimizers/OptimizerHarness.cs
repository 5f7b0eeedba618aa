using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Optimizers;

/// <summary>Parameters, gradient and moments of one optimiser, updated by the kernels under test.</summary>
internal sealed class OptimizerHarness
{
    private readonly IOptimizer optimizer;
    private readonly int count;
    private readonly AlignedBuffer gradient;
    private long updates;

    public OptimizerHarness(IOptimizer optimizer, int count)
    {
        this.optimizer = optimizer;
        this.count = count;
        Parameters = new AlignedBuffer(count);
        gradient = new AlignedBuffer(count);
        Moment1 = new AlignedBuffer(count);
        Moment2 = new AlignedBuffer(count);
    }

    public AlignedBuffer Parameters { get; }

    public AlignedBuffer Moment1 { get; }

    public AlignedBuffer Moment2 { get; }

    public void Update<TLane>(ReadOnlySpan<float> newGradient, float gradientScale = 1)
        where TLane : struct, ILane<TLane>
    {
        newGradient.CopyTo(gradient.Span);
        float learningRate = optimizer.LearningRate.GetLearningRate(updates);
        updates++;
        UpdateRule rule = optimizer.GetRule(updates, learningRate);
        Optimization.Update<TLane>(
            in rule, gradientScale, optimizer.ClipValue, ref Parameters.Reference, ref gradient.Reference, ref Moment1.Reference, ref Moment2.Reference, count);
    }
}
