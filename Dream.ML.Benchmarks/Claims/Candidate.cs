using System.Globalization;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>One training to compare.</summary>
/// <param name="Network"><see cref="Sr3"/> or <see cref="Compact"/>, or one of these with ResShift's forward process; or <see cref="Implicit"/>.</param>
/// <param name="Power">DREAM's p; infinity is standard training.</param>
/// <param name="Variant"><see cref="Plain"/>, <see cref="Perturbed"/> or <see cref="MinSnr"/>.</param>
/// <param name="Seed">Decides the first weights, the patches and the noise.</param>
sealed record Candidate(string Network, double Power, string Variant, int Seed)
{
    internal const string Sr3 = "sr3";
    internal const string Compact = "compact";
    internal const string Implicit = "implicit";
    internal const string Standard = "standard";
    internal const string Plain = "plain";
    internal const string Perturbed = "perturbed";
    internal const string MinSnr = "min-snr";

    internal const int Scale = 4;

    const string Shifting = "-shifting";

    const double MinSnrGamma = 5; // its paper's

    internal static IReadOnlyList<string> Networks { get; } = [Sr3, Compact, Sr3 + Shifting, Compact + Shifting, Implicit];

    internal static IReadOnlyList<string> Variants { get; } = [Plain, Perturbed, MinSnr];

    internal string Method =>
        (double.IsPositiveInfinity(Power) ? Standard : $"p={Power.ToString(CultureInfo.InvariantCulture)}") + (Variant == Plain ? "" : $" {Variant}");

    internal string Name => $"{Network}-{Method.Replace(' ', '-')}-seed{Seed}";

    /// <summary>
    /// The training, without what all methods share and what would hide their differences: pretraining, color fidelity.
    /// </summary>
    internal DreamSuperResolutionEstimator.Options Options(int updates, int checkpoints)
    {
        var options = Network.StartsWith(Sr3, StringComparison.Ordinal) ? Sr3Options(updates, checkpoints) : CompactOptions(updates, checkpoints);
        if (Network == Implicit)
            options = options with { Network = new ImplicitSettings() };
        if (Variant == MinSnr)
            options = options with { Training = options.Training with { MinSnrGamma = MinSnrGamma } };
        return !Network.EndsWith(Shifting, StringComparison.Ordinal) ? options
            : options with { Network = options.Network with { Process = DiffusionProcess.ResidualShifting } };
    }

    DreamSuperResolutionEstimator.Options Sr3Options(int updates, int checkpoints) => new()
    {
        OutputColumnName = "Upscaled",
        Scale = Scale,
        // The smallest SR3 that shows the paper's effects within minutes on a CPU.
        Network = new Sr3Settings
        {
            InnerChannels = 32,
            NormGroups = 8,
            ChannelMultipliers = [1, 2],
            AttentionResolutions = [],
            ResBlocks = 1,
            Dropout = 0,
            Unshuffle = 2,
            ResidualScale = 5,
        },
        Training = new()
        {
            PatchSize = 32,
            BatchSize = 16,
            LearningRate = 1e-3,
            WarmupSteps = 200,
            EmaDecay = 0.99,
            DreamPower = Power,
            Steps = updates,
            ValidationEverySteps = updates / checkpoints,
        },
        Sampling = new() { Sampler = new Ancestral(), ColorFidelity = false },
    };

    DreamSuperResolutionEstimator.Options CompactOptions(int updates, int checkpoints) => new()
    {
        OutputColumnName = "Upscaled",
        Scale = Scale,
        Training = new()
        {
            DreamPower = Power,
            Steps = updates,
            PretrainingSteps = 0,
            ValidationEverySteps = updates / checkpoints,
        },
        Sampling = new() { ColorFidelity = false },
    };
}
