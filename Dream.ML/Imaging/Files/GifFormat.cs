namespace Dream.ML.Imaging.Files;

/// <summary>GIF files; they are read only.</summary>
sealed class GifFormat : ImageFormat
{
    internal override bool Matches(ReadOnlySpan<byte> start) => start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8);

    internal override ImageHeader ReadHeader(byte[] file, string name) =>
        new(new(), file.AsSpan().IndexOf("ICCRGBG1012"u8) < 0 ? [] : [UnusedColors]);
}
