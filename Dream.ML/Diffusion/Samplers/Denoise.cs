using static TorchSharp.torch;

namespace Dream.ML;

/// <summary>A denoiser as samplers see it: whatever the network outputs, they ask for the clean signal.</summary>
/// <param name="noisy">y, (B, ...).</param>
/// <param name="noiseLevel">g in (0, 1).</param>
/// <returns>The estimate x̂0, (B, ...), clipped where the signal has a range.</returns>
public delegate Tensor Denoise(Tensor noisy, double noiseLevel);
