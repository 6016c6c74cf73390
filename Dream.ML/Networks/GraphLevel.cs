using Dream.ML.Onnx;

namespace Dream.ML.Networks;

/// <summary>A noise level in a graph: each a single number.</summary>
/// <param name="G">g = cos a.</param>
/// <param name="S">s = √(1 − g²) = sin a.</param>
/// <param name="Angle">a in [0, π/2].</param>
sealed record GraphLevel(OnnxValue G, OnnxValue S, OnnxValue Angle)
{
    /// <summary>The three numbers as one graph reads them.</summary>
    internal static float[] Values(ForwardProcess process, double level)
    {
        var (g, s) = process.Coefficients(level);
        return [(float)g, (float)s, (float)Math.Acos(g)];
    }

    /// <summary>The level of which <paramref name="values"/>, (3), are <see cref="Values"/>.</summary>
    internal static GraphLevel Of(OnnxValue values) => new(values.Slice(0, 0, 1), values.Slice(0, 1, 2), values.Slice(0, 2, 3));
}
