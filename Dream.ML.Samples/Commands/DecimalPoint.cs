using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Dream.ML.Samples.Commands;

/// <summary>Numbers with a decimal point, wherever the user lives: left alone, the parser takes 1,5 for 15.</summary>
static class DecimalPoint
{
    /// <summary>Has every number of a command, and of those below it, refused by name unless it is written so.</summary>
    internal static void Require(Command command)
    {
        foreach (var option in command.Options)
            switch (option)
            {
                case Option<int> { CustomParser: null } number:
                    number.CustomParser = Read<int>;
                    break;
                case Option<int?> { CustomParser: null } number:
                    number.CustomParser = result => Read<int>(result);
                    break;
                case Option<double> { CustomParser: null } number:
                    number.CustomParser = Read<double>;
                    break;
                case Option<double?> { CustomParser: null } number:
                    number.CustomParser = result => Read<double>(result);
                    break;
            }
        foreach (var subcommand in command.Subcommands)
            Require(subcommand);
    }

    /// <summary>Reads a number, or nothing else.</summary>
    internal static bool TryRead<T>(string text, out T number)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && T.IsFinite(number);

    static T Read<T>(ArgumentResult result)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        if (!TryRead<T>(text, out var number))
            result.AddError($"{((OptionResult)result.Parent!).IdentifierToken?.Value} takes {(typeof(T) == typeof(int) ? "a whole number such as 4" : "a number such as 0.5")}, not '{text}'.");
        return number;
    }
}
