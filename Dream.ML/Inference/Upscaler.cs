using System.Numerics;
using System.Runtime.CompilerServices;
using Dream.ML.Imaging;
using Dream.ML.Inference.Tiling;
using Dream.ML.Networks;
using Dream.ML.Networks.Engines;
using Dream.ML.Torch;

namespace Dream.ML.Inference;

/// <summary>Turns an image into one <see cref="NetworkTraits.Scale"/> times as large.</summary>
sealed class Upscaler(INetworkEngine engine, SamplingSettings settings, int? tileSide = null)
{
    const long LargeResultBytes = 16 << 20;

    readonly NetworkTraits _traits = engine.Traits;

    /// <summary>Upscales an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="progress">Told the share that is done, in [0, 1].</param>
    /// <param name="cancellation">Stops the work, also in the middle.</param>
    /// <exception cref="InsufficientMemoryException">The device has too little memory; the message says what to change.</exception>
    internal RgbImage<T> Upscale<T>(RgbImage<T> image, IProgress<double>? progress = null, CancellationToken cancellation = default)
        where T : unmanaged, IBinaryInteger<T>
    {
        try
        {
            return TryUpscale(image, progress, cancellation);
        }
        catch (Exception e) when (MemoryShortage.IsCauseOf(e))
        {
            throw new InsufficientMemoryException(
                $"{engine.Memory} is too small to upscale an image of {image.Width}×{image.Height} pixels. " +
                (Plan(_traits, settings, image.Width, image.Height)?.LowerBudgetMB is { } budget
                    ? $"Set MemoryBudgetMB to {budget} or less, for smaller tiles."
                    : "Use a machine or a limit with more memory, or a smaller image."), e);
        }
    }

    RgbImage<T> TryUpscale<T>(RgbImage<T> image, IProgress<double>? progress, CancellationToken cancellation)
        where T : unmanaged, IBinaryInteger<T>
    {
        // What earlier large results left waits for a full collection, which .NET puts off until hundreds of megabytes lie there.
        if (3L * Unsafe.SizeOf<T>() * image.Width * image.Height * _traits.Scale * _traits.Scale >= LargeResultBytes)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

        var given = image;
        image = UnknownColors.Fill(image);
        var result = Enlarged(image);
        Action<long, long>? report = progress is null ? null : (done, all) => progress.Report((double)done / all);
        if (Plan(_traits, settings, image.Width, image.Height) is { } plan)
        {
            var source = new TileSource(image, new(settings.Seed!.Value, image));
            using var tiling = new ExactTiling(engine, settings, source, tileSide ?? plan.TileSide, Write, cancellation);
            tiling.Run(report);
        }
        else
        {
            new OverlappingTiling<T>(engine, settings, image, cancellation).Run(result, report);
        }

        if (settings.ColorFidelity == true)
            BackProjection.Apply(result, image, _traits.Scale, cancellation);
        // What is in a hole is bounded by nothing, and all else stays.
        if (given.Holes is null)
            LocalBounds.Apply(result, image, _traits.Scale, cancellation);
        else
            HoleMask.Restore(given, result);
        return result;

        void Write(Tile tile, Core.FeatureMap upscaled) => PixelPlanes.Write(
            upscaled.Values, upscaled.Width, upscaled.Height, result, tile.OwnLeft * _traits.Scale, tile.OwnTop * _traits.Scale);
    }

    /// <summary>How an image of that size is divided; <c>null</c> where the network's tiles do not depend on the memory.</summary>
    internal static TilingPlan? Plan(NetworkTraits traits, SamplingSettings settings, int width, int height) =>
        traits.ReceptiveField is null ? null : TilingPlan.Choose(traits, settings, width, height);

    /// <summary>An image for the result; opacity is enlarged by bicubic interpolation at once.</summary>
    RgbImage<T> Enlarged<T>(RgbImage<T> image) where T : unmanaged, IBinaryInteger<T>
    {
        var (width, height) = (image.Width * _traits.Scale, image.Height * _traits.Scale);
        var alpha = image.Alpha is null ? null : BicubicResampler.ResizeAlpha(image, width, height);
        return new(width, height, new T[3 * width * height], alpha);
    }
}
