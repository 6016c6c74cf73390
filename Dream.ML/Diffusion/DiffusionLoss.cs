namespace Dream.ML;

/// <summary>Distance between the network's output and its target, averaged over every element.</summary>
public enum DiffusionLoss
{
    /// <summary>Mean absolute error (the paper's choice).</summary>
    L1,

    /// <summary>Mean squared error.</summary>
    L2,
}
