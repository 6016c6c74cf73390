using Dream.ML.Inference;

namespace Dream.ML.Tests.Inference;

static class UpscalerExtensions
{
    internal static RgbImage Upscale(this IImageUpscaler model, RgbImage image, CancellationToken cancellation = default) =>
        model.Upscale(image, progress: null, cancellation);
}
