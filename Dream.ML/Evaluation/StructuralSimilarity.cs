using System.Numerics.Tensors;
using Dream.ML.Imaging;
using Microsoft.ML.Data;

namespace Dream.ML.Evaluation;

/// <summary>
/// Structural similarity (Wang et al., 2004): 11×11 Gaussian window with σ = 1.5, only where it lies wholly inside the image,
/// averaged over positions and channels.
/// </summary>
public static class StructuralSimilarity
{
    const int Window = 11;
    const double C1 = 0.01 * 255 * (0.01 * 255);
    const double C2 = 0.03 * 255 * (0.03 * 255);

    static readonly double[] Gaussian = MakeGaussian(sigma: 1.5);

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
        if (planes.Width < Window || planes.Height < Window)
            throw new ArgumentException(
                $"Structural similarity needs at least {Window}×{Window} pixels; {planes.Width}×{planes.Height} are compared.");
        return planes.Pairs.Average(pair => Mean(pair.Image, pair.Reference, planes.Width));
    }

    static double Mean(double[] a, double[] b, int width)
    {
        var squares = new double[a.Length];
        TensorPrimitives.Multiply(a, a, squares);
        TensorPrimitives.MultiplyAdd<double>(b, b, squares, squares);
        var products = new double[a.Length];
        TensorPrimitives.Multiply(a, b, products);

        double[] meanA = Smooth(a, width), meanB = Smooth(b, width);
        double[] meanSquares = Smooth(squares, width), meanProducts = Smooth(products, width);
        double total = 0;
        for (int i = 0; i < meanA.Length; i++)
        {
            double product = meanA[i] * meanB[i], square = meanA[i] * meanA[i] + meanB[i] * meanB[i];
            // (2 μa μb + C1)(2 σab + C2) / ((μa² + μb² + C1)(σa² + σb² + C2)), equation 13
            total += (2 * product + C1) * (2 * (meanProducts[i] - product) + C2)
                / ((square + C1) * (meanSquares[i] - square + C2));
        }
        return total / meanA.Length;
    }

    /// <summary>The Gaussian mean around each position whose window fits: (h, w) → (h − 10, w − 10).</summary>
    static double[] Smooth(double[] plane, int width)
    {
        int smoothWidth = width - Window + 1, smoothHeight = plane.Length / width - Window + 1;
        var smooth = new double[smoothWidth * smoothHeight];
        var column = new double[width];
        for (int y = 0; y < smoothHeight; y++)
        {
            Array.Clear(column);
            for (int k = 0; k < Window; k++)
                TensorPrimitives.MultiplyAdd(plane.AsSpan((y + k) * width, width), Gaussian[k], column, column);
            var row = smooth.AsSpan(y * smoothWidth, smoothWidth);
            for (int k = 0; k < Window; k++)
                TensorPrimitives.MultiplyAdd(column.AsSpan(k, smoothWidth), Gaussian[k], row, row);
        }
        return smooth;
    }

    static double[] MakeGaussian(double sigma)
    {
        var weights = new double[Window];
        for (int i = 0; i < Window; i++)
            weights[i] = Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * sigma * sigma));
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<double>(weights), weights);
        return weights;
    }
}
