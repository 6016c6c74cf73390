namespace Dream.ML;

/// <summary>How a batch stands after one of its images.</summary>
/// <param name="File">The image's path below the input folder.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Notes">What was lost on the way, or why it failed.</param>
/// <param name="Done">Images done, skipped and failed ones included.</param>
/// <param name="Total">Images in all.</param>
/// <param name="Remaining">
/// The time that the rest will take, should none of it be skipped; <c>null</c> before the first is upscaled.
/// </param>
public sealed record BatchProgress(
    string File, BatchOutcome Outcome, IReadOnlyList<string> Notes, int Done, int Total, TimeSpan? Remaining);
