namespace SourceGenLstm;

/// <summary>The learning rate as a function of the number of updates so far.</summary>
public abstract record LearningRateSchedule;
