using System.Buffers.Binary;
using SkiaSharp;

namespace Dream.ML.Imaging.Files;

/// <summary>RGB colors by primaries and a transfer function, as files without a profile state them.</summary>
/// <param name="Source">What states it.</param>
/// <param name="Curve">From stored samples to linear light.</param>
/// <param name="Gamut">From linear RGB to XYZ.</param>
sealed record ColorEncoding(string Source, SKColorSpaceTransferFn Curve, SKColorSpaceXyz Gamut)
{
    const float Unit = 100_000;

    internal static ColorEncoding AdobeRgb { get; } =
        new("EXIF, Adobe RGB", SKColorSpaceTransferFn.TwoDotTwo, SKColorSpaceXyz.AdobeRgb);

    /// <summary>PNG's gAMA and cHRM chunks, either of which may be missing or senseless.</summary>
    internal static ColorEncoding? OfPng(ReadOnlySpan<byte> gamma, ReadOnlySpan<byte> chromaticities)
    {
        var curve = SKColorSpaceTransferFn.Srgb;
        // 0.45455 is what the PNG standard has writers of sRGB say.
        if (gamma.Length == 4 && Read(gamma, 0) is > 0 and not (> 0.45f and < 0.46f) and var exponent)
            curve = new(1 / exponent, 1, 0, 0, 0, 0, 0);
        var gamut = SKColorSpaceXyz.Srgb;
        if (chromaticities.Length == 32)
        {
            // White comes first in the chunk, and last here.
            var xy = chromaticities;
            var primaries = new SKColorSpacePrimaries(
                Read(xy, 2), Read(xy, 3), Read(xy, 4), Read(xy, 5), Read(xy, 6), Read(xy, 7), Read(xy, 0), Read(xy, 1));
            if (primaries.ToColorSpaceXyz(out var xyz))
                gamut = xyz;
        }
        var encoding = new ColorEncoding("gAMA and cHRM", curve, gamut);
        using var space = encoding.Create();
        return space is { IsSrgb: false } ? encoding : null;

        static float Read(ReadOnlySpan<byte> chunk, int number) =>
            BinaryPrimitives.ReadUInt32BigEndian(chunk[(4 * number)..]) / Unit;
    }

    /// <summary>The code points of ITU-T H.273, as in PNG's cICP chunk; <c>null</c> for those that are not supported.</summary>
    internal static ColorEncoding? OfCodePoints(ReadOnlySpan<byte> points)
    {
        if (points is not [var primaries, var transfer, 0, 1])
            return null;
        SKColorSpaceTransferFn? curve = transfer switch
        {
            13 => SKColorSpaceTransferFn.Srgb,
            8 => SKColorSpaceTransferFn.Linear,
            4 => SKColorSpaceTransferFn.TwoDotTwo,
            1 or 6 or 14 or 15 => SKColorSpaceTransferFn.Rec2020,
            _ => null,
        };
        SKColorSpaceXyz? gamut = primaries switch
        {
            1 => SKColorSpaceXyz.Srgb,
            9 => SKColorSpaceXyz.Rec2020,
            12 => SKColorSpaceXyz.DisplayP3,
            _ => null,
        };
        return curve is { } c && gamut is { } g ? new("cICP", c, g) : null;
    }

    internal SKColorSpace? Create() => SKColorSpace.CreateRgb(Curve, Gamut);

    /// <summary>Converts to sRGB in place.</summary>
    internal unsafe void ConvertToSrgb(byte[] rgba, int width, int height)
    {
        using var from = Create();
        using var to = SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul, from);
        var row = new byte[4 * width];
        fixed (byte* pixels = rgba, converted = row)
        {
            using var pixmap = new SKPixmap(info, (nint)pixels);
            for (var y = 0; y < height; y++)
            {
                pixmap.ReadPixels(info.WithSize(width, 1).WithColorSpace(to), (nint)converted, row.Length, 0, y);
                row.CopyTo(rgba, (long)row.Length * y);
            }
        }
    }
}
