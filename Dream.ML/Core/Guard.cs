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
}
