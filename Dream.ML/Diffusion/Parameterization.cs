namespace Dream.ML;

/// <summary>What a denoising network outputs for a noisy signal y = g·x0 + s·ε with s = √(1 − g²).</summary>
public enum Parameterization
{
    /// <summary>The noise ε (the paper's choice).</summary>
    Epsilon,

    /// <summary>The velocity v = g·ε − s·x0 (Salimans and Ho 2022).</summary>
    Velocity,

    /// <summary>The clean signal x0 itself.</summary>
    Sample,
}
