using System.Globalization;

namespace Dream.ML;

/// <summary>How good upscaled images are: what <c>mlContext.Transforms.EvaluateSuperResolution</c> measured.</summary>
public sealed class SuperResolutionMetrics
{
    static readonly (string Label, string Format, Func<ImageQuality, double?> Value)[] Measures =
    [
        ("PSNR (dB)", "0.00", quality => quality.Psnr),
        ("SSIM", "0.0000", quality => quality.Ssim),
        ("MS-SSIM", "0.0000", quality => quality.MsSsim),
        ("sharpness", "0.00", quality => quality.SharpnessRatio),
        ("NIQE", "0.00", quality => quality.Niqe),
        ("consistency", "0.00", quality => quality.Consistency),
        ("features", "0.0000", quality => quality.FeatureDistance),
        ("LPIPS", "0.0000", quality => quality.Lpips),
    ];

    internal SuperResolutionMetrics(IReadOnlyList<EvaluatedImage> images, int skippedRows)
    {
        (Images, SkippedRows) = (images, skippedRows);
        var all = images.Select(image => image.Quality).ToList();
        Mean = ImageQuality.Over(all, Enumerable.Average);
        StandardDeviation = ImageQuality.Over(all, values =>
        {
            double mean = values.Average();
            return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        });
    }

    /// <summary>The mean of each measure, over the images that have it; PSNR's is +∞ if one image equals its reference.</summary>
    public ImageQuality Mean { get; }

    /// <summary>
    /// The standard deviation of each measure over the images that have it, as of a whole population (divided by n).
    /// NaN where an infinite value is among them.
    /// </summary>
    public ImageQuality StandardDeviation { get; }

    /// <summary>Every measured image, in the order of the rows.</summary>
    public IReadOnlyList<EvaluatedImage> Images { get; }

    /// <summary>Rows left out because an image was missing in one of the columns.</summary>
    public int SkippedRows { get; }

    /// <summary>One line: mean ± standard deviation of all that was measured.</summary>
    public override string ToString()
    {
        var cells = Measures.Where(measure => measure.Value(Mean) is not null).Select(measure => string.Create(
            CultureInfo.InvariantCulture,
            $" | {measure.Label} {Text(measure, Mean)} ± {Text(measure, StandardDeviation)}"));
        return $"{Images.Count} images{string.Concat(cells)}";

        static string Text((string, string Format, Func<ImageQuality, double?> Value) measure, ImageQuality quality) =>
            measure.Value(quality)!.Value.ToString(measure.Format, CultureInfo.InvariantCulture);
    }
}
