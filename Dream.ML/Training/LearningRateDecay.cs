namespace Dream.ML.Training;

/// <summary>What the learning rate does after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Falls along half a cosine to a twentieth of the peak at the last update.</summary>
    Cosine,

    /// <summary>Stays at the peak (the paper's choice).</summary>
    Constant,
}
