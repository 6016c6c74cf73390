using System.CommandLine;
using System.Text;
using Dream.ML.Benchmarks.Claims;
using Dream.ML.Benchmarks.Micro;
using Dream.ML.Benchmarks.Peers;
using Dream.ML.Benchmarks.Quality;

Console.OutputEncoding = Encoding.UTF8;

var root = new RootCommand("Measures Dream.ML: its parts, and itself beside others.")
{
    MicroCommand.Create(),
    PeersCommand.Create(),
    QualityCommand.Create(),
    ClaimsCommand.Create(),
};
return root.Parse(args).Invoke();
