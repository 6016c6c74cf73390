using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Dream.ML.Core;

/// <summary>Checks what users set. Properties do it in their init accessors, so that a range stands next to its property.</summary>
static class Guard
{
    /// <exception cref="ArgumentOutOfRangeException">The message names setting, value and range.</exception>
    internal static void Require(bool holds, string setting, object? value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(setting, value, $"{setting} must be {range}.");
    }

    /// <summary>The value, which is as it should be.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not; the message names setting, value and range.</exception>
    internal static T Require<T>(T value, bool holds, string range, [CallerMemberName] string setting = "")
    {
        Require(holds, setting, value, range);
        return value;
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

    /// <summary>The value, which its enumeration has.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It has not; the message names setting, value and what there is.</exception>
    internal static T Defined<T>(T value, [CallerMemberName] string setting = "") where T : struct, Enum =>
        Require(value, Enum.IsDefined(value), $"one of {string.Join(", ", Enum.GetNames<T>())}", setting);

    /// <inheritdoc cref="Defined{T}(T, string)"/>
    /// <summary>The same for a value that may be left out.</summary>
    internal static T? Defined<T>(T? value, [CallerMemberName] string setting = "") where T : struct, Enum =>
        value is { } given ? Defined(given, setting) : null;

    /// <summary>The value, which is not <c>null</c>.</summary>
    /// <exception cref="ArgumentNullException">It is <c>null</c>.</exception>
    internal static T NotNull<T>(T value, [CallerMemberName] string setting = "")
    {
        ArgumentNullException.ThrowIfNull(value, setting);
        return value;
    }

    static string Range<T>(T min, T max) where T : INumber<T> => T.IsInteger(min) && typeof(T) != typeof(double)
        ? string.Create(CultureInfo.InvariantCulture, $"from {min:N0} to {max:N0}") : string.Create(CultureInfo.InvariantCulture, $"in [{min}, {max}]");
}
