namespace Dream.ML;

/// <summary>How a network's signal becomes noise, and back.</summary>
public enum DiffusionProcess
{
    /// <summary>It vanishes in noise, as in SR3 and the DREAM paper: <see cref="ForwardProcess.VariancePreserving"/>.</summary>
    VariancePreserving,

    /// <summary>The image moves towards its prediction, as in ResShift: <see cref="ForwardProcess.ResidualShifting"/>.</summary>
    ResidualShifting,
}
