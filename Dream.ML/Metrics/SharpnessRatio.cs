using System.Numerics.Tensors;
using Dream.ML.Imaging;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>
/// How much fine structure an image has, compared with its reference: the ratio of their total variations (sums of absolute
/// differences of neighbors, across and down, over all channels together).
/// </summary>
public static class SharpnessRatio
{
    /// <summary>Compares an image with its reference. Opacity is ignored.</summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">The true image, of the same size.</param>
    /// <param name="convention">What is compared; <see cref="MetricConvention.Paper"/> unless given.</param>
    /// <returns>
    /// 0 or more: 1 is as much structure as the reference has, less is lost in blur, more is sharpened or noisy. One edge between
    /// flat areas varies as much however soft it is. +∞, or NaN where the image is flat too, for a flat reference.
    /// </returns>
    /// <exception cref="ArgumentException">The sizes differ, or nothing is left after cropping.</exception>
    public static double Compute(MLImage image, MLImage reference, MetricConvention convention = default) =>
        Compute(MLImagePixels.Read(image), MLImagePixels.Read(reference), convention);

    internal static double Compute(RgbImage image, RgbImage reference, MetricConvention convention = default)
    {
        var planes = new ComparedPlanes(image, reference, convention);
        double variation = 0, referenceVariation = 0;
        foreach (var pair in planes.Pairs)
        {
            variation += TotalVariation(pair.Image, planes.Width);
            referenceVariation += TotalVariation(pair.Reference, planes.Width);
        }
        return variation / referenceVariation;
    }

    static double TotalVariation(double[] plane, int width)
    {
        var differences = new double[plane.Length];
        double total = Variation(plane.AsSpan(width), plane.AsSpan(0, plane.Length - width));
        for (int start = 0; start < plane.Length; start += width)
            total += Variation(plane.AsSpan(start + 1, width - 1), plane.AsSpan(start, width - 1));
        return total;

        double Variation(ReadOnlySpan<double> samples, ReadOnlySpan<double> neighbors)
        {
            TensorPrimitives.Subtract(samples, neighbors, differences);
            return TensorPrimitives.SumOfMagnitudes<double>(differences.AsSpan(0, samples.Length));
        }
    }
}
