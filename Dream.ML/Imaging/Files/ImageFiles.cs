using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>
/// Reads image files (PNG, JPEG, WebP, GIF, BMP) into ML.NET's images as they are meant to be seen: upright, in sRGB, of
/// animations the first frame; and whole or not at all, unlike <c>MLImage.CreateFromFile</c>.
/// </summary>
public static class ImageFiles
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">How large it may be; the defaults when <c>null</c>.</param>
    /// <returns>An image that the caller disposes. Its tag is the path.</returns>
    /// <exception cref="ImageFileException">The file is no whole image, or too large.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MLImage Read(string path, ImageLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return MLImagePixels.Write(ImageFileReader.Read(path, limits ?? new()).Pixels, path);
    }

    /// <summary>Reads a stream to its end, and leaves it open.</summary>
    /// <param name="stream">The encoded image.</param>
    /// <param name="limits">How large it may be; the defaults when <c>null</c>.</param>
    /// <returns>An image that the caller disposes.</returns>
    /// <exception cref="ImageFileException">The stream holds no whole image, or one that is too large.</exception>
    public static MLImage Read(Stream stream, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new();
        return MLImagePixels.Write(
            ImageFileReader.Decode(ImageFileReader.ReadBytes(stream, "stream", limits), "stream", limits).Pixels);
    }
}
