using System.Numerics;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Dream.ML;

/// <summary>Upscales images of ImageSharp.</summary>
public static class DreamImageSharpExtensions
{
    /// <summary>Upscales an image with all its frames.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">The image; it stays the caller's and is not changed.</param>
    /// <param name="cancellation">Stops the work, also in the middle of a frame.</param>
    /// <returns>A new image of the same pixel format that the caller disposes.</returns>
    /// <inheritdoc cref="Upscale{TPixel}" path="/remarks"/>
    /// <inheritdoc cref="Upscale{TPixel}" path="/exception"/>
    public static Image Upscale(this DreamSuperResolutionTransformer model, Image image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        var visitor = new Visitor(model, cancellation);
        image.AcceptVisitor(visitor);
        return visitor.Result!;
    }

    /// <inheritdoc cref="Upscale(DreamSuperResolutionTransformer, Image, CancellationToken)"/>
    /// <typeparam name="TPixel">The pixel format. Colors of more than 8 bits are read and written with 16.</typeparam>
    /// <remarks>
    /// Metadata of image and frames stay as ImageSharp's own <c>Resize</c> leaves them: EXIF with the orientation, ICC profile,
    /// resolution, delays and disposal of frames. Pixels are not turned, and their colors not converted: what they mean to a
    /// viewer is the same before and after.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// The result would have more than <see cref="SamplingSettings.MaxOutputPixels"/>; nothing was done.
    /// </exception>
    public static Image<TPixel> Upscale<TPixel>(
        this DreamSuperResolutionTransformer model, Image<TPixel> image, CancellationToken cancellation = default)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        model.Description.RequireAllowed(image.Width, image.Height);
        return FramePixels.AreFinerThanBytes<TPixel>()
            ? Upscale<TPixel, Rgba64, ushort>(model, image, cancellation)
            : Upscale<TPixel, Rgba32, byte>(model, image, cancellation);
    }

    static Image<TPixel> Upscale<TPixel, TRgba, T>(
        DreamSuperResolutionTransformer model, Image<TPixel> image, CancellationToken cancellation)
        where TPixel : unmanaged, IPixel<TPixel>
        where TRgba : unmanaged, IPixel<TRgba>
        where T : unmanaged, IBinaryInteger<T>
    {
        Image<TPixel>? result = null;
        try
        {
            for (var i = 0; i < image.Frames.Count; i++)
            {
                var upscaled = model.Upscale(FramePixels.Read<TPixel, TRgba, T>(image.Frames[i]), cancellation);
                // All frames and metadata; every pixel is replaced.
                result ??= image.Clone(clone => clone.Resize(upscaled.Width, upscaled.Height, KnownResamplers.NearestNeighbor));
                FramePixels.Write<TPixel, TRgba, T>(upscaled, result.Frames[i]);
            }
            return result!;
        }
        catch
        {
            result?.Dispose();
            throw;
        }
    }

    sealed class Visitor(DreamSuperResolutionTransformer model, CancellationToken cancellation) : IImageVisitor
    {
        internal Image? Result { get; private set; }

        public void Visit<TPixel>(Image<TPixel> image)
            where TPixel : unmanaged, IPixel<TPixel> => Result = model.Upscale(image, cancellation);
    }
}
