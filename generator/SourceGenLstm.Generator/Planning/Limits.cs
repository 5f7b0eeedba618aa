namespace SourceGenLstm.Generator.Planning;

/// <summary>The numbers that decisions rest on, each with its reason.</summary>
internal static class Limits
{
    /// <summary>The first number of a mask of zoneout on h, and the distance to those on c: numbers below are those of layers, which masks of dropout have.</summary>
    public const int ZoneoutMasks = 1 << 16;

    /// <summary>The columns of a trainer's panel: two vectors of 512 bits or four of 256, so that one layout serves both.</summary>
    public const int PanelWidth = 32;

    /// <summary>The units of a gate in a panel: half of it, so that a pair of panels holds four gates of the same units.</summary>
    public const int GateUnits = 16;

    /// <summary>Vectors in memory are padded to this many values, the widest lane, so that offsets do not depend on the machine.</summary>
    public const int VectorPadding = 16;

    /// <summary>Inputs per round of a step's product. More gains at most 6 % at 64 units, and costs the just-in-time compiler up to four times as long.</summary>
    public const int StepUnroll = 4;

    /// <summary>Independent sums that hide the latency of a multiply-add: four cycles, two a cycle.</summary>
    public const int Chains = 8;

    /// <summary>The same where 32 registers leave room for it: with twice as many, a load that comes late delays nothing. 3 % at 20 and 32 units.</summary>
    public const int Chains32Registers = 16;

    /// <summary>Unit vectors of a layer with gates whose sums, four each, stay in 32 registers together, so that a step goes through the inputs only once.</summary>
    public const int GatedVectors32Registers = 3;

    /// <summary>The same with 16 registers.</summary>
    public const int GatedVectors16Registers = 2;

    /// <summary>
    /// Weights that surely stay in the first-level cache, of 48 KB at least on machines of today. Beyond it, weights of several unit vectors side by side come half as fast as those of one after the other, and a
    /// step gains by beginning with the weights that the one before read last.
    /// </summary>
    public const int FirstCacheBytes = 40 << 10;

    /// <summary>
    /// From this many multiply-adds on a step may share a layer out among threads: about 128 units of an LSTM, 3 µs. To start threads that wait and to wait for them takes
    /// 0.3 µs a layer.
    /// </summary>
    public const int SharedMultiplyAdds = 1 << 16;

    /// <summary>Unit vectors of a simple recurrent layer at a time: enough chains, on either number of registers.</summary>
    public const int SimpleRnnTiles = 8;

    /// <summary>Output vectors of a dense layer at a time: enough chains, on either number of registers.</summary>
    public const int DenseTiles = 8;

    /// <summary>Up to this many outputs a dense layer is a dot product for each, since a vector of outputs would be mostly padding.</summary>
    public const int DotUnits = 4;

    /// <summary>With fewer inputs than two of the widest vectors several filters are a vector of sums all the same: to add up the lanes of each takes longer. 5 % of ten small layers.</summary>
    public const int DotInputs = 32;

    /// <summary>Networks no wider than this step faster with 256-bit vectors: of 16 lanes half would be padding.</summary>
    public const int NarrowUnits = 8;

    /// <summary>Rows of an input product in one go, so that rows and a panel of weights stay in the second-level cache together.</summary>
    public const int ForwardRows = 256;

    /// <summary>
    /// Bytes of z of the steps that a recurrent layer takes together: half a second-level cache, so that what a product over a group of steps leaves is still there in
    /// the steps, and what the steps leave is there in the product. Written to memory and read back, it would cost a large layer a tenth of its time.
    /// </summary>
    public const int StepBytes = 1 << 19;

    /// <summary>Rows of a product that gives gradients by the input, whose left side is four times as wide.</summary>
    public const int BackwardRows = 64;

    /// <summary>Rows of a product that gives gradients of weights in one go: the depth that a register tile adds up before its sums go back to memory.</summary>
    public const int GradientRows = 320;

    /// <summary>The values of the narrowest vector.</summary>
    public const int NarrowestLane = 4;

    /// <summary>The values of a vector on the machines there are: 512, 256 and 128 bits.</summary>
    public static readonly int[] Lanes = [16, 8, 4];
}
