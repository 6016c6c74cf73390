namespace Dream.ML;

/// <summary>How large an image file may be. Larger ones are refused before they are decoded.</summary>
public sealed record ImageLimits
{
    // Four bytes a pixel must fit into an array.
    internal const long LargestImage = 500_000_000;

    /// <summary>Most pixels of an input, width times height: 1 to 500,000,000, 100,000,000 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxPixels
    {
        get;
        init => field = InRange(value, LargestImage);
    } = 100_000_000;

    /// <summary>Most bytes of an input file: 1 to 2,000,000,000, 256 MiB by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public long MaxFileBytes
    {
        get;
        init => field = InRange(value, 2_000_000_000);
    } = 256 << 20;

    static long InRange(long value, long most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
        return value;
    }
}
