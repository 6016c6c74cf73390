using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using System.Text;
using Dream.ML.Samples.Commands;
using Dream.ML.Samples.Reporting;

Console.OutputEncoding = Encoding.UTF8;

using var cancellation = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    // The first Ctrl+C asks politely, the second ends the process.
    e.Cancel = !cancellation.IsCancellationRequested;
    cancellation.Cancel();
};

// What docker stop and service managers send.
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    cancellation.Cancel();
});

var root = MainJob.Create(cancellation.Token);
root.Add(TrainCommand.Create(cancellation.Token));
root.Add(UpscaleCommand.Create(cancellation.Token));
root.Add(CompareCommand.Create(cancellation.Token));
root.Add(EvaluateCommand.Create());
root.Add(ExportCommand.Create());
root.Add(ModelsCommand.Create());
root.Add(ServeCommand.Create(cancellation.Token));
root.Add(ClusterCommand.Create(cancellation.Token));
root.Add(DoctorCommand.Create(cancellation.Token));
DecimalPoint.Require(root);

try
{
    var parsed = root.Parse(args);
    if (parsed.Action is ParseErrorAction mistakes)
        mistakes.ShowHelp = false;
    var code = parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
    if (parsed.Errors.Count > 0)
        Console.Error.WriteLine("With --help a command tells what it takes.");
    return code;
}
catch (Exception e)
{
    return Failure.Report(e);
}
