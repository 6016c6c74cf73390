using System.Numerics;
using System.Runtime.InteropServices;
using Dream.ML.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;

namespace Dream.ML;

/// <summary>
/// Copies pixels out of and into ImageSharp's frames, by way of <c>TRgba</c>: red, green, blue and opacity, of type <c>T</c> each.
/// </summary>
static class FramePixels
{
    /// <summary>Whether the colors of a pixel format have more than 8 bits.</summary>
    internal static bool AreFinerThanBytes<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        // Halfway between two bytes, and as far from them as colors of 10 bits cannot be.
        const float Between = 128.5f / 255, Tolerance = 1f / 1024;
        TPixel pixel = default;
        pixel.FromScaledVector4(new(Between));
        return Math.Abs(pixel.ToScaledVector4().X - Between) < Tolerance;
    }

    internal static RgbImage<T> Read<TPixel, TRgba, T>(ImageFrame<TPixel> frame)
        where TPixel : unmanaged, IPixel<TPixel>
        where TRgba : unmanaged, IPixel<TRgba>
        where T : unmanaged, IBinaryInteger<T>
    {
        var (rgb, alpha) = (new T[3 * frame.Width * frame.Height], new T[frame.Width * frame.Height]);
        var row = new TRgba[frame.Width];
        frame.ProcessPixelRows(rows =>
        {
            var i = 0;
            for (var y = 0; y < rows.Height; y++)
            {
                PixelOperations<TPixel>.Instance.To<TRgba>(frame.GetConfiguration(), rows.GetRowSpan(y), row);
                var rgba = MemoryMarshal.Cast<TRgba, T>(row);
                for (var x = 0; x < rgba.Length; x += 4, i++)
                    (rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2], alpha[i]) = (rgba[x], rgba[x + 1], rgba[x + 2], rgba[x + 3]);
            }
        });
        return new(frame.Width, frame.Height, rgb, alpha.AsSpan().ContainsAnyExcept(T.AllBitsSet) ? alpha : null);
    }

    internal static void Write<TPixel, TRgba, T>(RgbImage<T> image, ImageFrame<TPixel> frame)
        where TPixel : unmanaged, IPixel<TPixel>
        where TRgba : unmanaged, IPixel<TRgba>
        where T : unmanaged, IBinaryInteger<T>
    {
        var row = new TRgba[image.Width];
        frame.ProcessPixelRows(rows =>
        {
            var i = 0;
            for (var y = 0; y < rows.Height; y++)
            {
                var rgba = MemoryMarshal.Cast<TRgba, T>(row.AsSpan());
                for (var x = 0; x < rgba.Length; x += 4, i++)
                    (rgba[x], rgba[x + 1], rgba[x + 2], rgba[x + 3]) =
                        (image.Rgb[3 * i], image.Rgb[3 * i + 1], image.Rgb[3 * i + 2], image.Alpha is null ? T.AllBitsSet : image.Alpha[i]);
                PixelOperations<TPixel>.Instance.From<TRgba>(frame.GetConfiguration(), row, rows.GetRowSpan(y));
            }
        });
    }
}
