using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// A conditional random field over the tags of a sequence (Lafferty, McCallum and Pereira 2001): the score of tags k is <c>start[k₁] + Σ e[t, k] + Σ T[k, k'] + end[kₙ]</c> with
/// emissions e, which a network gives, and transitions T from a tag to the next; its probability is <c>exp(score) / Z</c>, Z the sum over all tags. Sums over paths are taken in log space and double
/// precision. Parameters are the rows start, end, then the transitions from each tag.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LinearChainCrf
{
    private const int FirstTransition = 2;

    /// <summary>The values of the workspace of a sequence: of each step the logarithms of the sums over the tags before and behind, and that of Z.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="tags">The number of tags.</param>
    public static int Workspace(int steps, int tags) => checked((2 * steps * tags) + 1);

    /// <summary>
    /// <c>ln Z - score(tags)</c> of some sequences; the gradient by an emission is the probability of that tag at that step, less 1 for the right one.
    /// </summary>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="steps">The steps of each.</param>
    /// <param name="batch">The distance of steps, in rows.</param>
    /// <param name="emissions">The emissions of the first sequence's first step, <c>[panel][step · batch + sequence][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="tags">The number of tags.</param>
    /// <param name="parameters">Start, end and transitions, <c>[panel][2 + tags][32]</c>.</param>
    /// <param name="labels">The right tag of each step, <c>[step · batch + sequence]</c>.</param>
    /// <param name="lengths">The real steps of each sequence.</param>
    /// <param name="weights">The weight of each sequence.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for none.</param>
    /// <param name="workspace"><see cref="Workspace"/> values for each sequence; <see cref="Differentiate"/> reads them.</param>
    /// <param name="gradient">Receives the gradient by the emissions.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="losses">Receives each sequence's loss, times its weight.</param>
    /// <param name="hits">Receives the share of each sequence's tags that the likeliest path has right, times its weight.</param>
    public static void Loss(
        int sequences, int steps, int batch, ref float emissions, nint panelStride, int tags, ref float parameters, ref int labels, ref int lengths, ref float weights, float scale, ref double workspace, ref float gradient, nint gradientStride, ref double losses, ref float hits)
    {
        var weightsOfTags = new Parameters(ref parameters, tags);
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            float weight = Unsafe.Add(ref weights, sequence);
            int length = weight == 0 ? 0 : Unsafe.Add(ref lengths, sequence);
            Span<double> memory = Memory(ref workspace, sequence, steps, tags);
            var chain = new Chain(weightsOfTags, ref Unsafe.Add(ref emissions, (nint)sequence * MatrixTile.PanelWidth), panelStride, batch, ref Unsafe.Add(ref labels, sequence), length, memory);
            if (length == 0)
            {
                Unsafe.Add(ref losses, sequence) = 0;
                Unsafe.Add(ref hits, sequence) = 0;
            }
            else
            {
                Unsafe.Add(ref hits, sequence) = weight * chain.CountRight() / length;
                double logSum = chain.Forward();
                memory[^1] = logSum;
                Unsafe.Add(ref losses, sequence) = weight * (logSum - chain.Score());
            }

            if (scale != 0)
            {
                chain.Backward();
                chain.DifferentiateEmissions(steps, weight * scale, ref Unsafe.Add(ref gradient, (nint)sequence * MatrixTile.PanelWidth), gradientStride);
            }
        }
    }

    /// <summary>
    /// Gradients of a thread's rows of start, end and transitions, from what <see cref="Loss"/> left: the expected number of times that a sequence begins or ends with a tag, or goes from one to
    /// another, less how often it does. Each is one sum in one order.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="emissions">The emissions, <c>[panel][step · batch + sequence][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="tags">The number of tags.</param>
    /// <param name="parameters">Start, end and transitions, <c>[panel][2 + tags][32]</c>.</param>
    /// <param name="labels">The right tag of each step, <c>[step · batch + sequence]</c>.</param>
    /// <param name="lengths">The real steps of each sequence.</param>
    /// <param name="weights">The weight of each sequence.</param>
    /// <param name="scale">1 over the sum of all weights.</param>
    /// <param name="workspace">What the loss left.</param>
    /// <param name="adding">Whether to add to what is there.</param>
    /// <param name="gradient">The gradient by the parameters, laid out as they are.</param>
    public static void Differentiate(
        int thread, int threads, int steps, int batch, ref float emissions, nint panelStride, int tags, ref float parameters, ref int labels, ref int lengths, ref float weights, float scale, ref double workspace, bool adding, ref float gradient)
    {
        var weightsOfTags = new Parameters(ref parameters, tags);
        var gradients = new Parameters(ref gradient, tags);
        for (int row = thread; row < FirstTransition + tags; row += threads)
        {
            for (int tag = 0; tag < tags; tag++)
            {
                double sum = 0;
                for (int sequence = 0; sequence < batch; sequence++)
                {
                    float weight = Unsafe.Add(ref weights, sequence);
                    int length = weight == 0 ? 0 : Unsafe.Add(ref lengths, sequence);
                    if (length == 0)
                    {
                        continue;
                    }

                    var chain = new Chain(
                        weightsOfTags,
                        ref Unsafe.Add(ref emissions, (nint)sequence * MatrixTile.PanelWidth),
                        panelStride,
                        batch,
                        ref Unsafe.Add(ref labels, sequence),
                        length,
                        Memory(ref workspace, sequence, steps, tags));
                    double slope = row switch
                    {
                        0 => chain.Excess(0, tag),
                        1 => chain.Excess(length - 1, tag),
                        _ => chain.TransitionGradient(row - FirstTransition, tag),
                    };
                    sum += weight * scale * slope;
                }

                ref float place = ref gradients[row, tag];
                place = (float)(adding ? place + sum : sum);
            }
        }
    }

    /// <summary>The likeliest tags of a sequence (Viterbi 1967); of equally likely ones the lowest.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="tags">The number of tags.</param>
    /// <param name="emissions">The emissions, <c>[step][tags]</c>; used up.</param>
    /// <param name="scores">Scratch memory, <c>[2][tags]</c>.</param>
    /// <param name="parameters">Start, end and the transitions from each tag, <c>[2 + tags][stride]</c>.</param>
    /// <param name="stride">The distance of their rows.</param>
    /// <param name="path">Receives the tags, <c>[steps]</c>.</param>
    public static void Decode(int steps, int tags, ref float emissions, ref float scores, ref float parameters, int stride, Span<int> path)
    {
        ref float score = ref scores;
        ref float next = ref Unsafe.Add(ref scores, tags);
        for (int tag = 0; tag < tags; tag++)
        {
            Unsafe.Add(ref score, tag) = Unsafe.Add(ref parameters, tag) + Unsafe.Add(ref emissions, tag);
        }

        for (int step = 1; step < steps; step++)
        {
            ref float emission = ref Unsafe.Add(ref emissions, (nint)step * tags);
            for (int tag = 0; tag < tags; tag++)
            {
                float best = float.NegativeInfinity;
                int from = 0;
                for (int before = 0; before < tags; before++)
                {
                    float candidate = Unsafe.Add(ref score, before) + Unsafe.Add(ref parameters, ((nint)(FirstTransition + before) * stride) + tag);
                    if (candidate > best)
                    {
                        best = candidate;
                        from = before;
                    }
                }

                // The emission has been used: where the path came from takes its place.
                Unsafe.Add(ref next, tag) = best + Unsafe.Add(ref emission, tag);
                Unsafe.Add(ref emission, tag) = BitConverter.Int32BitsToSingle(from);
            }

            ref float swapped = ref score;
            score = ref next;
            next = ref swapped;
        }

        int last = 0;
        float most = float.NegativeInfinity;
        for (int tag = 0; tag < tags; tag++)
        {
            float total = Unsafe.Add(ref score, tag) + Unsafe.Add(ref parameters, stride + tag);
            if (total > most)
            {
                most = total;
                last = tag;
            }
        }

        for (int step = steps - 1; step >= 0; step--)
        {
            path[step] = last;
            last = BitConverter.SingleToInt32Bits(Unsafe.Add(ref emissions, ((nint)step * tags) + last));
        }
    }

    private static Span<double> Memory(ref double workspace, int sequence, int steps, int tags)
    {
        int length = Workspace(steps, tags);
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref workspace, (nint)sequence * length), length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint At(int column, nint panelStride) => (column / MatrixTile.PanelWidth * panelStride) + (column % MatrixTile.PanelWidth);

    /// <summary>Start, end and transitions in panels.</summary>
    private readonly ref struct Parameters(ref float first, int tags)
    {
        private readonly ref float first = ref first;

        public int Tags => tags;

        public ref float this[int row, int tag] => ref Unsafe.Add(ref first, ((nint)row * MatrixTile.PanelWidth) + At(tag, (nint)(FirstTransition + tags) * MatrixTile.PanelWidth));

        public double Start(int tag) => this[0, tag];

        public double End(int tag) => this[1, tag];

        public double Transition(int from, int to) => this[FirstTransition + from, to];
    }

    /// <summary>One sequence.</summary>
    private readonly ref struct Chain(Parameters parameters, ref float emissions, nint panelStride, int batch, ref int labels, int length, Span<double> memory)
    {
        private readonly Parameters parameters = parameters;
        private readonly ref float emissions = ref emissions;
        private readonly ref int labels = ref labels;

        // ln of the sum over all tags before a step, its own score included; and behind it, its own score not included.
        private readonly Span<double> forward = memory[..((memory.Length - 1) / 2)];
        private readonly Span<double> backward = memory[((memory.Length - 1) / 2)..^1];
        private readonly Span<double> logSum = memory[^1..];

        private int Tags => parameters.Tags;

        public double Score()
        {
            double score = parameters.Start(Label(0)) + parameters.End(Label(length - 1));
            for (int step = 0; step < length; step++)
            {
                score += Emission(step, Label(step)) + (step > 0 ? parameters.Transition(Label(step - 1), Label(step)) : 0);
            }

            return score;
        }

        public double Forward()
        {
            Span<double> alpha = forward[..Tags];
            for (int tag = 0; tag < Tags; tag++)
            {
                alpha[tag] = parameters.Start(tag) + Emission(0, tag);
            }

            for (int step = 1; step < length; step++)
            {
                Span<double> next = forward.Slice(step * Tags, Tags);
                for (int tag = 0; tag < Tags; tag++)
                {
                    var sum = new LogSpace.RunningSum();
                    for (int before = 0; before < Tags; before++)
                    {
                        sum.Add(alpha[before] + parameters.Transition(before, tag));
                    }

                    next[tag] = sum.Value + Emission(step, tag);
                }

                alpha = next;
            }

            var total = new LogSpace.RunningSum();
            for (int tag = 0; tag < Tags; tag++)
            {
                total.Add(alpha[tag] + parameters.End(tag));
            }

            return total.Value;
        }

        public void Backward()
        {
            if (length == 0)
            {
                return;
            }

            Span<double> beta = backward.Slice((length - 1) * Tags, Tags);
            for (int tag = 0; tag < Tags; tag++)
            {
                beta[tag] = parameters.End(tag);
            }

            for (int step = length - 2; step >= 0; step--)
            {
                Span<double> before = backward.Slice(step * Tags, Tags);
                for (int tag = 0; tag < Tags; tag++)
                {
                    var sum = new LogSpace.RunningSum();
                    for (int after = 0; after < Tags; after++)
                    {
                        sum.Add(parameters.Transition(tag, after) + Emission(step + 1, after) + beta[after]);
                    }

                    before[tag] = sum.Value;
                }

                beta = before;
            }
        }

        public void DifferentiateEmissions(int steps, float factor, ref float gradient, nint gradientStride)
        {
            for (int step = 0; step < steps; step++)
            {
                ref float row = ref Unsafe.Add(ref gradient, (nint)step * batch * MatrixTile.PanelWidth);
                for (int tag = 0; tag < Tags; tag++)
                {
                    float slope = step >= length ? 0 : (float)(Excess(step, tag) * factor);
                    Unsafe.Add(ref row, At(tag, gradientStride)) = float.IsSubnormal(slope) ? 0 : slope;
                }

                // Places beyond the tags must not reach the products of the backward pass.
                for (int tag = Tags; tag % MatrixTile.PanelWidth != 0; tag++)
                {
                    Unsafe.Add(ref row, At(tag, gradientStride)) = 0f;
                }
            }
        }

        /// <summary>The probability of a tag at a step, less 1 for the right one.</summary>
        public double Excess(int step, int tag)
        {
            int at = (step * Tags) + tag;
            return Math.Exp(forward[at] + backward[at] - logSum[0]) - (Label(step) == tag ? 1 : 0);
        }

        public double TransitionGradient(int from, int to)
        {
            double sum = 0;
            double transition = parameters.Transition(from, to);
            for (int step = 1; step < length; step++)
            {
                double probability = Math.Exp(forward[((step - 1) * Tags) + from] + transition + Emission(step, to) + backward[(step * Tags) + to] - logSum[0]);
                sum += probability - (Label(step - 1) == from && Label(step) == to ? 1 : 0);
            }

            return sum;
        }

        /// <summary>How many tags of the likeliest path are right. Uses the memory of both sums.</summary>
        public int CountRight()
        {
            for (int tag = 0; tag < Tags; tag++)
            {
                forward[tag] = parameters.Start(tag) + Emission(0, tag);
            }

            for (int step = 1; step < length; step++)
            {
                Span<double> before = forward.Slice((step - 1) * Tags, Tags);
                for (int tag = 0; tag < Tags; tag++)
                {
                    double best = double.NegativeInfinity;
                    int from = 0;
                    for (int other = 0; other < Tags; other++)
                    {
                        double candidate = before[other] + parameters.Transition(other, tag);
                        if (candidate > best)
                        {
                            best = candidate;
                            from = other;
                        }
                    }

                    forward[(step * Tags) + tag] = best + Emission(step, tag);
                    backward[(step * Tags) + tag] = from;
                }
            }

            Span<double> end = forward.Slice((length - 1) * Tags, Tags);
            int last = 0;
            for (int tag = 1; tag < Tags; tag++)
            {
                last = end[tag] + parameters.End(tag) > end[last] + parameters.End(last) ? tag : last;
            }

            int right = 0;
            for (int step = length - 1; step >= 0; step--)
            {
                right += Label(step) == last ? 1 : 0;
                last = step > 0 ? (int)backward[(step * Tags) + last] : last;
            }

            return right;
        }

        private int Label(int step) => Unsafe.Add(ref labels, (nint)step * batch);

        private double Emission(int step, int tag) => Unsafe.Add(ref emissions, ((nint)step * batch * MatrixTile.PanelWidth) + At(tag, panelStride));
    }
}
