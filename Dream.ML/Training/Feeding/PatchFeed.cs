namespace Dream.ML.Training.Feeding;

/// <summary>Opens the feed that suits the data: held in memory where it fits, streamed where not.</summary>
static class PatchFeed
{
    /// <exception cref="InvalidOperationException">No row can be used; the message says what was seen.</exception>
    internal static IPatchFeed Open(
        IPhotoSource source, FeedSettings settings, FeedPosition start, PhotoProblems problems, CancellationToken cancellation) =>
        source.Count == 0 ? throw problems.NothingUsable()
        : HeldPhotos.TryRead(source, settings, start, problems, cancellation) ?? (IPatchFeed)new StreamedPhotos(source, settings, start, problems, cancellation);
}
