using System.Numerics.Tensors;

namespace Dream.ML.Metrics;

/// <summary>
/// The asymmetric generalized Gaussian distribution with mode 0: shape α (2 is Gaussian, 1 Laplacian) and two scales β.
/// </summary>
readonly record struct AsymmetricGaussian(double Shape, double Left, double Right)
{
    const double MinShape = 0.2;
    const double MaxShape = 10;

    /// <summary>η, the mean: (βr − βl) Γ(2/α) / Γ(1/α). Mittal et al. (2013), equation 8.</summary>
    internal double Mean => (Right - Left) * Math.Exp(LogGamma(2 / Shape) - LogGamma(1 / Shape));

    /// <summary>
    /// Matches moments (Lasmar et al., 2009), the shape within 0.2 to 10. <c>null</c> where a sign does not occur.
    /// </summary>
    internal static AsymmetricGaussian? Fit(ReadOnlySpan<double> samples)
    {
        double negative = 0, positive = 0;
        int negatives = 0, positives = 0;
        foreach (double x in samples)
            if (x < 0)
                (negative, negatives) = (negative + x * x, negatives + 1);
            else if (x > 0)
                (positive, positives) = (positive + x * x, positives + 1);
        if (negatives == 0 || positives == 0)
            return null;

        double left = Math.Sqrt(negative / negatives), right = Math.Sqrt(positive / positives);
        double ratio = left / right;
        double meanAbsolute = TensorPrimitives.SumOfMagnitudes(samples) / samples.Length;
        double symmetric = meanAbsolute * meanAbsolute / ((negative + positive) / samples.Length);
        double wanted = symmetric * (Math.Pow(ratio, 3) + 1) * (ratio + 1) / Math.Pow(ratio * ratio + 1, 2);

        double low = MinShape, high = MaxShape;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            (low, high) = MomentRatio(middle) < wanted ? (middle, high) : (low, middle);
        }
        // β = σ √(Γ(1/α) / Γ(3/α))
        double scale = Math.Exp((LogGamma(1 / low) - LogGamma(3 / low)) / 2);
        return new(low, left * scale, right * scale);
    }

    /// <summary>E|x|² / E x² of the symmetric distribution, Γ(2/α)² / (Γ(1/α) Γ(3/α)); it grows with α.</summary>
    static double MomentRatio(double shape) =>
        Math.Exp(2 * LogGamma(2 / shape) - LogGamma(1 / shape) - LogGamma(3 / shape));

    /// <summary>ln Γ(x) for x &gt; 0: Stirling's series, after x Γ(x) = Γ(x + 1) has led to where it is exact.</summary>
    internal static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++)
            shift += Math.Log(x);
        double square = x * x;
        return (x - 0.5) * Math.Log(x) - x + 0.5 * Math.Log(2 * Math.PI)
            + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / 1680 / square) / square) / square) / x - shift;
    }
}
