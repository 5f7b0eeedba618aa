namespace SourceGenLstm.Learning;

internal static class SplitFraction
{
    /// <summary>Returns the fraction, or refuses one that leaves nothing to train or nothing to validate.</summary>
    public static double Check(double validationFraction)
    {
        // The comparison also refuses NaN.
        if (!(validationFraction > 0 && validationFraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction), validationFraction, "The fraction held out for validation must lie between 0 and 1.");
        }

        return validationFraction;
    }
}
