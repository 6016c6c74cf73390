namespace Dream.ML;

/// <summary>What an ONNX file says of itself.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The model's name.</summary>
    /// <value>Dream.ML super-resolution.</value>
    public string ModelName { get; init; } = "Dream.ML super-resolution";

    /// <summary>The license of the weights, as an SPDX expression or in words.</summary>
    /// <value>MIT.</value>
    public string License { get; init; } = "MIT";
}
