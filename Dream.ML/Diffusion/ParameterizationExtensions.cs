using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>Translates between a network's output and the clean signal.</summary>
public static class ParameterizationExtensions
{
    /// <summary>The clean signal that a network output stands for.</summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="output">Network output o, (B, ...).</param>
    /// <param name="noisy">Noisy signal y, (B, ...).</param>
    /// <param name="noiseLevel">g in (0, 1], one per sample: (B) or broadcastable to y.</param>
    public static Tensor ToClean(this Parameterization parameterization, Tensor output, Tensor noisy, Tensor noiseLevel)
    {
        var (g, s) = Coefficients(noiseLevel, noisy);
        return parameterization switch
        {
            Parameterization.Epsilon => (noisy - s * output) / g,   // x0 = (y − s·o)/g
            Parameterization.Velocity => g * noisy - s * output,    // x0 = g·y − s·o
            Parameterization.Sample => output,                      // x0 = o
            _ => throw new ArgumentOutOfRangeException(nameof(parameterization), parameterization, "Not a parameterization."),
        };
    }

    /// <summary>What the network should output so that <see cref="ToClean"/> returns <paramref name="clean"/>.</summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="clean">Clean signal x0, (B, ...).</param>
    /// <param name="noise">The ε of y = g·x0 + s·ε, (B, ...).</param>
    /// <param name="noiseLevel">g in (0, 1], one per sample: (B) or broadcastable to x0.</param>
    public static Tensor ToTarget(this Parameterization parameterization, Tensor clean, Tensor noise, Tensor noiseLevel)
    {
        var (g, s) = Coefficients(noiseLevel, clean);
        return parameterization switch
        {
            Parameterization.Epsilon => noise,
            Parameterization.Velocity => g * noise - s * clean,     // v = g·ε − s·x0
            Parameterization.Sample => clean,
            _ => throw new ArgumentOutOfRangeException(nameof(parameterization), parameterization, "Not a parameterization."),
        };
    }

    /// <summary>g and s = √(1 − g²), shaped to multiply (B, ...) tensors such as <paramref name="like"/>.</summary>
    internal static (Tensor G, Tensor S) Coefficients(Tensor noiseLevel, Tensor like)
    {
        var g = noiseLevel.dim() == like.dim()
            ? noiseLevel
            : noiseLevel.reshape([noiseLevel.size(0), .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);
        return (g, (1 - g * g).clamp_min(0).sqrt());
    }
}
