using Dream.ML.Imaging;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>
/// Multi-scale structural similarity (Wang, Simoncelli and Bovik, 2003): contrast and structure at five scales, brightness
/// at the coarsest; averaged over channels.
/// </summary>
public static class MultiScaleStructuralSimilarity
{
    /// <summary>
    /// The shortest side, after cropping, that can be compared: 176 pixels, 11 at the coarsest of the five scales.
    /// </summary>
    public const int MinSide = 11 << 4;

    // Section 3.2, finest scale first.
    static readonly double[] Weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>Compares an image with its reference. Opacity is ignored.</summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">The true image, of the same size.</param>
    /// <param name="convention">What is compared; <see cref="MetricConvention.Paper"/> unless given.</param>
    /// <returns>
    /// From 0 to 1; higher is better, 1 for equal images. Scales whose mean is negative count as 0.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The sizes differ, or a side is shorter than <see cref="MinSide"/> after cropping.
    /// </exception>
    public static double Compute(MLImage image, MLImage reference, MetricConvention convention = default) =>
        TryCompute(MLImagePixels.Read(image), MLImagePixels.Read(reference), convention)
            ?? throw new ArgumentException(
                $"Multi-scale structural similarity needs sides of at least {MinSide} pixels after cropping; " +
                $"the images are {image.Width}×{image.Height}.");

    /// <summary><c>null</c> where the images are too small.</summary>
    internal static double? TryCompute(RgbImage image, RgbImage reference, MetricConvention convention = default)
    {
        var planes = new ComparedPlanes(image, reference, convention);
        return Math.Min(planes.Width, planes.Height) < MinSide
            ? null
            : planes.Pairs.Average(pair => Compute(pair.Image, pair.Reference, planes.Width));
    }

    // Equation 7.
    static double Compute(double[] a, double[] b, int width)
    {
        double product = 1;
        for (int scale = 0; ; scale++)
        {
            var (similarity, contrastAndStructure) = StructuralSimilarity.Means(a, b, width);
            bool coarsest = scale == Weights.Length - 1;
            product *= Math.Pow(Math.Max(0, coarsest ? similarity : contrastAndStructure), Weights[scale]);
            if (coarsest)
                return product;
            (a, b, width) = (Plane.Halve(a, width), Plane.Halve(b, width), (width + 1) / 2);
        }
    }
}
