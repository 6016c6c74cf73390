namespace Dream.ML;

/// <summary>The named variance schedules β_1 … β_T of the SR3 line of work.</summary>
public enum BetaSchedule
{
    /// <summary>Evenly spaced from start to end (the paper's: 10⁻⁶ to 10⁻² over 2,000 steps).</summary>
    Linear,

    /// <summary>Squares of evenly spaced square roots.</summary>
    Quad,

    /// <summary>Linear over the first tenth, then constant at the end value.</summary>
    Warmup10,

    /// <summary>Linear over the first half, then constant at the end value.</summary>
    Warmup50,

    /// <summary>The end value throughout.</summary>
    Const,

    /// <summary>1/T, 1/(T−1), …, 1 (Sohl-Dickstein et al. 2015).</summary>
    Jsd,

    /// <summary>From a squared cosine of ᾱ (Nichol and Dhariwal 2021), s = 0.008; start and end are not used.</summary>
    Cosine,
}
