using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>
/// How a clean signal becomes a noisy one, y = a·x0 + s·ε, and what follows from that for networks, training and sampling.
/// A process says what a and s are at a noise level in (0, 1], where 1 is clean.
/// </summary>
public abstract class ForwardProcess
{
    /// <summary>a = g and s = √(1 − g²): the noisy signal spreads as much as the clean one (DDPM, Ho et al. 2020).</summary>
    public static ForwardProcess VariancePreserving { get; } = new VariancePreservingProcess();

    /// <summary>
    /// a = g = 1 − η and s = κ·√η: an image moves towards its prediction instead of vanishing in noise (ResShift, Yue et al. 2023, Eq. 2:
    /// x_t = x0 + η·(y − x0) + κ·√η·ε). The signal is what the image adds to the prediction, x0 − y.
    /// </summary>
    /// <param name="kappa">κ, above 0: how much noise, in units of the signal. The paper has 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kappa"/> is not above 0.</exception>
    public static ForwardProcess ResidualShifting(double kappa = 2) =>
        new ResidualShiftingProcess(Core.Guard.Require(kappa, double.IsFinite(kappa) && kappa > 0, "above 0"));

    /// <summary>a and s at a noise level.</summary>
    public abstract (double Signal, double Noise) Coefficients(double noiseLevel);

    /// <summary>a and s at noise levels, of the shape of <paramref name="noiseLevel"/>.</summary>
    protected abstract (Tensor Signal, Tensor Noise) Coefficients(Tensor noiseLevel);

    /// <summary>The largest s; what sampling starts from has it.</summary>
    protected internal virtual double MaxNoise => 1;

    /// <summary>σ, the noise that a step of the process's own way back from a noise level to a cleaner one draws.</summary>
    public abstract double ReverseNoise(double noiseLevel, double cleaner);

    /// <summary>The noisy signal y, (B, ...).</summary>
    /// <param name="clean">x0, (B, ...).</param>
    /// <param name="noise">ε ~ N(0, I), (B, ...).</param>
    /// <param name="noiseLevel">In (0, 1], one per sample: (B) or broadcastable to x0.</param>
    public Tensor AddNoise(Tensor clean, Tensor noise, Tensor noiseLevel)
    {
        var (a, s) = Coefficients(noiseLevel, clean);
        return a * clean + s * noise;
    }

    /// <summary>The clean signal that a network output stands for.</summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="output">Network output o, (B, ...).</param>
    /// <param name="noisy">Noisy signal y, (B, ...).</param>
    /// <param name="noiseLevel">In (0, 1], one per sample: (B) or broadcastable to y.</param>
    public Tensor ToClean(Parameterization parameterization, Tensor output, Tensor noisy, Tensor noiseLevel)
    {
        var (a, s) = Coefficients(noiseLevel, noisy);
        return parameterization switch
        {
            Parameterization.Epsilon => (noisy - s * output) / a,   // x0 = (y − s·o)/a
            Parameterization.Velocity => a * noisy - s * output,    // x0 = a·y − s·o
            Parameterization.Sample => output,                      // x0 = o
            _ => throw new ArgumentOutOfRangeException(nameof(parameterization), parameterization, "Not a parameterization."),
        };
    }

    /// <summary>What the network should output so that <see cref="ToClean"/> returns <paramref name="clean"/>.</summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="clean">Clean signal x0, (B, ...).</param>
    /// <param name="noise">The ε of y = a·x0 + s·ε, (B, ...).</param>
    /// <param name="noiseLevel">In (0, 1], one per sample: (B) or broadcastable to x0.</param>
    public Tensor ToTarget(Parameterization parameterization, Tensor clean, Tensor noise, Tensor noiseLevel)
    {
        var (a, s) = Coefficients(noiseLevel, clean);
        return parameterization switch
        {
            Parameterization.Epsilon => noise,
            Parameterization.Velocity => a * noise - s * clean,     // v = a·ε − s·x0
            Parameterization.Sample => clean,
            _ => throw new ArgumentOutOfRangeException(nameof(parameterization), parameterization, "Not a parameterization."),
        };
    }

