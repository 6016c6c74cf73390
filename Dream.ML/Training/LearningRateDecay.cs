namespace Dream.ML;

/// <summary>What the learning rate does after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Falls along half a cosine to a twentieth of the peak at the last update.</summary>
    Cosine,

    /// <summary>Stays at the peak (the paper's choice).</summary>
    Constant,

    /// <summary>
    /// Stays at the peak and falls in a straight line to a twentieth of it over the last <see cref="TrainingSettings.CooldownShare"/>
    /// of the updates (Hägele et al. 2024): as good as a cosine, and a run can be made longer afterwards.
    /// </summary>
    Cooldown,
}
