using Dream.ML.Imaging;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Inference;

/// <summary>
/// Makes an upscaled image agree with the image that it was made from: x̂ += up(LR − down(x̂)) (Irani and Peleg 1991),
/// with bicubic reduction. It works on finished 8-bit images: the same for every division into tiles.
/// </summary>
static class BackProjection
{
    const int Rounds = 2;
    const int Reach = BicubicKernel.Radius;

    // Low-resolution pixels corrected at a time: what bounds the memory beside the image itself.
    const int StripPixels = 1 << 16;

    /// <summary>Corrects the colors of <paramref name="upscaled"/> in place.</summary>
    /// <param name="upscaled">The result, <paramref name="scale"/> times as large as <paramref name="low"/>.</param>
    /// <param name="low">The image that it was made from.</param>
    /// <param name="scale">Output size over input size.</param>
    /// <param name="checkpoint">Called between strips; throws to stop.</param>
    internal static void Apply(RgbImage upscaled, RgbImage low, int scale, Action checkpoint)
    {
        var rows = Math.Max(1, StripPixels / low.Width);
        for (var round = 0; round < Rounds; round++)
        {
            checkpoint();
            var reduced = BicubicResampler.Resize(upscaled.Colors, low.Width, low.Height);
            for (var top = 0; top < low.Height; top += rows)
            {
                checkpoint();
                Add(low, reduced, upscaled, top, Math.Min(rows, low.Height - top), scale);
                if (rows < low.Height)
                    NativeHeap.Trim();
            }
        }
    }

    static void Add(RgbImage low, RgbImage reduced, RgbImage upscaled, int top, int rows, int scale)
    {
        using var scope = NewDisposeScope();
        var (first, end) = (Math.Max(0, top - Reach), Math.Min(low.Height, top + rows + Reach));
        var missing = (Rows(low) - Rows(reduced)).unsqueeze(0); // (1, 3, rows, w)
        var folded = BicubicUpsampling.Unshuffled(missing, scale);
        var correction = nn.functional.pixel_shuffle(folded[.., .., (top - first)..(top - first + rows)], scale)[0];
        var strip = ImageTensors.ReadFrom(upscaled, 0, top * scale, upscaled.Width, rows * scale);
        ImageTensors.WriteTo(strip + correction, upscaled, 0, top * scale);

        Tensor Rows(RgbImage image) => ImageTensors.ReadFrom(image, 0, first, low.Width, end - first);
    }
}
