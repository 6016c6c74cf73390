namespace Dream.ML;

/// <summary>One row of an evaluation.</summary>
public sealed record EvaluatedImage
{
    /// <summary>Its position in the data, from 0.</summary>
    public long Row { get; init; }

    /// <summary>The tag of the reference image, which <c>LoadPhotos</c> and <c>LoadImages</c> set to the file's path.</summary>
    public string? Name { get; init; }

    /// <summary>What was measured.</summary>
    public required ImageQuality Quality { get; init; }
}