    /// <summary>
    /// Blends an estimate into the truth, with the noise that is there: ỹ = a·(x0 + λ·(x̂0 − x0)) + s·ε with λ = (s/max s)^p, and the output
    /// whose clean signal at (ỹ, noiseLevel) is x0. Nothing is divided by a or s.
    /// </summary>
    /// <param name="parameterization">What the network outputs.</param>
    /// <param name="output">The network's output o at y, which stands for x̂0, (B, ...).</param>
    /// <param name="noisy">y, (B, ...).</param>
    /// <param name="target">What the network should have said, (B, ...).</param>
    /// <param name="noiseLevel">In (0, 1], (B).</param>
    /// <param name="power">DREAM's p.</param>
    internal RectifiedPair Blend(
        Parameterization parameterization, Tensor output, Tensor noisy, Tensor target, Tensor noiseLevel, double power)
    {
        var (a, s) = Coefficients(noiseLevel, noisy);
        var shift = (s / MaxNoise).pow(power) * (parameterization is Parameterization.Sample ? output - target : target - output); // λ·Δ
        // The three rows are one identity (paper: ε; v, x0: design).
        return parameterization switch
        {
            Parameterization.Epsilon => new(noisy + s * shift, target + shift),               // ỹ = y + s·λ·Δε,    ε + λ·Δε
            Parameterization.Velocity => new(noisy + a * s * shift, target + a * a * shift),  // ỹ = y + a·s·λ·Δv,  v + a²·λ·Δv
            _ => new(noisy + a * shift, target),                                              // ỹ = y + a·λ·(x̂0 − x0), x0
        };
    }

    /// <summary>a²/s², of the shape of <paramref name="noiseLevel"/>.</summary>
    internal Tensor SignalToNoise(Tensor noiseLevel)
    {
        var (a, s) = Coefficients(noiseLevel);
        return a.square() / s.square().clamp_min(1e-8);
    }

    /// <summary>a and s, shaped to multiply (B, ...) tensors such as <paramref name="like"/>.</summary>
    (Tensor Signal, Tensor Noise) Coefficients(Tensor noiseLevel, Tensor like) => Coefficients(noiseLevel.dim() == like.dim()
        ? noiseLevel
        : noiseLevel.reshape([noiseLevel.size(0), .. Enumerable.Repeat(1L, (int)like.dim() - 1)]));

    sealed class VariancePreservingProcess : ForwardProcess
    {
        public override (double Signal, double Noise) Coefficients(double noiseLevel) =>
            (noiseLevel, Math.Sqrt(1 - noiseLevel * noiseLevel));

        protected override (Tensor Signal, Tensor Noise) Coefficients(Tensor noiseLevel) =>
            (noiseLevel, (1 - noiseLevel * noiseLevel).clamp_min(0).sqrt());

        // σ² = (1 − ᾱ')/(1 − ᾱ)·(1 − ᾱ/ᾱ') (Ho et al. 2020, Eq. 7)
        public override double ReverseNoise(double noiseLevel, double cleaner) => Math.Sqrt(
            (1 - cleaner * cleaner) / (1 - noiseLevel * noiseLevel) * (1 - noiseLevel * noiseLevel / (cleaner * cleaner)));
    }

    sealed class ResidualShiftingProcess(double kappa) : ForwardProcess
    {
        protected internal override double MaxNoise => kappa;

        public override (double Signal, double Noise) Coefficients(double noiseLevel) => (noiseLevel, kappa * Math.Sqrt(1 - noiseLevel));

        protected override (Tensor Signal, Tensor Noise) Coefficients(Tensor noiseLevel) =>
            (noiseLevel, kappa * (1 - noiseLevel).clamp_min(0).sqrt());

        // σ² = κ²·η'·(η − η')/η (Yue et al. 2023, Eq. 6)
        public override double ReverseNoise(double noiseLevel, double cleaner) =>
            kappa * Math.Sqrt((1 - cleaner) * (cleaner - noiseLevel) / (1 - noiseLevel));
    }
}
