using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Where the values of a tensor stand in a packed layout. The tensor is <c>[rows, groups · units]</c>, a group being the columns of one gate. Units are cut
/// into blocks, a block into tiles as wide as a vector; within a block a row holds, tile by tile, the tile's units of each gate.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct PackedTensor
{
    private readonly int rows;
    private readonly int groups;
    private readonly int units;
    private readonly int offset;
    private readonly int blockUnits;
    private readonly int blockStride;
    private readonly int groupsPerPanel;
    private readonly int panelStride;
    private readonly int rowStride;
    private readonly int tileUnits;
    private readonly int tileStride;

    // Of rounded weights only: how, where the scales of a block are, and the distance of two of them.
    private readonly WeightFormat format;
    private readonly int scaleOffset;

    private PackedTensor(
        int rows,
        int groups,
        int units,
        int offset,
        int blockUnits,
        int blockStride,
        int groupsPerPanel,
        int panelStride,
        int rowStride,
        int tileUnits,
        int tileStride,
        WeightFormat format = WeightFormat.Float32,
        int scaleOffset = 0)
    {
        this.rows = rows;
        this.groups = groups;
        this.units = units;
        this.offset = offset;
        this.blockUnits = blockUnits;
        this.blockStride = blockStride;
        this.groupsPerPanel = groupsPerPanel;
        this.panelStride = panelStride;
        this.rowStride = rowStride;
        this.tileUnits = tileUnits;
        this.tileStride = tileStride;
        this.format = format;
        this.scaleOffset = scaleOffset;
    }

    // Of a convolution of several groups only: their number, the inputs of one, those that a block of units has, and what the first of these is a multiple of.
    private int ChannelGroups { get; init; }

    private int GroupInputs { get; init; }

    private int BlockInputs { get; init; }

    private int Alignment { get; init; }

    /// <summary>The number of values.</summary>
    public int Length => rows * groups * units;

    /// <summary>
    /// Gates of a streaming step, <c>[block][row][tile][gate][lane]</c>: a block of several vectors of units, all gates beside each other, so that one pass over the
    /// inputs fills every accumulator.
    /// </summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="groups">The gates.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: bias, inputs, recurrent inputs.</param>
    /// <param name="tiles">The vectors of units in a block.</param>
    /// <param name="lane">The values of a vector.</param>
    public static PackedTensor Step(int rows, int groups, int units, int offset, int firstRow, int depth, int tiles, int lane)
    {
        int rowStride = tiles * groups * lane;
        return new PackedTensor(rows, groups, units, offset + (firstRow * rowStride), tiles * lane, depth * rowStride, groups, 0, rowStride, lane, groups * lane);
    }

    /// <summary>
    /// The same with matrices of some <see cref="WeightFormat"/>. A block begins with the bias in float32, <c>[tile][gate][lane]</c>; then comes one matrix after
    /// the other: the scales of its columns in float32, where the format has any, and its rows, <c>[row][word][lane]</c>, a lane being 32 bits. A word holds one
    /// weight of as many columns as fit, in the order of the bias; what the last word of a row has left over is not used.
    /// </summary>
    /// <param name="format">How matrices are kept.</param>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="groups">The gates.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: bias, inputs, recurrent inputs.</param>
    /// <param name="matrix">The tensor's number among the layer's matrices.</param>
    /// <param name="matrices">The number of the layer's matrices.</param>
    /// <param name="tiles">The vectors of units in a block.</param>
    /// <param name="lane">The values of a vector.</param>
    public static PackedTensor Step(
        WeightFormat format, int rows, int groups, int units, int offset, int firstRow, int depth, int matrix, int matrices, int tiles, int lane) =>
        Step(format, rows, groups, units, offset, firstRow, depth, 1, matrix, matrices, tiles, lane);

    /// <summary>The same where a block begins with several rows of biases.</summary>
    /// <param name="format">How matrices are kept.</param>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="groups">The gates.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: biases, inputs, recurrent inputs.</param>
    /// <param name="biases">The rows of biases.</param>
    /// <param name="matrix">The tensor's number among the layer's matrices.</param>
    /// <param name="matrices">The number of the layer's matrices.</param>
    /// <param name="tiles">The vectors of units in a block.</param>
    /// <param name="lane">The values of a vector.</param>
    public static PackedTensor Step(
        WeightFormat format, int rows, int groups, int units, int offset, int firstRow, int depth, int biases, int matrix, int matrices, int tiles, int lane)
    {
        int columns = tiles * groups;
        int vector = columns * lane;
        int scales = format == WeightFormat.Int8 ? vector : 0;
        int rowStride = (columns + WordCount(format) - 1) / WordCount(format) * lane;
        int blockStride = (biases * vector) + (matrices * scales) + ((depth - biases) * rowStride);
        if (firstRow == 0)
        {
            return new PackedTensor(rows, groups, units, offset, tiles * lane, blockStride, groups, 0, vector, lane, groups * lane);
        }

        int scaleOffset = offset + (biases * vector) + (matrix * scales) + ((firstRow - biases) * rowStride);
        return new PackedTensor(rows, groups, units, scaleOffset + scales, tiles * lane, blockStride, groups, 0, rowStride, lane, groups * lane, format, scaleOffset);
    }

    /// <summary>Units of a small dense layer, <c>[unit][row]</c>, each a dot product with the input.</summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the tensor begins.</param>
    /// <param name="stride">The distance of units.</param>
    public static PackedTensor Dot(int rows, int units, int offset, int stride) => new(rows, 1, units, offset, 1, stride, 1, 0, 1, 1, 0);

    /// <summary>Rows as they are, each padded.</summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the tensor begins.</param>
    /// <param name="stride">The distance of rows.</param>
    public static PackedTensor Table(int rows, int units, int offset, int stride) => new(rows, 1, units, offset, stride, 0, 1, 0, stride, stride, 0);

    /// <summary>
    /// Gates of a trainer, <c>[panel][row][32]</c>: a panel holds 16 units of two gates, so that four gates of a unit block are two panels. The last panel of an odd number of gates would be half empty.
    /// </summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="groups">The gates.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: bias, inputs, recurrent inputs.</param>
    public static PackedTensor GatePanels(int rows, int groups, int units, int offset, int firstRow, int depth)
    {
        const int Half = MatrixTile.PanelWidth / 2;
        int panelStride = depth * MatrixTile.PanelWidth;
        return new PackedTensor(
            rows, groups, units, offset + (firstRow * MatrixTile.PanelWidth), Half, (groups + 1) / 2 * panelStride, 2, panelStride, MatrixTile.PanelWidth, Half, 0);
    }

    /// <summary>Columns of a trainer's matrix, <c>[panel][row][32]</c>.</summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: bias and inputs.</param>
    public static PackedTensor Panels(int rows, int units, int offset, int firstRow, int depth) => Panels(rows, 1, units, offset, firstRow, depth);

    /// <summary>Gates of a trainer, gate after gate, each in panels of its own: <c>[gate][panel][row][32]</c>.</summary>
    /// <param name="rows">The tensor's rows.</param>
    /// <param name="groups">The gates.</param>
    /// <param name="units">The units.</param>
    /// <param name="offset">Where the layer begins.</param>
    /// <param name="firstRow">The tensor's first row among the layer's.</param>
    /// <param name="depth">All rows of the layer: biases, inputs, recurrent inputs.</param>
    public static PackedTensor Panels(int rows, int groups, int units, int offset, int firstRow, int depth)
    {
        int panelLength = depth * MatrixTile.PanelWidth;
        int panels = (units + MatrixTile.PanelWidth - 1) / MatrixTile.PanelWidth;
        return new PackedTensor(
            rows,
            groups,
            units,
            offset + (firstRow * MatrixTile.PanelWidth),
            MatrixTile.PanelWidth,
            panelLength,
            1,
            panels * panelLength,
            MatrixTile.PanelWidth,
            MatrixTile.PanelWidth,
            0);
    }

    /// <summary>
    /// The panels of a tensor of a trainer, each of <paramref name="rows"/> rows of 32 values, the first of them at the offset: whole columns of the tensor, and zeros where it has none, as
    /// at the inputs of other groups.
    /// </summary>
    /// <param name="rows">The rows of each.</param>
    /// <param name="rowStride">The distance of rows.</param>
    /// <returns>Where each panel begins.</returns>
    internal IEnumerable<int> PanelOffsets(out int rows, out int rowStride)
    {
        if (blockStride == 0)
        {
            return TableOffsets(out rows, out rowStride);
        }

        rows = ChannelGroups > 1 ? this.rows / GroupInputs * BlockInputs : this.rows;
        rowStride = this.rowStride;
        PackedTensor tensor = this;
        return Enumerable.Range(0, (units + blockUnits - 1) / blockUnits).SelectMany(block =>
            Enumerable.Range(0, (tensor.groups + tensor.groupsPerPanel - 1) / tensor.groupsPerPanel).Select(panel =>
                tensor.offset + (block * tensor.blockStride) + (panel * tensor.panelStride)));
    }

    // A table's rows stand one behind the other, whatever their length, and zeros fill its last panel. Its weights are multiplied value by value, as on the diagonal of a matrix: a column is one weight.
    private IEnumerable<int> TableOffsets(out int rows, out int rowStride)
    {
        rows = 1;
        rowStride = MatrixTile.PanelWidth;
        int first = offset;
        return Enumerable.Range(0, ((this.rows * this.rowStride) + MatrixTile.PanelWidth - 1) / MatrixTile.PanelWidth).Select(panel => first + (panel * MatrixTile.PanelWidth));
    }

    /// <summary>The same tensor with its rows further apart, others between them.</summary>
    /// <param name="distance">The distance, in rows of the layer.</param>
    public PackedTensor Apart(int distance) =>
        new(rows, groups, units, offset, blockUnits, blockStride, groupsPerPanel, panelStride, rowStride * distance, tileUnits, tileStride, format, scaleOffset);

    /// <summary>
    /// The same kernel of a convolution whose inputs and units are cut into groups: its rows are those of one group, tap after tap, and stand at the inputs of the unit's group. At the inputs of other groups
    /// the packed layout keeps its zeros.
    /// </summary>
    /// <param name="channelGroups">The number of groups, a divisor of the units.</param>
    /// <param name="groupInputs">The inputs of a group.</param>
    public PackedTensor InGroups(int channelGroups, int groupInputs) => InGroups(channelGroups, groupInputs, channelGroups * groupInputs, 1);

    /// <summary>The same where a block of units has no rows but those of some inputs beside each other, among them those of its groups.</summary>
    /// <param name="channelGroups">The number of groups, a divisor of the units.</param>
    /// <param name="groupInputs">The inputs of a group.</param>
    /// <param name="blockInputs">The inputs that a block has.</param>
    /// <param name="alignment">What the first of them is a multiple of.</param>
    public PackedTensor InGroups(int channelGroups, int groupInputs, int blockInputs, int alignment) =>
        this with { ChannelGroups = channelGroups, GroupInputs = groupInputs, BlockInputs = blockInputs, Alignment = alignment };

    /// <summary>Copies the tensor from its canonical layout, row-major, into the packed one.</summary>
    /// <param name="canonical">The tensor.</param>
    /// <param name="packed">The whole packed layout.</param>
    public void Pack(ReadOnlySpan<float> canonical, Span<float> packed)
    {
        if (format != WeightFormat.Float32)
        {
            PackRounded(canonical, packed);
            return;
        }

        for (int row = 0, at = 0; row < rows; row++)
        {
            for (int group = 0; group < groups; group++)
            {
                for (int unit = 0, count; unit < units; unit += count)
                {
                    count = ChannelGroups > 1 ? 1 : Math.Min(tileUnits, units - unit);
                    canonical.Slice(at, count).CopyTo(packed[Address(row, group, unit)..]);
                    at += count;
                }
            }
        }
    }

    /// <summary>Adds the tensor in its canonical layout to the packed one.</summary>
    /// <param name="canonical">The tensor.</param>
    /// <param name="packed">The whole packed layout.</param>
    public void Add(ReadOnlySpan<float> canonical, Span<float> packed)
    {
        for (int row = 0, at = 0; row < rows; row++)
        {
            for (int group = 0; group < groups; group++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    packed[Address(row, group, unit)] += canonical[at++];
                }
            }
        }
    }

    /// <summary>Copies the tensor from the packed layout into its canonical one, row-major.</summary>
    /// <param name="packed">The whole packed layout.</param>
    /// <param name="canonical">Receives the tensor.</param>
    public void Unpack(ReadOnlySpan<float> packed, Span<float> canonical)
    {
        if (format != WeightFormat.Float32)
        {
            UnpackRounded(packed, canonical);
            return;
        }

        for (int row = 0, at = 0; row < rows; row++)
        {
            for (int group = 0; group < groups; group++)
            {
                for (int unit = 0, count; unit < units; unit += count)
                {
                    count = ChannelGroups > 1 ? 1 : Math.Min(tileUnits, units - unit);
                    packed.Slice(Address(row, group, unit), count).CopyTo(canonical[at..]);
                    at += count;
                }
            }
        }
    }

    private static int WordCount(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => PackedBFloat16.Count,
        WeightFormat.Int8 => PackedInt8.Count,
        _ => 1,
    };

    private void PackRounded(ReadOnlySpan<float> canonical, Span<float> packed)
    {
        Span<uint> words = MemoryMarshal.Cast<float, uint>(packed);
        ColumnPlace[] columns = ColumnPlaces();
        if (format == WeightFormat.Int8)
        {
            SetScales(canonical, packed, columns);
        }

        for (int row = 0, at = 0; row < rows; row++)
        {
            foreach (ColumnPlace column in columns)
            {
                float weight = canonical[at++];
                ref uint word = ref words[column.Word + (row * rowStride)];
                word = format == WeightFormat.Int8
                    ? PackedInt8.With(word, column.Place, weight, packed[column.Scale])
                    : PackedBFloat16.With(word, column.Place, weight);
            }
        }
    }

    private static void SetScales(ReadOnlySpan<float> canonical, Span<float> packed, ColumnPlace[] columns)
    {
        var largest = new float[columns.Length];
        for (int at = 0; at < canonical.Length; at++)
        {
            ref float magnitude = ref largest[at % columns.Length];
            magnitude = MathF.Max(magnitude, MathF.Abs(canonical[at]));
        }

        for (int column = 0; column < columns.Length; column++)
        {
            packed[columns[column].Scale] = PackedInt8.Scale(largest[column]);
        }
    }

    private void UnpackRounded(ReadOnlySpan<float> packed, Span<float> canonical)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<float, uint>(packed);
        ColumnPlace[] columns = ColumnPlaces();
        for (int row = 0, at = 0; row < rows; row++)
        {
            foreach (ColumnPlace column in columns)
            {
                uint word = words[column.Word + (row * rowStride)];
                canonical[at++] = format == WeightFormat.Int8
                    ? PackedInt8.Get(word, column.Place, packed[column.Scale])
                    : PackedBFloat16.Get(word, column.Place);
            }
        }
    }

    private ColumnPlace[] ColumnPlaces()
    {
        var columns = new ColumnPlace[groups * units];
        int weightsOfWord = WordCount(format);
        for (int column = 0; column < columns.Length; column++)
        {
            int unit = column % units;
            int at = (unit / blockUnits * blockStride) + (unit % tileUnits);
            int vector = (unit % blockUnits / tileUnits * groups) + (column / units);
            columns[column] = new ColumnPlace(
                offset + at + (vector / weightsOfWord * tileUnits), vector % weightsOfWord, scaleOffset + at + (vector * tileUnits));
        }

        return columns;
    }

    private int Address(int row, int group, int unit) =>
        offset
        + (unit / blockUnits * blockStride)
        + (group / groupsPerPanel * panelStride)
        + (PackedRow(row, unit) * rowStride)
        + (unit % blockUnits / tileUnits * tileStride)
        + (group % groupsPerPanel * tileUnits)
        + (unit % tileUnits);

    private int PackedRow(int row, int unit)
    {
        if (ChannelGroups <= 1)
        {
            return row;
        }

        int groupUnits = units / ChannelGroups;
        int blockGroup = unit / blockUnits * blockUnits / groupUnits;
        int first = Math.Min(blockGroup * GroupInputs / Alignment * Alignment, (ChannelGroups * GroupInputs) - BlockInputs);
        return (row / GroupInputs * BlockInputs) + (unit / groupUnits * GroupInputs) - first + (row % GroupInputs);
    }

    /// <summary>Where a column of rounded weights is.</summary>
    /// <param name="Word">The word of its first row.</param>
    /// <param name="Place">Its place in each word.</param>
    /// <param name="Scale">Where its scale is, if it has one.</param>
    private readonly record struct ColumnPlace(int Word, int Place, int Scale);
}
