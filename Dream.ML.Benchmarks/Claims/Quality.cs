namespace Dream.ML.Benchmarks.Claims;

/// <summary>How good results are, on average over the held-out crops.</summary>
/// <param name="Psnr">dB, over red, green and blue without a crop (the paper's convention).</param>
/// <param name="Ssim">In the same convention.</param>
/// <param name="Consistency">10⁵ · mean squared error of the results reduced again; lower is better.</param>
/// <param name="Sharpness">Gradient energy of the results over that of the originals; noise counts as sharp.</param>
sealed record Quality(double Psnr, double Ssim, double Consistency, double Sharpness);
