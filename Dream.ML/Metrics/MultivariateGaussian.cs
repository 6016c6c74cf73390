using System.Numerics.Tensors;

namespace Dream.ML.Metrics;

/// <summary>A Gaussian distribution of vectors: its mean, and its covariance row by row.</summary>
sealed record MultivariateGaussian(double[] Mean, double[] Covariance)
{
    /// <summary>The sample mean and the unbiased covariance of at least two vectors.</summary>
    internal static MultivariateGaussian Fit(IReadOnlyCollection<double[]> samples)
    {
        int length = samples.First().Length;
        var mean = new double[length];
        foreach (var sample in samples)
            TensorPrimitives.MultiplyAdd<double>(sample, 1.0 / samples.Count, mean, mean);

        var covariance = new double[length * length];
        var deviation = new double[length];
        foreach (var sample in samples)
        {
            TensorPrimitives.Subtract(sample, mean, deviation);
            for (int i = 0; i < length; i++)
            {
                var row = covariance.AsSpan(i * length, length);
                TensorPrimitives.MultiplyAdd(deviation, deviation[i] / (samples.Count - 1), row, row);
            }
        }
        return new(mean, covariance);
    }

    /// <summary>Whether no feature of the samples follows from the others.</summary>
    internal bool IsOfFullRank
    {
        get
        {
            var factor = CholeskyFactor(Covariance);
            // A pivot below the rounding of its diagonal element is 0.
            return Enumerable.Range(0, Mean.Length).All(
                i => factor[i][i] * factor[i][i] > 1e-12 * Covariance[i * Mean.Length + i]);
        }
    }

    /// <summary>
    /// √((μ₁ − μ₂)ᵀ ((Σ₁ + Σ₂)/2)⁻¹ (μ₁ − μ₂)), Mittal et al. (2013), equation 10. One covariance must be of full rank.
    /// </summary>
    internal double Distance(MultivariateGaussian other)
    {
        // With the Cholesky factor (Σ₁ + Σ₂)/2 = LLᵀ that is the length of the solution of L z = μ₁ − μ₂.
        var factor = CholeskyFactor([.. Covariance.Zip(other.Covariance, (a, b) => (a + b) / 2)]);
        var solution = new double[Mean.Length];
        for (int i = 0; i < solution.Length; i++)
            solution[i] = (Mean[i] - other.Mean[i] - Dot(factor[i], solution, i)) / factor[i][i];
        return TensorPrimitives.Norm<double>(solution);
    }

    /// <summary>L of a symmetric matrix LLᵀ, row by row; NaN from where on the matrix is not positive definite.</summary>
    double[][] CholeskyFactor(double[] matrix)
    {
        var factor = Array.ConvertAll(Mean, _ => new double[Mean.Length]);
        for (int i = 0; i < factor.Length; i++)
            for (int j = 0; j <= i; j++)
            {
                double rest = matrix[i * factor.Length + j] - Dot(factor[i], factor[j], j);
                factor[i][j] = i == j ? Math.Sqrt(rest) : rest / factor[j][j];
            }
        return factor;
    }

    static double Dot(double[] a, double[] b, int count) => TensorPrimitives.Dot<double>(a.AsSpan(0, count), b.AsSpan(0, count));
}
