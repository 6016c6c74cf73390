namespace Dream.ML.Training.Data;

/// <summary>How far a dataset has been used: enough to continue from there.</summary>
/// <param name="Block">Blocks used up.</param>
/// <param name="Taken">Patches taken from the next one.</param>
readonly record struct DataPosition(long Block, long Taken);
