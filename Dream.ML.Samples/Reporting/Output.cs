using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Dream.ML.Samples.Reporting;

/// <summary>
/// Where the output goes. Commands write text and progress to the console, whatever the flags are, and their outcome to <see
/// cref="Result"/>.
/// </summary>
static class Output
{
    static readonly Option<bool> Json = new("--json") { Description = "Prints the outcome as one JSON object; all else goes to the error output." };
    static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Prints warnings and errors only." };
    static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        // The PSNR of equal pictures is infinite.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static TextWriter? _json;

    internal static Command AddFlags(Command command)
    {
        command.Add(Json);
        command.Add(Quiet);
        return command;
    }

    /// <summary>Has everything that is written to the console go where a command's flags want it.</summary>
    internal static void Direct(ParseResult parsed)
    {
        var (json, quiet) = (parsed.GetValue(Json), parsed.GetValue(Quiet));
        if (json)
            _json = Console.Out;
        if (!json && !quiet)
            return;
        AnsiConsole.Console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(quiet ? TextWriter.Null : Console.Error) });
        // Not the error output's own writer: Spectre would take it for the standard output.
        Console.SetOut(quiet ? TextWriter.Null : new StreamWriter(Console.OpenStandardError()) { AutoFlush = true });
    }

    /// <summary>Writes what came of a command, once: in words, or for scripts as an object.</summary>
    internal static void Result<T>(T outcome, string text) =>
        (_json ?? Console.Out).WriteLine(_json is null ? text : JsonSerializer.Serialize(outcome, Format));
}
