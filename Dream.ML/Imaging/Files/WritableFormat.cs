using System.Buffers.Binary;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>A format that results are written in.</summary>
abstract class WritableFormat : ImageFormat
{
    /// <summary>In the order of <see cref="ImageFileFormat"/>.</summary>
    internal static readonly WritableFormat[] All = [new PngFormat(), new JpegFormat(), new WebPFormat()];

    /// <summary>What files of the format end in; results in the first.</summary>
    internal abstract string[] Extensions { get; }

    internal abstract string MediaType { get; }

    /// <summary>Most pixels of a side.</summary>
    internal virtual int MaxSide => int.MaxValue;

    internal virtual bool HasAlpha => true;

    internal static WritableFormat Of(ImageFileFormat format) => All[(int)format];

    /// <summary>Encodes pixels alone.</summary>
    internal abstract SKData? Encode(SKPixmap pixels, int quality);

    /// <summary>The same file with metadata. What does not fit in is left out and named.</summary>
    internal abstract byte[] Insert(byte[] file, ImageMetadata metadata, RgbImage image, List<string> notes);

    protected static byte[] BigEndian(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }
}
