using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>Standard normal noise, given in numbered draws so that results do not depend on who draws first.</summary>
/// <param name="draw">0 is the start of sampling; i is the noise added after step i.</param>
/// <returns>z ~ N(0, I), (B, ...), always the same for the same number.</returns>
public delegate Tensor NoiseSource(int draw);
