using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The product of a streaming step, <c>z += Σ over k of x[k] · w[k]</c>, with the sums in registers: the weights of an input stand beside each other, in the
/// order of the sums. Where there are few sums, even and odd inputs have sums of their own, so that no multiply-add waits for the one before.
/// </summary>
internal sealed class StepProduct(CodeWriter writer, IReadOnlyList<string> sums, int chains)
{
    private IReadOnlyList<string> sums = sums;

    public StepProduct(CodeWriter writer, IReadOnlyList<string> sums)
        : this(writer, sums, sums.Count >= Limits.Chains ? 1 : sums.Count * 2 >= Limits.Chains ? 2 : 4)
    {
    }

    /// <summary>Declares the sums, beginning with the bias.</summary>
    public void Begin()
    {
        writer.Write("// z = b");
        for (int sum = 0; sum < sums.Count; sum++)
        {
            writer.Write($"TLane {sums[sum]} = TLane.Load(ref w, {At(sum)});");
        }

        BeginChains(sums);
        writer.Write($"w = ref At(ref w, {At(sums.Count)});");
        writer.Write("TLane a;");
    }

    /// <summary>Declares the sums, beginning with values that are there.</summary>
    public void Begin(IReadOnlyList<string> values)
    {
        for (int sum = 0; sum < sums.Count; sum++)
        {
            writer.Write($"TLane {sums[sum]} = {values[sum]};");
        }

        BeginChains(sums);
        writer.Write("TLane a;");
    }

    /// <summary>Goes on with a second bias and other sums, of which some may be those so far; what is not among them is done.</summary>
    /// <param name="formula">The formula, for a comment.</param>
    /// <param name="others">The sums from here on.</param>
    public void Continue(string formula, IReadOnlyList<string> others)
    {
        EndChains(sums.Except(others));
        writer.Line();
        writer.Write($"// {formula}");
        for (int sum = 0; sum < others.Count; sum++)
        {
            string bias = $"TLane.Load(ref w, {At(sum)});";
            writer.Write(sums.Contains(others[sum]) ? $"{others[sum]} += {bias}" : $"TLane {others[sum]} = {bias}");
        }

        BeginChains(others.Except(sums));
        sums = others;
        writer.Write($"w = ref At(ref w, {At(sums.Count)});");
    }

    /// <summary>Adds the product with a vector.</summary>
    public void Add(string formula, string vector, int count) => Add(formula, vector, count, sums);

    /// <summary>Adds the product with a vector to some of the sums.</summary>
    /// <param name="formula">The formula, for a comment.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="count">Its values.</param>
    /// <param name="row">The sum of each weight of a row; null for a weight that is left out.</param>
    public void Add(string formula, string vector, int count, IReadOnlyList<string?> row)
    {
        writer.Write($"// {formula}");
        int looped = count <= Limits.StepUnroll ? 0 : count / Limits.StepUnroll * Limits.StepUnroll;
        if (looped > 0)
        {
            using (writer.Block($"for (nint k = 0; k < {looped}; k += {Limits.StepUnroll})"))
            {
                for (int k = 0; k < Limits.StepUnroll; k++)
                {
                    Input(k, $"At(ref {vector}, k{(k == 0 ? "" : $" + {k}")})", row);
                }

                writer.Write($"w = ref At(ref w, {At(Limits.StepUnroll * row.Count)});");
            }
        }

        for (int k = looped; k < count; k++)
        {
            Input(k - looped, $"At(ref {vector}, {k})", row);
        }

        if (count > looped)
        {
            writer.Write($"w = ref At(ref w, {At((count - looped) * row.Count)});");
        }
    }

    /// <summary>Brings the chains together.</summary>
    public void End()
    {
        if (chains > 1)
        {
            writer.Line();
        }

        EndChains(sums);
    }

    private void BeginChains(IEnumerable<string> begun)
    {
        for (int chain = 1; chain < chains; chain++)
        {
            writer.Write($"TLane {string.Join(", ", begun.Select(sum => $"{Chain(sum, chain)} = TLane.Zero"))};");
        }
    }

    private void EndChains(IEnumerable<string> ended)
    {
        for (int chain = chains / 2; chain > 0; chain /= 2)
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

    private void Input(int k, string value, IReadOnlyList<string?> row)
    {
        writer.Write($"a = TLane.Create({value});");
        for (int sum = 0; sum < row.Count; sum++)
        {
            if (row[sum] is { } name)
            {
                name = Chain(name, k % chains);
                writer.Write($"{name} = TLane.MultiplyAdd(ref w, {At((k * row.Count) + sum)}, a, {name});");
            }
        }
    }
}
