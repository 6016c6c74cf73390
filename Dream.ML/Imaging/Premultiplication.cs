namespace Dream.ML.Imaging;

/// <summary>Converts 8-bit colors between straight and premultiplied alpha.</summary>
/// <remarks>
/// Dividing and then multiplying gives back every premultiplied color exactly: the straight color is off by at most 1/2,
/// which the multiplication shrinks by alpha / 255.
/// </remarks>
static class Premultiplication
{
    /// <summary>straight · alpha / 255, rounded; never above <paramref name="alpha"/>.</summary>
    internal static byte Multiply(byte straight, byte alpha) => (byte)((straight * alpha + 127) / 255);

    /// <summary>premultiplied · 255 / alpha, rounded; 0 where nothing is visible, 255 for colors above their alpha.</summary>
    internal static byte Divide(byte premultiplied, byte alpha) => alpha switch
    {
        0 => 0,
        255 => premultiplied,
        _ => (byte)Math.Min(255, (premultiplied * 255 + alpha / 2) / alpha),
    };

    /// <summary>Divides all colors of an image in place.</summary>
    internal static void Divide(byte[] rgb, byte[] alpha)
    {
        for (var x = 0; x < alpha.Length; x++)
            for (var i = 3 * x; i < 3 * x + 3; i++)
                rgb[i] = Divide(rgb[i], alpha[x]);
    }
}
