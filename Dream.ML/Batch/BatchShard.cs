using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Dream.ML;

/// <summary>
/// One of several parts of a batch, for as many processes. Which part a file belongs to depends on its path below the
/// input folder alone.
/// </summary>
public sealed record BatchShard
{
    /// <summary>Names a part.</summary>
    /// <param name="index">Which part: 1 to <paramref name="count"/>.</param>
    /// <param name="count">How many parts there are: 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public BatchShard(int index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, count);
        (Index, Count) = (index, count);
    }

    /// <summary>Which part: 1 to <see cref="Count"/>.</summary>
    public int Index { get; }

    /// <summary>How many parts there are.</summary>
    public int Count { get; }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    /// <param name="text">Such as <c>2/8</c>.</param>
    /// <exception cref="FormatException">The text names no part.</exception>
    public static BatchShard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('/') is [var first, var second] &&
            int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var index) &&
            int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var count) &&
            index >= 1 && index <= count
            ? new(index, count)
            : throw new FormatException($"'{text}' names no shard; write 2/8 for the second of eight.");
    }

    /// <summary>The part as text, such as <c>2/8</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Index}/{Count}");

    internal bool Contains(string relativePath)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(relativePath.Replace(Path.DirectorySeparatorChar, '/')));
        return BinaryPrimitives.ReadUInt64BigEndian(hash) % (ulong)Count == (ulong)Index - 1;
    }
}
