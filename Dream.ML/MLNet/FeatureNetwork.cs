using Microsoft.ML;

namespace Dream.ML;

/// <summary>
/// A network whose features <c>EvaluateSuperResolution</c> compares: any fitted pipeline from an image to a vector, for
/// instance of <c>ResizeImages</c>, <c>ExtractPixels</c> and <c>ApplyOnnxModel</c>.
/// </summary>
public sealed record FeatureNetwork
{
    /// <summary>The fitted pipeline. It reads the one column below and stays the caller's.</summary>
    public required ITransformer Transformer { get; init; }

    /// <summary>
    /// Its column of images, of the sizes of those evaluated: a network of one size starts with <c>ResizeImages</c>, which takes
    /// the nearest pixels and so does not see what lies between them.
    /// </summary>
    public required string InputColumnName { get; init; }

    /// <summary>Its column of features: a vector of <see cref="float"/>.</summary>
    public required string OutputColumnName { get; init; }
}
