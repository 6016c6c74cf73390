namespace Dream.ML.Networks.Implicit;

/// <summary>What layers that are functions of the scale are told of it, and of a place.</summary>
static class ScaleCoordinates
{
    const int Harmonics = 4;

    /// <summary>Numbers that tell the scale.</summary>
    internal const int OfScale = 3;

    /// <summary>Numbers that tell a place in a low-resolution pixel, and the scale.</summary>
    internal const int OfPlace = OfScale + 2 * (1 + 2 * Harmonics);

    /// <summary>The whole number that the network enlarges by for a factor from 1 to 8; interpolation does the rest first.</summary>
    internal static int Whole(double factor) => Math.Clamp((int)factor, 1, ImplicitSettings.MaxScale);

    /// <summary>(3)</summary>
    internal static float[] Scale(double factor) =>
        [(float)(Math.Log2(factor) / Math.Log2(ImplicitSettings.MaxScale)), (float)(factor / Whole(factor) - 1), 1f / Whole(factor)];

    /// <summary>(s², 21): the pixels that one of low resolution becomes, row by row.</summary>
    internal static float[] Places(double factor)
    {
        var (scale, count) = (Scale(factor), Whole(factor));
        return [.. from y in Enumerable.Range(0, count) from x in Enumerable.Range(0, count) from value in (float[])[.. scale, .. Axis(y), .. Axis(x)] select value];

        // The pixel's center is δ in (−½, ½) from that of the low-resolution one.
        float[] Axis(int pixel)
        {
            var offset = (pixel + 0.5) / count - 0.5;
            return [(float)offset, .. Enumerable.Range(1, Harmonics).SelectMany(k =>
                (float[])[(float)Math.Sin(2 * Math.PI * k * offset), (float)Math.Cos(2 * Math.PI * k * offset)])];
        }
    }
}
