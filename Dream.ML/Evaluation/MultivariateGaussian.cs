using System.Numerics.Tensors;

namespace Dream.ML.Evaluation;

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

    /// <summary>
    /// √((μ₁ − μ₂)ᵀ ((Σ₁ + Σ₂)/2)⁻¹ (μ₁ − μ₂)), Mittal et al. (2013), equation 10. One covariance must be of full rank.
    /// </summary>
    internal double Distance(MultivariateGaussian other)
    {
        // With the Cholesky factor (Σ₁ + Σ₂)/2 = LLᵀ that is the length of the solution of L z = μ₁ − μ₂.
        int length = Mean.Length;
        var factor = new double[length, length];
        var solution = new double[length];
        for (int i = 0; i < length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = (Covariance[i * length + j] + other.Covariance[i * length + j]) / 2;
                for (int k = 0; k < j; k++)
                    sum -= factor[i, k] * factor[j, k];
                factor[i, j] = i == j ? Math.Sqrt(sum) : sum / factor[j, j];
            }
            double rest = Mean[i] - other.Mean[i];
            for (int k = 0; k < i; k++)
                rest -= factor[i, k] * solution[k];
            solution[i] = rest / factor[i, i];
        }
        return TensorPrimitives.Norm<double>(solution);
    }
}
