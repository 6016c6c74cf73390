using Dream.ML.Imaging;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>Peak signal-to-noise ratio: 10 · log₁₀(255² / mean squared error), over all channels together.</summary>
public static class PeakSignalToNoiseRatio
{
    /// <summary>Compares an image with its reference. Opacity is ignored.</summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">The true image, of the same size.</param>
    /// <param name="convention">What is compared; <see cref="MetricConvention.Paper"/> unless given.</param>
    /// <returns>Decibels; higher is better, +∞ for equal images.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or nothing is left after cropping.</exception>
    public static double Compute(MLImage image, MLImage reference, MetricConvention convention = default) =>
        Compute(MLImagePixels.Read(image), MLImagePixels.Read(reference), convention);

    internal static double Compute(RgbImage image, RgbImage reference, MetricConvention convention = default) =>
        10 * Math.Log10(255 * 255 / new ComparedPlanes(image, reference, convention).MeanSquaredError());
}
