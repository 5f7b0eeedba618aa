using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <content>Connectionist temporal classification.</content>
public static partial class Losses
{
    /// <summary>
    /// <c>-ln Σ Π y[step, path[step]]</c> over all paths that are the labels once repeats are joined and blanks removed, y the softmax of z; the gradient by z is
    /// <c>y - γ</c>, γ the share of the paths that pass through a class at a step (Graves et al. 2006, in log space).
    /// </summary>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="steps">The steps of each.</param>
    /// <param name="batch">The distance of steps, in rows.</param>
    /// <param name="z">The logits of the first sequence's first step, <c>[panel][step · batch + sequence][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns, the blank among them.</param>
    /// <param name="blank">The blank's class.</param>
    /// <param name="maxLabels">The distance of the sequences' labels.</param>
    /// <param name="labels">The labels, <c>[sequence][maxLabels]</c>.</param>
    /// <param name="labelLengths">The number of labels of each sequence.</param>
    /// <param name="lengths">The real steps of each sequence.</param>
    /// <param name="weights">The weight of each sequence.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="workspace"><see cref="CtcWorkspace"/> values for each sequence.</param>
    /// <param name="losses">Receives each sequence's loss, times its weight.</param>
    /// <param name="hits">Receives the weight of each sequence whose likeliest class at each step gives the labels, otherwise 0.</param>
    public static void Ctc<TLane>(
        int sequences, int steps, int batch, ref float z, nint panelStride, int classes, int blank, int maxLabels, ref int labels, ref int labelLengths, ref int lengths, ref float weights, float scale, ref double workspace, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
    {
        int stride = CtcWorkspace(steps, maxLabels);
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            float weight = Unsafe.Add(ref weights, sequence);
            int length = weight == 0 ? 0 : Unsafe.Add(ref lengths, sequence);
            ref float first = ref Unsafe.Add(ref z, (nint)sequence * MatrixTile.PanelWidth);
            ref double loss = ref Unsafe.Add(ref losses, sequence);
            ref float hit = ref Unsafe.Add(ref hits, sequence);
            for (int step = length; step < steps; step++)
            {
                SkipSoftmax<TLane>(ref Unsafe.Add(ref first, (nint)step * batch * MatrixTile.PanelWidth), panelStride, classes, scale, ref loss, ref hit);
            }

            if (length == 0)
            {
                loss = 0;
                hit = 0;
                continue;
            }

            ReadOnlySpan<int> sequenceLabels = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref labels, sequence * maxLabels), Unsafe.Add(ref labelLengths, sequence));
            Span<double> memory = MemoryMarshal.CreateSpan(ref Unsafe.Add(ref workspace, (nint)sequence * stride), stride);
            var lattice = new CtcLattice(sequenceLabels, length, memory);
            hit = ReadEmissions<TLane>(lattice, ref first, batch, panelStride, classes, blank, sequenceLabels) ? weight : 0;
            double logLikelihood = lattice.Forward();
            loss = -logLikelihood * weight;
            if (scale != 0)
            {
                SubtractOccupancies<TLane>(lattice, logLikelihood, ref first, batch, panelStride, classes, blank, sequenceLabels, weight * scale);
            }
        }
    }

    /// <summary>The values of the workspace of a sequence: of each step the logarithm of each label's probability and of the paths so far, and of two steps that of the paths to come.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="maxLabels">The most labels.</param>
    public static int CtcWorkspace(int steps, int maxLabels) => checked((steps * ((3 * maxLabels) + 2)) + (2 * ((2 * maxLabels) + 1)));

    // The probabilities of blank and labels at each step; turns the logits into all of them. Whether the likeliest classes give the labels.
    private static bool ReadEmissions<TLane>(
        CtcLattice lattice, ref float first, int batch, nint panelStride, int classes, int blank, ReadOnlySpan<int> labels)
        where TLane : struct, ILane<TLane>
    {
        int found = 0;
        int before = blank;
        bool isRight = true;
        for (int step = 0; step < lattice.Steps; step++)
        {
            ref float row = ref Unsafe.Add(ref first, (nint)step * batch * MatrixTile.PanelWidth);
            Span<double> emissions = lattice.Emissions(step);
            emissions[0] = Unsafe.Add(ref row, At(blank, panelStride));
            for (int label = 0; label < labels.Length; label++)
            {
                emissions[label + 1] = Unsafe.Add(ref row, At(labels[label], panelStride));
            }

            Softmax.Row<TLane>(ref row, panelStride, classes, out double logSum);
            foreach (ref double emission in emissions)
            {
                emission -= logSum;
            }

            int likeliest = LargestColumn(ref row, panelStride, classes);
            if (likeliest != blank && likeliest != before)
            {
                isRight &= found < labels.Length && labels[found] == likeliest;
                found++;
            }

            before = likeliest;
        }

        return isRight && found == labels.Length;
    }

    // y - γ, from the last step to the first.
    private static void SubtractOccupancies<TLane>(
        CtcLattice lattice, double logLikelihood, ref float first, int batch, nint panelStride, int classes, int blank, ReadOnlySpan<int> labels, float factor)
        where TLane : struct, ILane<TLane>
    {
        lattice.BeginBackward();
        for (int step = lattice.Steps - 1; step >= 0; step--)
        {
            ref float row = ref Unsafe.Add(ref first, (nint)step * batch * MatrixTile.PanelWidth);
            double blanks = 0;
            for (int state = 0; state < lattice.States; state++)
            {
                double occupancy = lattice.Occupancy(step, state, logLikelihood);
                if (state % 2 == 0)
                {
                    blanks += occupancy;
                }
                else
                {
                    Unsafe.Add(ref row, At(labels[state / 2], panelStride)) -= (float)occupancy;
                }
            }

            Unsafe.Add(ref row, At(blank, panelStride)) -= (float)blanks;
            ScaleRow<TLane>(ref row, panelStride, classes, factor);
            lattice.Backward(step);
        }
    }
}
