using Dream.ML.Imaging;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>A way to enlarge photos.</summary>
sealed record Method(string Name, Func<PhotoPair, RgbImage> Upscale)
{
    internal static readonly Method Bicubic = new(
        "bicubic", pair => BicubicResampler.Resize(pair.Low, pair.High.Width, pair.High.Height, BicubicConvention.Matlab));

    internal static Method Of(string name, DreamSuperResolutionTransformer model) =>
        new(name, pair => model.Upscale(pair.Low, CancellationToken.None));
}
