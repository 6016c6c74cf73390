using System.Numerics.Tensors;
using Dream.ML.Imaging;
using Dream.ML.Metrics;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>
/// Structural similarity (Wang et al., 2004): 11×11 Gaussian window with σ = 1.5, only where it lies wholly inside the image,
/// averaged over positions and channels.
/// </summary>
public static class StructuralSimilarity
{
    const double C1 = 0.01 * 255 * (0.01 * 255);
    const double C2 = 0.03 * 255 * (0.03 * 255);

    static readonly GaussianWindow Window = new(11, sigma: 1.5);

    /// <summary>Compares an image with its reference. Opacity is ignored.</summary>
    /// <param name="image">The image to judge.</param>
    /// <param name="reference">The true image, of the same size.</param>
    /// <param name="convention">What is compared; <see cref="MetricConvention.Paper"/> unless given.</param>
    /// <returns>From −1 to 1; higher is better, 1 for equal images.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side is shorter than the window after cropping.</exception>
    public static double Compute(MLImage image, MLImage reference, MetricConvention convention = default) =>
        Compute(MLImagePixels.Read(image), MLImagePixels.Read(reference), convention);

    internal static double Compute(RgbImage image, RgbImage reference, MetricConvention convention = default)
    {
        var planes = new ComparedPlanes(image, reference, convention);
        if (planes.Width < Window.Size || planes.Height < Window.Size)
            throw new ArgumentException(
                $"Structural similarity needs at least {Window.Size}×{Window.Size} pixels; " +
                $"{planes.Width}×{planes.Height} are compared.");
        return planes.Pairs.Average(pair => Means(pair.Image, pair.Reference, planes.Width).Similarity);
    }

    /// <summary>The means of the whole index, and of its two factors that do not look at brightness.</summary>
    internal static (double Similarity, double ContrastAndStructure) Means(double[] a, double[] b, int width)
    {
        var squares = new double[a.Length];
        TensorPrimitives.Multiply(a, a, squares);
        TensorPrimitives.MultiplyAdd<double>(b, b, squares, squares);
        var products = new double[a.Length];
        TensorPrimitives.Multiply(a, b, products);

        double[] meanA = Window.Smooth(a, width), meanB = Window.Smooth(b, width);
        double[] meanSquares = Window.Smooth(squares, width), meanProducts = Window.Smooth(products, width);
        double similarity = 0, contrastAndStructure = 0;
        for (int i = 0; i < meanA.Length; i++)
        {
            double product = meanA[i] * meanB[i], square = meanA[i] * meanA[i] + meanB[i] * meanB[i];
            // (2 σab + C2) / (σa² + σb² + C2), and equation 13: that times (2 μa μb + C1) / (μa² + μb² + C1)
            double factors = (2 * (meanProducts[i] - product) + C2) / (meanSquares[i] - square + C2);
            contrastAndStructure += factors;
            similarity += factors * (2 * product + C1) / (square + C1);
        }
        return (similarity / meanA.Length, contrastAndStructure / meanA.Length);
    }
}
