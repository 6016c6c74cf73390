using System.CommandLine;
using System.Text;
using Dream.ML.Benchmarks.Choosing;
using Dream.ML.Benchmarks.Claims;
using Dream.ML.Benchmarks.Engines;
using Dream.ML.Benchmarks.Footprint;
using Dream.ML.Benchmarks.Holes;
using Dream.ML.Benchmarks.Micro;
using Dream.ML.Benchmarks.Peers;
using Dream.ML.Benchmarks.Quality;
using Dream.ML.Samples.Commands;

Console.OutputEncoding = Encoding.UTF8;

var root = new RootCommand("Measures Dream.ML: its parts, and itself beside others.")
{
    MicroCommand.Create(),
    PeersCommand.Create(),
    QualityCommand.Create(),
    ChoosingCommand.Create(),
    HolesCommand.Create(),
    EnginesCommand.Create(),
    MemoryCommand.Create(),
    StartCommand.Create(),
    ClaimsCommand.Create(),
};
DecimalPoint.Require(root);
try
{
    return root.Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is IOException or InvalidOperationException or InvalidDataException or FormatException)
{
    // What the user can cure; anything else is an error of ours and keeps its stack.
    Console.Error.WriteLine($"error: {e.Message}");
    return 1;
}
