namespace SourceGenLstm.Learning;

internal static class Evaluation
{
    /// <summary>Measures a data set in order; false where the caller cancelled.</summary>
    public static bool TryRun(ITrainer trainer, IDataSet data, CancellationToken cancellationToken, out EvaluationResult result)
    {
        WeightedMean mean = default;
        data.BeginEpoch(0, null);
        for (int index = 0; index < data.BatchCount; index++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                result = default;
                return false;
            }

            Batch batch = data.GetBatch(index);
            BatchResult part = trainer.Evaluate(in batch);
            mean.Add(in part, data.GetSequenceCount(index), 0);
        }

        result = mean.ToResult();
        return true;
    }
}
