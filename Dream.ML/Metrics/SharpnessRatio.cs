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
        double total = 0;
        for (int i = 0; i < plane.Length; i++)
        {
            if ((i + 1) % width != 0)
                total += Math.Abs(plane[i + 1] - plane[i]);
            if (i + width < plane.Length)
                total += Math.Abs(plane[i + width] - plane[i]);
        }
        return total;
    }
}
