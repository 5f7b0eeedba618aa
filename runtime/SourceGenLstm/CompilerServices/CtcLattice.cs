namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The paths of connectionist temporal classification (Graves et al. 2006, section 4.1): states are blank, first label, blank, second label, …, blank. A path stays, goes on to the next
/// state, or passes over a blank between different labels. All values are logarithms of probabilities.
/// </summary>
internal readonly ref struct CtcLattice
{
    private readonly ReadOnlySpan<int> labels;
    private readonly Span<double> emissions;
    private readonly Span<double> forward;
    private readonly Span<double> backward;

    public CtcLattice(ReadOnlySpan<int> labels, int steps, Span<double> memory)
    {
        this.labels = labels;
        Steps = steps;
        int emissionLength = steps * (labels.Length + 1);
        int states = (2 * labels.Length) + 1;
        int forwardLength = steps * states;
        emissions = memory[..emissionLength];
        forward = memory.Slice(emissionLength, forwardLength);
        backward = memory.Slice(emissionLength + forwardLength, 2 * states);
    }

    public int Steps { get; }

    public int States => (2 * labels.Length) + 1;

    /// <summary>At a step: of the blank, then of each label.</summary>
    public Span<double> Emissions(int step) => emissions.Slice(step * (labels.Length + 1), labels.Length + 1);

    /// <summary>α[s] = ln of the sum over paths that are in s, this step's probability included; the likelihood of all paths is returned.</summary>
    public double Forward()
    {
        Span<double> alpha = forward[..States];
        alpha.Fill(double.NegativeInfinity);
        alpha[0] = Emissions(0)[0];
        if (States > 1)
        {
            alpha[1] = Emissions(0)[1];
        }

        for (int step = 1; step < Steps; step++)
        {
            Span<double> next = forward.Slice(step * States, States);
            Span<double> emission = Emissions(step);
            for (int state = 0; state < States; state++)
            {
                double before = state > 0 ? alpha[state - 1] : double.NegativeInfinity;
                double skipped = CanSkipTo(state) ? alpha[state - 2] : double.NegativeInfinity;
                next[state] = LogSpace.Sum(alpha[state], before, skipped) + emission[Label(state)];
            }

            alpha = next;
        }

        return States > 1 ? LogSpace.Sum(alpha[States - 1], alpha[States - 2]) : alpha[0];
    }

    /// <summary>β[s] = ln of the sum over the ways on from s, later steps' probabilities included: from the last step only the last two states end well.</summary>
    public void BeginBackward()
    {
        Span<double> beta = backward[..States];
        beta.Fill(double.NegativeInfinity);
        beta[States - 1] = 0;
        if (States > 1)
        {
            beta[States - 2] = 0;
        }
    }

    /// <summary>The share of the paths that are in a state at the step that the way back has reached.</summary>
    public double Occupancy(int step, int state, double logLikelihood) => Math.Exp(forward[(step * States) + state] + backward[state] - logLikelihood);

    /// <summary>From the β of a step to that of the one before.</summary>
    public void Backward(int step)
    {
        Span<double> beta = backward[..States];
        Span<double> emission = Emissions(step);
        Span<double> arrived = backward.Slice(States, States);
        for (int state = 0; state < States; state++)
        {
            arrived[state] = beta[state] + emission[Label(state)];
        }

        for (int state = 0; state < States; state++)
        {
            double after = state + 1 < States ? arrived[state + 1] : double.NegativeInfinity;
            double skipped = state + 2 < States && CanSkipTo(state + 2) ? arrived[state + 2] : double.NegativeInfinity;
            beta[state] = LogSpace.Sum(arrived[state], after, skipped);
        }
    }

    private static int Label(int state) => state % 2 == 0 ? 0 : (state / 2) + 1;

    private bool CanSkipTo(int state) => state % 2 == 1 && state > 1 && labels[state / 2] != labels[(state / 2) - 1];
}
