using System.Numerics;

namespace Dream.ML.Imaging;

/// <summary>Converts colors between straight and premultiplied alpha.</summary>
/// <remarks>
/// Dividing and then multiplying gives back every premultiplied color exactly: the straight color is off by at most 1/2,
/// which the multiplication shrinks by alpha / 255 (of 16 bits, 65,535).
/// </remarks>
static class Premultiplication
{
    /// <summary>straight · alpha / 255, rounded; never above <paramref name="alpha"/>.</summary>
    internal static T Multiply<T>(T straight, T alpha) where T : unmanaged, IBinaryInteger<T>
    {
        var full = Wide(T.AllBitsSet);
        return T.CreateTruncating((Wide(straight) * Wide(alpha) + full / 2) / full);
    }

    /// <summary>premultiplied · 255 / alpha, rounded; 0 where nothing is visible, 255 for colors above their alpha.</summary>
    internal static T Divide<T>(T premultiplied, T alpha) where T : unmanaged, IBinaryInteger<T>
    {
        if (alpha == T.Zero || alpha == T.AllBitsSet)
            return premultiplied & alpha;
        var full = Wide(T.AllBitsSet);
        return T.CreateTruncating(Math.Min(full, (Wide(premultiplied) * full + Wide(alpha) / 2) / Wide(alpha)));
    }

    /// <summary>Divides all colors of an image in place.</summary>
    internal static void Divide<T>(T[] rgb, T[] alpha) where T : unmanaged, IBinaryInteger<T>
    {
        for (var x = 0; x < alpha.Length; x++)
            for (var i = 3 * x; i < 3 * x + 3; i++)
                rgb[i] = Divide(rgb[i], alpha[x]);
    }

    // The square of 16 bits, and half of them more, fit.
    static uint Wide<T>(T sample) where T : unmanaged, IBinaryInteger<T> => uint.CreateTruncating(sample);
}
