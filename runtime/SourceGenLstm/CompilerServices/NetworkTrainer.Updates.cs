using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SourceGenLstm.CompilerServices;

/// <content>The norm of the gradient, chunk by chunk, and the optimiser's update.</content>
public abstract partial class NetworkTrainer
{
    private void Measure(int thread)
    {
        int first = 0;
        foreach (LayerRange layer in layout.Layers)
        {
            int chunks = ChunksToMeasure(layer);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                if ((first + chunk) % team.Threads == thread)
                {
                    squares[first + chunk] = Vector512.IsHardwareAccelerated ? SumOfSquares<Lane512>(layer, chunk) : SumOfSquares<LaneT>(layer, chunk);
                }
            }

            first += chunks;
        }
    }

    private int ChunksToMeasure(LayerRange layer) => layer.Vocabulary > 0 ? occurredTokens!.Chunks : Chunks(layer.Trained);

    private double SumOfSquares<TLane>(LayerRange layer, int chunk)
        where TLane : struct, ILane<TLane>
    {
        if (layer.Vocabulary > 0)
        {
            return occurredTokens!.SumOfSquares<TLane>(ref gradients.Reference, Optimizer.ClipValue, chunk);
        }

        int at = chunk * ChunkLength;
        return Optimization.SumOfSquares<TLane>(
            ref Unsafe.Add(ref gradients.Reference, layer.Offset + at), Optimizer.ClipValue, Math.Min(ChunkLength, layer.Trained - at));
    }

    private void Update(int thread)
    {
        foreach ((int offset, int length) in trained)
        {
            for (int at = thread * ChunkLength; at < length; at += team.Threads * ChunkLength)
            {
                Update(offset + at, Math.Min(ChunkLength, length - at));
            }
        }
    }

    private void Update(int at, int count)
    {
        ref float parameter = ref Unsafe.Add(ref parameters.Reference, at);
        ref float gradient = ref Unsafe.Add(ref gradients.Reference, at);

        // A moment that the optimiser does not keep is never touched: any reference will do.
        ref float moment1 = ref moments.Length > 0 ? ref Unsafe.Add(ref moments[0].Reference, at) : ref gradient;
        ref float moment2 = ref moments.Length > 1 ? ref Unsafe.Add(ref moments[1].Reference, at) : ref gradient;
        if (Vector512.IsHardwareAccelerated)
        {
            Optimization.Update<Lane512>(rule, gradientScale, Optimizer.ClipValue, ref parameter, ref gradient, ref moment1, ref moment2, count);
        }
        else
        {
            Optimization.Update<LaneT>(rule, gradientScale, Optimizer.ClipValue, ref parameter, ref gradient, ref moment1, ref moment2, count);
        }
    }

    private double GradientNorm(out string largestLayer)
    {
        double total = 0;
        double largest = 0;
        largestLayer = "";
        int chunk = 0;
        foreach (LayerRange layer in layout.Layers)
        {
            double sum = 0;
            for (int last = chunk + ChunksToMeasure(layer); chunk < last; chunk++)
            {
                sum += squares[chunk];
            }

            if (!double.IsFinite(sum))
            {
                throw Diverged("The gradient", "is not finite", layer.Name);
            }

            total += sum;
            if (sum > largest)
            {
                largest = sum;
                largestLayer = layer.Name;
            }
        }

        return Math.Sqrt(total);
    }
}
