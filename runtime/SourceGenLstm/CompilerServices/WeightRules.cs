using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Penalties and constraints of a trainer's weights, over its packed parameters. Panels are cut into pieces that do not depend on the number of threads, and each piece is one thread's, so neither do
/// the bits. What pads a tensor is zero: it has no penalty, no gradient of one, and a column of zeros is never too long.
/// </summary>
internal sealed class WeightRules
{
    // Rows of a piece: 4096 values, as in an update.
    private const int PieceRows = 128;

    // Rows whose values are summed as float32, in a few partial sums, before they enter the double.
    private const int BlockRows = 32;

    private readonly List<Piece> penalized = [];
    private readonly List<Piece> constrained = [];
    private readonly double[] penalties;

    /// <summary>Makes the pieces.</summary>
    public WeightRules(TrainerLayout layout)
    {
        foreach (WeightRule rule in layout.WeightRules)
        {
            foreach (int offset in layout.Tensors[rule.Tensor].PanelOffsets(out int rows, out int rowStride))
            {
                for (int row = 0; row < rows && (rule.L1 > 0 || rule.L2 > 0); row += PieceRows)
                {
                    penalized.Add(new Piece(offset + (row * rowStride), Math.Min(PieceRows, rows - row), rowStride, rule));
                }

                if (rule.MaxNorm > 0)
                {
                    // A column is one sum.
                    constrained.Add(new Piece(offset, rows, rowStride, rule));
                }
            }
        }

        penalties = new double[penalized.Count];
    }

    /// <summary>Whether any tensor has a penalty.</summary>
    public bool HasPenalties => penalized.Count > 0;

    /// <summary>Whether any tensor has a largest norm.</summary>
    public bool HasConstraints => constrained.Count > 0;

    /// <summary>What all tensors add to the loss: the sum of what <see cref="Measure"/> left.</summary>
    public double Penalty
    {
        get
        {
            double sum = 0;
            foreach (double penalty in penalties)
            {
                sum += penalty;
            }

            return sum;
        }
    }

    /// <summary>Whether a tensor in a range of the parameters has a penalty.</summary>
    public bool HasPenalty(LayerRange range) => penalized.Exists(piece => piece.Offset >= range.Offset && piece.Offset < range.Offset + range.Length);

    /// <summary>Measures a thread's pieces: <c>l1 Σ|w| + l2 Σw²</c>.</summary>
    public void Measure(ref float parameters, int thread, int threads)
    {
        for (int index = thread; index < penalized.Count; index += threads)
        {
            Piece piece = penalized[index];
            penalties[index] = Vector512.IsHardwareAccelerated
                ? Measure<Lane512>(piece, ref Unsafe.Add(ref parameters, piece.Offset))
                : Measure<LaneT>(piece, ref Unsafe.Add(ref parameters, piece.Offset));
        }
    }

    /// <summary>Adds the gradient by a thread's pieces: <c>g += l1 sign(w) + 2 l2 w</c>.</summary>
    public void Differentiate(ref float parameters, ref float gradients, int thread, int threads)
    {
        for (int index = thread; index < penalized.Count; index += threads)
        {
            Piece piece = penalized[index];
            ref float weights = ref Unsafe.Add(ref parameters, piece.Offset);
            ref float gradient = ref Unsafe.Add(ref gradients, piece.Offset);
            if (Vector512.IsHardwareAccelerated)
            {
                Differentiate<Lane512>(piece, ref weights, ref gradient);
            }
            else
            {
                Differentiate<LaneT>(piece, ref weights, ref gradient);
            }
        }
    }

    /// <summary>Scales the columns of a thread's pieces that are too long: <c>w *= max / ‖w‖</c>.</summary>
    public void Constrain(ref float parameters, int thread, int threads)
    {
        for (int index = thread; index < constrained.Count; index += threads)
        {
            Piece piece = constrained[index];
            ref float weights = ref Unsafe.Add(ref parameters, piece.Offset);
            if (Vector512.IsHardwareAccelerated)
            {
                Constrain<Lane512>(piece, ref weights);
            }
            else
            {
                Constrain<LaneT>(piece, ref weights);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Measure<TLane>(Piece piece, ref float weights)
        where TLane : struct, ILane<TLane>
    {
        TLane l1 = TLane.Create(piece.Rule.L1);
        TLane l2 = TLane.Create(piece.Rule.L2);
        double sum = 0;
        for (int first = 0; first < piece.Rows; first += BlockRows)
        {
            TLane block = TLane.Zero;
            for (int row = first; row < Math.Min(first + BlockRows, piece.Rows); row++)
            {
                for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
                {
                    // (l1 + l2 |w|) |w|
                    TLane w = TLane.Abs(TLane.Load(ref weights, ((nint)row * piece.RowStride) + column));
                    block = TLane.MultiplyAdd(TLane.MultiplyAdd(l2, w, l1), w, block);
                }
            }

            sum += TLane.Sum(block);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Differentiate<TLane>(Piece piece, ref float weights, ref float gradient)
        where TLane : struct, ILane<TLane>
    {
        TLane l1 = TLane.Create(piece.Rule.L1);
        TLane minusL1 = TLane.Create(-piece.Rule.L1);
        TLane twiceL2 = TLane.Create(2 * piece.Rule.L2);
        for (int row = 0; row < piece.Rows; row++)
        {
            for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
            {
                nint at = ((nint)row * piece.RowStride) + column;
                TLane w = TLane.Load(ref weights, at);
                TLane slope = TLane.IfPositive(w, l1, TLane.IfPositive(-w, minusL1, TLane.Zero));
                TLane.Store(TLane.Load(ref gradient, at) + TLane.MultiplyAdd(twiceL2, w, slope), ref gradient, at);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Constrain<TLane>(Piece piece, ref float weights)
        where TLane : struct, ILane<TLane>
    {
        TLane limit = TLane.Create(piece.Rule.MaxNorm);
        TLane one = TLane.Create(1f);
        for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
        {
            // Of weights whose squares would be too large for float32 the largest, m, is taken out first: ‖w‖ = m ‖w / m‖.
            TLane largest = one;
            for (int row = 0; row < piece.Rows; row++)
            {
                largest = TLane.Max(TLane.Abs(TLane.Load(ref weights, ((nint)row * piece.RowStride) + column)), largest);
            }

            TLane shrink = one / largest;
            TLane squares = TLane.Zero;
            for (int row = 0; row < piece.Rows; row++)
            {
                TLane w = shrink * TLane.Load(ref weights, ((nint)row * piece.RowStride) + column);
                squares = TLane.MultiplyAdd(w, w, squares);
            }

            // Columns that are short enough keep their bits.
            TLane norm = TLane.Sqrt(squares);
            TLane excess = (largest * norm) - limit;
            TLane scale = TLane.IfPositive(excess, limit / norm, one);
            shrink = TLane.IfPositive(excess, shrink, one);
            for (int row = 0; row < piece.Rows; row++)
            {
                nint at = ((nint)row * piece.RowStride) + column;
                TLane.Store(scale * (shrink * TLane.Load(ref weights, at)), ref weights, at);
            }
        }
    }

    /// <summary>Some rows of a panel.</summary>
    /// <param name="Offset">Where they begin among the parameters.</param>
    /// <param name="Rows">Their number.</param>
    /// <param name="RowStride">Their distance.</param>
    /// <param name="Rule">What is to be done with them.</param>
    private readonly record struct Piece(int Offset, int Rows, int RowStride, WeightRule Rule);
}
