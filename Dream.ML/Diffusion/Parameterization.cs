namespace Dream.ML;

/// <summary>What a denoising network outputs for a noisy signal y = a·x0 + s·ε.</summary>
public enum Parameterization
{
    /// <summary>The noise ε (the paper's choice).</summary>
    Epsilon,

    /// <summary>The velocity v = a·ε − s·x0 of a variance-preserving process (Salimans and Ho 2022).</summary>
    Velocity,

    /// <summary>The clean signal x0 itself.</summary>
    Sample,
}
