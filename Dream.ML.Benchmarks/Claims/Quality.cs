namespace Dream.ML.Benchmarks.Claims;

/// <summary>How good results are, on average over the held-out crops.</summary>
/// <param name="Psnr">dB, over red, green and blue without a crop (the paper's convention).</param>
/// <param name="Ssim">In the same convention.</param>
/// <param name="Consistency">10⁵ · mean squared error of the results reduced again; lower is better.</param>
/// <param name="Sharpness">Total variation over that of the originals; noise counts as sharp.</param>
/// <param name="Lpips">With VGG-16 and colors in [0, 1], as in the paper; <c>null</c> without the user's weights.</param>
sealed record Quality(double Psnr, double Ssim, double Consistency, double Sharpness, double? Lpips);
