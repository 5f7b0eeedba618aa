using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// The settings of an optimiser, immutable: its moments live in the trainer. Implemented by <see cref="Sgd"/>, <see cref="RmsProp"/>, <see cref="Adam"/>
/// and <see cref="AdamW"/>.
/// </summary>
public interface IOptimizer
{
    /// <summary>The name that checkpoints carry, such as <c>adam</c>.</summary>
    string Name { get; }

    /// <summary>The learning rate as a function of the number of updates so far.</summary>
    LearningRateSchedule LearningRate { get; }

    /// <summary>Where positive, a gradient whose norm over all parameters is larger is scaled down to this norm. 0: off.</summary>
    float ClipNorm { get; }

    /// <summary>Where positive, each value of the gradient is clipped to ± this value, before the norm is. 0: off.</summary>
    float ClipValue { get; }

    /// <summary>How many moments of a parameter the optimiser keeps, 0 to 2.</summary>
    int MomentCount { get; }

    /// <summary>The arithmetic of one update.</summary>
    /// <param name="update">The number of the update, from 1 on.</param>
    /// <param name="learningRate">The learning rate, schedule and scale included.</param>
    UpdateRule GetRule(long update, float learningRate);
}
