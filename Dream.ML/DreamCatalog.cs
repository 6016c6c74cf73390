using Dream.ML.Imaging.Degradation;
using Dream.ML.SuperResolution;

namespace Microsoft.ML;

/// <summary>Adds super-resolution to the transforms of an <see cref="MLContext"/>.</summary>
public static class DreamCatalog
{
    /// <summary>
    /// Creates a <see cref="DreamSuperResolutionEstimator"/>, which learns from photos to enlarge the images of a column.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the upscaled images go to.</param>
    /// <param name="inputColumnName">Name of the image column to read; the output column's name when <c>null</c>.</param>
    /// <param name="scale">Output size over input size, 2 to 8.</param>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadImages("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DreamSuperResolve("Upscaled", "Image", scale: 4));
    /// var model = pipeline.Fit(photos);
    /// ml.Model.Save(model, photos.Schema, "dream.zip");
    /// </code>
    /// </example>
    public static DreamSuperResolutionEstimator DreamSuperResolve(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null, int scale = 4) =>
        catalog.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            Scale = scale,
        });

    /// <summary>Creates a <see cref="DreamSuperResolutionEstimator"/> with all its options.</summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="options">What to train and how; checked at once.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static DreamSuperResolutionEstimator DreamSuperResolve(
        this TransformsCatalog catalog, DreamSuperResolutionEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MLNetInternals.Environment(catalog), options);
    }

    /// <summary>
    /// Creates a <see cref="DegradeImagesEstimator"/>, which makes images of low resolution from those of a column.
    /// </summary>
    /// <param name="catalog">The transforms of the context.</param>
    /// <param name="outputColumnName">Name of the column that the degraded images go to.</param>
    /// <param name="inputColumnName">Name of the column to read; the output column's name when <c>null</c>.</param>
    /// <param name="scale">Input size over output size, 2 to 8.</param>
    /// <param name="settings">How to degrade; <see cref="DegradationSettings.Bicubic"/> when <c>null</c>.</param>
    /// <param name="seed">Seed of what is random; follows from that of the <c>MLContext</c> when <c>null</c>.</param>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.LoadImages("Image", "photos", "Path")
    ///     .Append(ml.Transforms.DegradeImages("Small", "Image", scale: 4, DegradationSettings.Blind, seed: 1));
    /// </code>
    /// </example>
    public static DegradeImagesEstimator DegradeImages(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int scale = 4,
        DegradationSettings? settings = null,
        int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(MLNetInternals.Environment(catalog), outputColumnName, inputColumnName ?? outputColumnName, scale,
            settings ?? DegradationSettings.Bicubic, seed);
    }
}
