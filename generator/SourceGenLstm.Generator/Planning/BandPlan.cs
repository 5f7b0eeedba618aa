namespace SourceGenLstm.Generator.Planning;

/// <summary>
/// The rows that a block of columns sees, where both are cut into groups and a column sees the rows of its own alone. Such a matrix has its weights in squares along the diagonal, so that a block needs few
/// rows beside each other. Every block has as many.
/// </summary>
/// <param name="Groups">The groups, a divisor of rows and columns.</param>
/// <param name="Rows">All rows.</param>
/// <param name="Columns">All columns.</param>
/// <param name="Block">The columns of a block.</param>
/// <param name="Alignment">What the first row of every block is a multiple of.</param>
internal sealed record BandPlan(int Groups, int Rows, int Columns, int Block, int Alignment)
{
    /// <summary>The rows that a block has.</summary>
    public int Width
    {
        get
        {
            if (Groups == 1)
            {
                return Rows;
            }

            int needed = Enumerable.Range(0, Blocks).Max(block => End(block) - (Start(block) / Alignment * Alignment));
            return Rows - ((Rows - needed) / Alignment * Alignment);
        }
    }

    /// <summary>Whether every block has every row.</summary>
    public bool IsWhole => Width == Rows;

    /// <summary>Whether a block has rows of one group only.</summary>
    public bool IsExact => Width == GroupRows && GroupColumns % Block == 0;

    public int Blocks => (Columns + Block - 1) / Block;

    public int GroupRows => Rows / Groups;

    public int GroupColumns => Columns / Groups;

    /// <summary>The first row of a block.</summary>
    public int First(int block) => Math.Min(Start(block) / Alignment * Alignment, Rows - Width);

    private int Start(int block) => block * Block / GroupColumns * GroupRows;

    private int End(int block) => ((Math.Min((block + 1) * Block, Columns) - 1) / GroupColumns * GroupRows) + GroupRows;
}
