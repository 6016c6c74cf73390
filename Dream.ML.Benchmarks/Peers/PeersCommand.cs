using System.CommandLine;

namespace Dream.ML.Benchmarks.Peers;

/// <summary>Times the library beside what people use today.</summary>
static class PeersCommand
{
    internal static Command Create()
    {
        var command = new Command("peers", "Times the library beside what people use today.");
        command.SetAction(_ => 0);
        return command;
    }
}
