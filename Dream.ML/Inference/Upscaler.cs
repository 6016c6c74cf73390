using Dream.ML.Imaging;
using Dream.ML.Inference.Tiling;
using Dream.ML.Networks;
using Dream.ML.Torch;
using TorchSharp;

namespace Dream.ML.Inference;

/// <summary>Turns images of one size into images <see cref="SuperResolutionNetwork.Scale"/> times as large.</summary>
sealed class Upscaler(SuperResolutionNetwork network, SamplingSettings settings, int? tileSide = null)
{
    const long LargeResultBytes = 16 << 20;

    /// <summary>Upscales images of one size together.</summary>
    /// <param name="images">The images.</param>
    /// <param name="checkpoint">Called between network runs; throws to stop.</param>
    /// <exception cref="InsufficientMemoryException">The device has too little memory; the message says what to change.</exception>
    internal RgbImage[] Upscale(RgbImage[] images, Action checkpoint)
    {
        try
        {
            return TryUpscale(images, checkpoint);
        }
        catch (Exception e) when (MemoryShortage.IsCauseOf(e))
        {
            var (width, height) = (images[0].Width, images[0].Height);
            var device = network.parameters().First().device;
            throw new InsufficientMemoryException(
                $"{MemoryShortage.Memory(device)} is too small to upscale {images.Length} image{(images.Length == 1 ? "" : "s")} of {width}×{height} pixels at once. {LessMemory(width, height, images.Length, device)}", e);
        }
    }

    string LessMemory(int width, int height, int batch, torch.Device device)
    {
        var more = device.type == DeviceType.CPU ? "Use a machine or a limit with more memory, or a smaller image." : "Use a device with more memory, or the CPU.";
        return Plan(width, height, batch)?.LowerBudgetMB is { } budget
            ? $"Set MemoryBudgetMB to {budget} or less, for smaller tiles."
            : batch > 1 ? "Lower BatchSize, or upscale image by image." : more;
    }

    RgbImage[] TryUpscale(RgbImage[] images, Action checkpoint)
    {
        // What earlier large results left waits for a full collection, which .NET puts off until hundreds of megabytes lie there.
        if (3L * images[0].Width * images[0].Height * network.Scale * network.Scale >= LargeResultBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

        images = Array.ConvertAll(images, TransparentColors.Fill);
        var results = Array.ConvertAll(images, Enlarged);

        if (Plan(images[0].Width, images[0].Height, images.Length) is { } plan)
        {
            using var sweep = new ExactTiling(network, settings, images, tileSide ?? plan.TileSide, checkpoint);
            sweep.Run(results);
        }
        else
        {
            new OverlappingTiling(network, settings, images, checkpoint).Run(results);
        }

        for (var i = 0; i < images.Length; i++)
        {
            if (settings.ColorFidelity == true)
                BackProjection.Apply(results[i], images[i], network.Scale, checkpoint);
            // Detail beyond the sample amplifies what the network adds.
            LocalBounds.Apply(results[i], images[i], network.Scale, Math.Max(1, 2 * settings.Detail), checkpoint);
        }
        return results;
    }

    /// <summary>How images of that size are divided; <c>null</c> where the network's tiles do not depend on the memory.</summary>
    internal TilingPlan? Plan(int width, int height, int batch) =>
        network.ReceptiveField is null ? null : TilingPlan.Choose(network, settings, width, height, batch);

    /// <summary>An image for the result; opacity is enlarged by bicubic interpolation at once.</summary>
    RgbImage Enlarged(RgbImage image)
    {
        var (width, height) = (image.Width * network.Scale, image.Height * network.Scale);
        var alpha = image.Alpha is null ? null : BicubicResampler.ResizeAlpha(image, width, height);
        return new(width, height, new byte[3 * width * height], alpha);
    }
}
