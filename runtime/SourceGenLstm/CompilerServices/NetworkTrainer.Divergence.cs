using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <content>What is said where training diverges: the first layer whose outputs or states are not finite.</content>
public abstract partial class NetworkTrainer
{
    private TrainingDivergedException Diverged(string what, string problem, string layer) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Training of {Description.Name} diverged at update {UpdateCount + 1}: {what} {problem}, first in layer '{layer}'. Weights and moments are as they were before this update. A lower learning rate or gradient clipping (ClipNorm) may help, unless inputs or targets are not finite themselves."));

    private string FirstLayerWithBadOutput()
    {
        foreach (LayerRange layer in layout.Layers)
        {
            for (int column = 0; column < layer.Output.Columns; column++)
            {
                for (int row = 0; row < layer.Rows; row++)
                {
                    int at = layer.Output.Offset + (column / MatrixTile.PanelWidth * layer.Output.PanelStride) + (row * MatrixTile.PanelWidth) + (column % MatrixTile.PanelWidth);
                    if (!float.IsFinite(tape.Span[at]))
                    {
                        return layer.Name;
                    }
                }
            }
        }

        return layout.Layers[^1].Name;
    }

    // The first layer whose state after the last step is not finite.
    private string? FirstBadState()
    {
        foreach (TapeState state in layout.States)
        {
            for (int place = 0; place < state.Slot.Rows * layout.BatchSize; place++)
            {
                (TapeMatrix matrix, int row) = FinalRow(state, place / layout.BatchSize, place % layout.BatchSize);
                if (!IsFinite(matrix, row))
                {
                    return state.Slot.Name[..state.Slot.Name.IndexOf('/')];
                }
            }
        }

        return null;
    }

    private bool IsFinite(TapeMatrix matrix, int row)
    {
        for (int column = 0; column < matrix.Columns; column += MatrixTile.PanelWidth)
        {
            foreach (float value in Row(matrix, row, column)[..Math.Min(MatrixTile.PanelWidth, matrix.Columns - column)])
            {
                if (!float.IsFinite(value))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
