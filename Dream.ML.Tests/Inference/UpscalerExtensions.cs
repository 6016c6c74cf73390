using Dream.ML.Imaging;
using Dream.ML.Inference;

namespace Dream.ML.Tests.Inference;

static class UpscalerExtensions
{
    internal static RgbImage[] Upscale(
        this IImageUpscaler model, IReadOnlyList<RgbImage> images, CancellationToken cancellation = default) =>
        model.Upscale(images, cancellation.ThrowIfCancellationRequested);
}
