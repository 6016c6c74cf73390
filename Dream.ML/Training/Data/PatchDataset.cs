namespace Dream.ML.Training.Data;

/// <summary>Opens the feed that suits the data: held in memory where it fits, streamed where not.</summary>
static class PatchDataset
{
    /// <exception cref="InvalidOperationException">No row can be used; the message says what was seen.</exception>
    internal static IPatchDataset Open(
        IPhotoSource source, DataSettings settings, DataPosition start, PhotoProblems problems, CancellationToken cancellation) =>
        source.Count == 0 ? throw problems.NothingUsable()
        : InMemoryDataset.TryRead(source, settings, start, problems, cancellation) ?? (IPatchDataset)new StreamingDataset(source, settings, start, problems, cancellation);
}
