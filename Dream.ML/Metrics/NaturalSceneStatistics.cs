using System.Numerics.Tensors;

namespace Dream.ML.Metrics;

/// <summary>What natural images have in common, in 36 numbers for each patch of 96×96 pixels (Mittal et al., 2013).</summary>
static class NaturalSceneStatistics
{
    internal const int Count = 36;
    const int PatchSize = 96;

    static readonly GaussianWindow Window = new(7, sigma: 7.0 / 6);

    // Right, below, below right, below left: section II.B.
    static readonly (int Down, int Across)[] Neighbors = [(0, 1), (1, 0), (1, 1), (1, -1)];

    /// <summary>
    /// The features and the sharpness (mean local deviation) of each whole patch that is not flat; beginning at the top left.
    /// </summary>
    internal static List<(double[] Features, double Sharpness)> OfPatches(RgbImage image)
    {
        List<(double[], double)> patches = [];
        int columns = image.Width / PatchSize, rows = image.Height / PatchSize, width = columns * PatchSize;
        if (columns == 0 || rows == 0)
            return patches;
        var luma = Plane.Of(image, channel: null, border: 0, width, rows * PatchSize);
        var (fine, deviations) = Normalize(luma, width);
        var (coarse, _) = Normalize(Plane.Halve(luma, width), width / 2);
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
                if (Features(Cut(fine, width, row, column, PatchSize)) is { } first
                    && Features(Cut(coarse, width / 2, row, column, PatchSize / 2)) is { } second)
                    patches.Add(([.. first, .. second], Cut(deviations, width, row, column, PatchSize).Average()));
        return patches;
    }

    /// <summary>Mean-subtracted, contrast-normalized samples (I − μ) / (σ + 1), equation 1, and the σ.</summary>
    static (double[] Normalized, double[] Deviations) Normalize(double[] plane, int width)
    {
        int margin = Window.Size / 2, padWidth = width + 2 * margin;
        var padded = Plane.Pad(plane, width, margin);
        var means = Window.Smooth(padded, padWidth);
        TensorPrimitives.Multiply(padded, padded, padded);
        var deviations = Window.Smooth(padded, padWidth);
        var (normalized, work) = (new double[plane.Length], new double[plane.Length]);
        TensorPrimitives.Multiply(means, means, work);
        TensorPrimitives.Subtract(deviations, work, deviations);
        TensorPrimitives.Max(deviations, 0, deviations);
        TensorPrimitives.Sqrt<double>(deviations, deviations);
        TensorPrimitives.Subtract(plane, means, normalized);
        TensorPrimitives.Add(deviations, 1, work);
        TensorPrimitives.Divide(normalized, work, normalized);
        return (normalized, deviations);
    }

    /// <summary>18 numbers: the distribution of the samples, and of the products of neighbors in four directions.</summary>
    static double[]? Features(double[] patch)
    {
        if (AsymmetricGaussian.Fit(patch) is not { } samples)
            return null;
        List<double> features = [samples.Shape, (samples.Left + samples.Right) / 2];
        int size = (int)Math.Sqrt(patch.Length);
        foreach (var (down, across) in Neighbors)
        {
            int left = Math.Max(0, -across), width = size - Math.Abs(across);
            var products = new double[(size - down) * width];
            for (int y = 0; y < size - down; y++)
                TensorPrimitives.Multiply(
                    patch.AsSpan(y * size + left, width),
                    patch.AsSpan((y + down) * size + left + across, width), products.AsSpan(y * width));
            if (AsymmetricGaussian.Fit(products) is not { } pairs)
                return null;
            features.AddRange([pairs.Shape, pairs.Mean, pairs.Left, pairs.Right]);
        }
        return [.. features];
    }

    static double[] Cut(double[] plane, int width, int row, int column, int size)
    {
        var patch = new double[size * size];
        for (int y = 0; y < size; y++)
            plane.AsSpan((row * size + y) * width + column * size, size).CopyTo(patch.AsSpan(y * size));
        return patch;
    }
}
