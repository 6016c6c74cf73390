namespace Dream.ML;

/// <summary>One row of an evaluation.</summary>
/// <param name="Row">Its position in the data, from 0.</param>
/// <param name="Name">The tag of the reference image, which <c>LoadImages</c> sets to the file's path.</param>
/// <param name="Quality">What was measured.</param>
public sealed record EvaluatedImage(long Row, string? Name, ImageQuality Quality);
