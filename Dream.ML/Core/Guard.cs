using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Dream.ML.Core;

/// <summary>Checks what users set.</summary>
static class Guard
{
    /// <exception cref="ArgumentOutOfRangeException">The message names setting, value and range.</exception>
    internal static void Require(bool holds, string setting, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(setting, value, $"{setting} must be {range}.");
    }

    /// <summary>The value, which lies within both bounds; NaN does not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not; the message names setting, value and range.</exception>
    internal static T InRange<T>(T value, T min, T max, [CallerMemberName] string setting = "") where T : INumber<T>
    {
        Require(value >= min && value <= max, setting, value, Range(min, max));
        return value;
    }

    /// <inheritdoc cref="InRange{T}(T, T, T, string)"/>
    /// <summary>The same for a value that may be left out.</summary>
    internal static T? InRange<T>(T? value, T min, T max, [CallerMemberName] string setting = "") where T : struct, INumber<T>
    {
        Require(value is not { } given || given >= min && given <= max, setting, value, $"{Range(min, max)}, or null");
        return value;
    }

    static string Range<T>(T min, T max) where T : INumber<T> => T.IsInteger(min) && typeof(T) != typeof(double)
        ? string.Create(CultureInfo.InvariantCulture, $"from {min:N0} to {max:N0}") : string.Create(CultureInfo.InvariantCulture, $"in [{min}, {max}]");
}
