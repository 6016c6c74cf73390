using System.Numerics.Tensors;

namespace Dream.ML.Metrics;

/// <summary>A square window of Gaussian weights that sum to 1.</summary>
sealed class GaussianWindow
{
    readonly double[] _weights;

    internal GaussianWindow(int size, double sigma)
    {
        _weights = new double[size];
        for (int i = 0; i < size; i++)
            _weights[i] = Math.Exp(-Math.Pow(i - size / 2, 2) / (2 * sigma * sigma));
        TensorPrimitives.Divide(_weights, TensorPrimitives.Sum<double>(_weights), _weights);
    }

    internal int Size => _weights.Length;

    /// <summary>The mean around each position whose window fits: (h, w) → (h − Size + 1, w − Size + 1).</summary>
    internal double[] Smooth(double[] plane, int width)
    {
        int smoothWidth = width - Size + 1, smoothHeight = plane.Length / width - Size + 1;
        var smooth = new double[smoothWidth * smoothHeight];
        var column = new double[width];
        for (int y = 0; y < smoothHeight; y++)
        {
            Array.Clear(column);
            for (int k = 0; k < Size; k++)
                TensorPrimitives.MultiplyAdd(plane.AsSpan((y + k) * width, width), _weights[k], column, column);
            var row = smooth.AsSpan(y * smoothWidth, smoothWidth);
            for (int k = 0; k < Size; k++)
                TensorPrimitives.MultiplyAdd(column.AsSpan(k, smoothWidth), _weights[k], row, row);
        }
        return smooth;
    }
}
