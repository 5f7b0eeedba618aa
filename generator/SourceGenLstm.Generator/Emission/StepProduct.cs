using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The product of a streaming step, <c>z += Σ over k of x[k] · w[k]</c>, with the sums in registers: the weights of an input stand beside each other, in the
/// order of the sums. Where there are few sums, even and odd inputs have sums of their own, so that no multiply-add waits for the one before.
/// </summary>
internal sealed class StepProduct(CodeWriter writer, IReadOnlyList<string> sums, int chains)
{
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

        for (int chain = 1; chain < chains; chain++)
        {
            writer.Write($"TLane {string.Join(", ", sums.Select(sum => $"{Chain(sum, chain)} = TLane.Zero"))};");
        }

        writer.Write($"w = ref At(ref w, {At(sums.Count)});");
        writer.Write("TLane a;");
    }

    /// <summary>Adds the product with a vector.</summary>
    public void Add(string formula, string vector, int count)
    {
        writer.Write($"// {formula}");
        int looped = count <= Limits.StepUnroll ? 0 : count / Limits.StepUnroll * Limits.StepUnroll;
        if (looped > 0)
        {
            using (writer.Block($"for (nint k = 0; k < {looped}; k += {Limits.StepUnroll})"))
            {
                for (int k = 0; k < Limits.StepUnroll; k++)
                {
                    Input(k, $"At(ref {vector}, k{(k == 0 ? "" : $" + {k}")})");
                }

                writer.Write($"w = ref At(ref w, {At(Limits.StepUnroll * sums.Count)});");
            }
        }

        for (int k = looped; k < count; k++)
        {
            Input(k - looped, $"At(ref {vector}, {k})");
        }

        if (count > looped)
        {
            writer.Write($"w = ref At(ref w, {At((count - looped) * sums.Count)});");
        }
    }

    /// <summary>Brings the chains together.</summary>
    public void End()
    {
        if (chains > 1)
        {
            writer.Line();
        }

        for (int chain = chains / 2; chain > 0; chain /= 2)
        {
            foreach (string sum in sums)
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

    private void Input(int k, string value)
    {
        writer.Write($"a = TLane.Create({value});");
        for (int sum = 0; sum < sums.Count; sum++)
        {
            string name = Chain(sums[sum], k % chains);
            writer.Write($"{name} = TLane.MultiplyAdd(ref w, {At((k * sums.Count) + sum)}, a, {name});");
        }
    }
}
