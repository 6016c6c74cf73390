namespace Dream.ML.Networks;

/// <summary>A network that enlarges by any factor.</summary>
interface IContinuousNetwork
{
    /// <summary>
    /// Output size over input size, 1 to 8. The network itself enlarges by the whole number below: interpolation has enlarged
    /// its input by the rest.
    /// </summary>
    double Factor { get; set; }
}
