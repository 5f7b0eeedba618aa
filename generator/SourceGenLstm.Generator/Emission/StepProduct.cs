using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The product of a streaming step, <c>z += Σ over k of x[k] · w[k]</c>, with the sums in registers: the weights of an input stand beside each other, in the
/// order of the sums. Where there are few sums, even and odd inputs have sums of their own, so that no multiply-add waits for the one before.
/// Rounded weights share words, which are loaded once and widened weight by weight.
/// </summary>
/// <param name="writer">Receives the text.</param>
/// <param name="format">How the weights are kept.</param>
/// <param name="sums">The names of the sums.</param>
/// <param name="column">What there is one sum for, in a comment.</param>
/// <param name="chains">The sums that a sum is split into.</param>
internal sealed class StepProduct(CodeWriter writer, WeightFormat format, IReadOnlyList<string> sums, string column, int chains)
{
    private static readonly string[] BFloat16Places = ["BFloat16Low", "BFloat16High"];
    private static readonly string[] Int8Places = ["Int8First", "Int8Second", "Int8Third", "Int8Fourth"];

    private IReadOnlyList<string> sums = sums;

    // The ways to widen the weights of a word.
    private readonly string[] places = format == WeightFormat.BFloat16 ? BFloat16Places : format == WeightFormat.Int8 ? Int8Places : [""];

    // Products with int8 weights are summed apart from the sums, which receive them scaled.
    private readonly int firstChain = format == WeightFormat.Int8 ? 1 : 0;

    public StepProduct(CodeWriter writer, WeightFormat format, IReadOnlyList<string> sums, string column)
        : this(writer, format, sums, column, sums.Count >= Limits.Chains ? 1 : sums.Count * 2 >= Limits.Chains ? 2 : 4)
    {
    }

    private string Locals => format == WeightFormat.Float32 ? "TLane a;" : "TLane a, word;";

    /// <summary>Declares what all columns share, before any.</summary>
    public void EmitShared(params (string Vector, int Count)[] vectors)
    {
        if (format != WeightFormat.Int8)
        {
            return;
        }

        writer.Line();
        writer.Write("// Int8 weights q are widened to q + 384: what the sums will be too large by.");
        foreach ((string vector, int count) in vectors)
        {
            writer.Write($"TLane {vector}Excess = TLane.Create(Int8Offset * Sum<TLane>(ref {vector}, {count}));");
        }
    }

    /// <summary>Declares the sums, beginning with the bias.</summary>
    /// <param name="hasBias">Whether there is one; the row of it is there in either case.</param>
    public void Begin(bool hasBias)
    {
        writer.Write(hasBias ? "// z = b" : "// z = 0, without a bias");
        for (int sum = 0; sum < sums.Count; sum++)
        {
            writer.Write($"TLane {sums[sum]} = {(hasBias ? $"TLane.Load(ref w, {At(sum)})" : "TLane.Zero")};");
        }

        BeginChains(sums);
        writer.Write($"w = ref At(ref w, {At(sums.Count)});");
        writer.Write(Locals);
    }

    /// <summary>Declares the sums of two products, beginning with the bias of each; a sum of both begins with both.</summary>
    /// <param name="formula">The formula, for a comment.</param>
    /// <param name="others">The sums of the second product.</param>
    /// <param name="hasBias">Whether there are biases; the rows of them are there in either case.</param>
    public void Begin(string formula, IReadOnlyList<string> others, bool hasBias)
    {
        if (!hasBias)
        {
            string[] all = [.. sums, .. others.Except(sums)];
            writer.Write($"// {string.Join(", ", all)} = 0, without biases");
            foreach (string sum in all)
            {
                writer.Write($"TLane {sum} = TLane.Zero;");
            }

            BeginChains(sums);
            writer.Write($"w = ref At(ref w, {At(sums.Count + others.Count)});");
            writer.Write(Locals);
            return;
        }

        writer.Write($"// {formula}");
        for (int sum = 0; sum < sums.Count; sum++)
        {
            string second = others.Contains(sums[sum]) ? $" + TLane.Load(ref w, {At(sums.Count + sum)})" : "";
            writer.Write($"TLane {sums[sum]} = TLane.Load(ref w, {At(sum)}){second};");
        }

        for (int sum = 0; sum < others.Count; sum++)
        {
            if (!sums.Contains(others[sum]))
            {
                writer.Write($"TLane {others[sum]} = TLane.Load(ref w, {At(sums.Count + sum)});");
            }
        }

        BeginChains(sums);
        writer.Write($"w = ref At(ref w, {At(sums.Count + others.Count)});");
        writer.Write(Locals);
    }

    /// <summary>Declares the only sum, beginning with a value.</summary>
    public void Begin(string value)
    {
        writer.Write($"TLane {sums[0]} = {value};");
        BeginChains(sums);
        writer.Write(Locals);
    }

    /// <summary>Goes on with the second product: what is not among its sums is done.</summary>
    /// <param name="others">The sums of the second product.</param>
    public void Continue(IReadOnlyList<string> others)
    {
        EndChains(sums.Except(others));
        BeginChains(others.Except(sums));
        sums = others;
    }

