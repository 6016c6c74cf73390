namespace Dream.ML.Core;

/// <summary>
/// Random numbers that are a function of where they are used, not of how many were drawn before: the same key and counter
/// give the same number, in any order, on any thread, after a resume.
/// </summary>
static class CounterRandom
{
    const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>A key that depends on every part.</summary>
    internal static ulong Key(params ReadOnlySpan<ulong> parts)
    {
        var key = Golden;
        foreach (var part in parts)
            key = Mix(key ^ Mix(part + Golden));
        return key;
    }

    /// <summary>64 random bits: SplitMix64 (Steele et al. 2014) from state <paramref name="key"/> at position <paramref name="counter"/>.</summary>
    internal static ulong Bits(ulong key, ulong counter) => Mix(key + (counter + 1) * Golden);

    /// <summary>A uniform whole number in [0, <paramref name="count"/>).</summary>
    internal static int Below(ulong key, ulong counter, int count) => (int)Math.BigMul(Bits(key, counter), (ulong)count, out _);

    /// <summary>A uniform number in [<paramref name="min"/>, <paramref name="max"/>).</summary>
    internal static double Uniform(ulong key, ulong counter, double min, double max) =>
        double.Lerp(min, max, (Bits(key, counter) >> 11) * (1.0 / (1UL << 53)));

    /// <summary>A uniform number in (0, 1] and another in [0, 2π].</summary>
    internal static (float Share, float Angle) UniformPair(ulong key, ulong counter)
    {
        var bits = Bits(key, counter);
        return (((uint)(bits >> 32) + 1f) / 4294967296f, (uint)bits * ((1f / 4294967296f) * 2 * MathF.PI));
    }

    /// <summary>A standard normal number (Box and Muller 1958).</summary>
    internal static float Normal(ulong key, ulong counter)
    {
        var (share, angle) = UniformPair(key, counter);
        return MathF.Sqrt(-2 * MathF.Log(share)) * MathF.Cos(angle);
    }

    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
