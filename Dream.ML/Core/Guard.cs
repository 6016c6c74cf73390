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

    /// <summary>The value of a property, where it is as it should be.</summary>
    /// <inheritdoc cref="Require(bool, string, object?, string)"/>
    internal static T Require<T>(T value, bool holds, string range, [CallerMemberName] string property = "")
    {
        Require(holds, property, value, range);
        return value;
    }

    /// <summary>The value of a property, where there is one.</summary>
    /// <exception cref="ArgumentNullException">The value is <c>null</c>.</exception>
    internal static T Set<T>(T value, [CallerMemberName] string property = "")
    {
        ArgumentNullException.ThrowIfNull(value, property);
        return value;
    }

    /// <summary>The value of a property, where it is in a range, both ends included.</summary>
    /// <inheritdoc cref="Require(bool, string, object?, string)"/>
    internal static T Range<T>(T value, T min, T max, [CallerMemberName] string property = "")
        where T : struct, INumber<T> =>
        Require(value, value >= min && value <= max, Text(min, max), property);

    /// <inheritdoc cref="Range{T}(T, T, T, string)"/>
    internal static T? Range<T>(T? value, T min, T max, [CallerMemberName] string property = "")
        where T : struct, INumber<T> =>
        Require(value, value is not { } number || number >= min && number <= max, $"{Text(min, max)}, or null", property);

    /// <summary>The value of a property, where its enumeration has it.</summary>
    /// <inheritdoc cref="Require(bool, string, object?, string)"/>
    internal static T Defined<T>(T value, [CallerMemberName] string property = "")
        where T : struct, Enum =>
        Require(value, Enum.IsDefined(value), $"one of {string.Join(", ", Enum.GetNames<T>())}", property);

    /// <inheritdoc cref="Defined{T}(T, string)"/>
    internal static T? Defined<T>(T? value, [CallerMemberName] string property = "")
        where T : struct, Enum =>
        value is { } chosen ? Defined(chosen, property) : null;

    static string Text<T>(T min, T max)
        where T : struct, INumber<T> =>
        string.Create(CultureInfo.InvariantCulture, $"from {min:#,0.##} to {max:#,0.##}");
}