    /// <summary>Adds the product with a vector.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="matrix">The matrix, in a comment.</param>
    /// <param name="count">The values of the vector.</param>
    /// <param name="left">The sums, in a comment.</param>
    /// <param name="row">The sum of each weight of a row, null for a weight that is left out; nothing: those of the product.</param>
    public void Add(string vector, string matrix, int count, string left = "z", IReadOnlyList<string?>? row = null)
    {
        row ??= sums;
        if (format == WeightFormat.BFloat16)
        {
            writer.Write($"// {left} += {vector}·{matrix}; a word holds two bfloat16 weights of an input, one for each of two {column}s");
        }
        else if (format == WeightFormat.Int8)
        {
            writer.Write(
                $"""
                // {left} += {vector}·{matrix}, with {matrix} = s·q: a word holds four int8 weights q of an input, one for each {column}, and Σ {vector}·q = Σ {vector}·(q + 384) - 384 Σ {vector}
                ref float {vector}Scales = ref w;
                w = ref At(ref w, {At(row.Count)});
                """);
            for (int chain = 1; chain <= chains; chain++)
            {
                writer.Write($"{string.Join(" = ", row.OfType<string>().Select(sum => Chain(sum, chain)))} = TLane.Zero;");
            }
        }
        else
        {
            writer.Write($"// {left} += {vector}·{matrix}");
        }

        EmitInputs(vector, count, row);
        if (format == WeightFormat.Int8)
        {
            for (int sum = 0; sum < row.Count; sum++)
            {
                if (row[sum] is { } name)
                {
                    string total = string.Join(" + ", Enumerable.Range(1, chains).Select(chain => Chain(name, chain)));
                    writer.Write($"{name} = TLane.MultiplyAdd(ref {vector}Scales, {At(sum)}, {total} - {vector}Excess, {name});");
                }
            }
        }
    }

    /// <summary>Brings the chains together.</summary>
    public void End()
    {
        if (firstChain == 0 && chains > 1)
        {
            writer.Line();
        }

        EndChains(sums);
    }

    private void BeginChains(IEnumerable<string> begun)
    {
        string zero = firstChain == 0 ? " = TLane.Zero" : "";
        for (int chain = 1; chain < chains + firstChain; chain++)
        {
            writer.Write($"TLane {string.Join(", ", begun.Select(sum => $"{Chain(sum, chain)}{zero}"))};");
        }
    }

    // The chains of products with int8 weights end with the product, when they are scaled.
    private void EndChains(IEnumerable<string> ended)
    {
        for (int chain = firstChain == 0 ? chains / 2 : 0; chain > 0; chain /= 2)
        {
            foreach (string sum in ended)
            {
                for (int other = 0; other < chain; other++)
                {
                    writer.Write($"{Chain(sum, other)} += {Chain(sum, other + chain)};");
                }
            }
        }
    }

    private static string Chain(string sum, int chain) => chain == 0 ? sum : $"{sum}_{chain}";

    /// <summary>The place of a vector among vectors.</summary>
    public static string At(int index) => index == 0 ? "0" : index == 1 ? "TLane.Count" : $"{index} * TLane.Count";

    private void EmitInputs(string vector, int count, IReadOnlyList<string?> row)
    {
        int looped = count <= Limits.StepUnroll ? 0 : count / Limits.StepUnroll * Limits.StepUnroll;
        if (looped > 0)
        {
            using (writer.Block($"for (nint k = 0; k < {looped}; k += {Limits.StepUnroll})"))
            {
                for (int k = 0; k < Limits.StepUnroll; k++)
                {
                    Input(k, $"At(ref {vector}, k{(k == 0 ? "" : $" + {k}")})", row);
                }

                writer.Write($"w = ref At(ref w, {At(Limits.StepUnroll * RowVectors(row))});");
            }
        }

        for (int k = looped; k < count; k++)
        {
            Input(k - looped, $"At(ref {vector}, {k})", row);
        }

        if (count > looped)
        {
            writer.Write($"w = ref At(ref w, {At((count - looped) * RowVectors(row))});");
        }
    }

    private int RowVectors(IReadOnlyList<string?> row) => (row.Count + places.Length - 1) / places.Length;

    private void Input(int k, string value, IReadOnlyList<string?> row)
    {
        writer.Write($"a = TLane.Create({value});");
        int loaded = -1;
        for (int sum = 0; sum < row.Count; sum++)
        {
            if (row[sum] is not { } name)
            {
                continue;
            }

            name = Chain(name, (k % chains) + firstChain);
            int word = sum / places.Length;
            string at = At((k * RowVectors(row)) + word);
            if (format == WeightFormat.Float32)
            {
                writer.Write($"{name} = TLane.MultiplyAdd(ref w, {at}, a, {name});");
                continue;
            }

            if (word != loaded)
            {
                writer.Write($"word = TLane.Load(ref w, {at});");
                loaded = word;
            }

            writer.Write($"TLane.AddProduct(TLane.{places[sum % places.Length]}(word), a, ref {name});");
        }
    }
}
