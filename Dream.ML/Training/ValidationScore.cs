namespace Dream.ML;

/// <summary>How the network did on a set of validation photos.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Psnr">Mean PSNR in dB.</param>
/// <param name="Ssim">Mean SSIM.</param>
public sealed record ValidationScore(string Name, double Psnr, double Ssim);
