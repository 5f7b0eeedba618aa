namespace SourceGenLstm.Generator.Planning;

/// <summary>Dropout on h where the recurrent kernel multiplies it: one mask for all steps of a sequence.</summary>
/// <param name="Index">The layer's number, which tells its masks from those of others.</param>
/// <param name="Rate">The probability of a zero.</param>
/// <param name="Hidden">What the kernel multiplies, for the gradient of the kernel: a batch of rows for each step.</param>
/// <param name="Gradient">The gradient by it, of one step.</param>
internal sealed record RecurrentDropoutPlan(int Index, float Rate, MatrixPlan Hidden, MatrixPlan Gradient);
