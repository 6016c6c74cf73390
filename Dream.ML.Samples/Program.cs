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
root.Add(Output.AddFlags(UpscaleCommand.Create(cancellation.Token)));
root.Add(Output.AddFlags(TrainCommand.Create(cancellation.Token)));
root.Add(Output.AddFlags(CompareCommand.Create(cancellation.Token)));
root.Add(Output.AddFlags(EvaluateCommand.Create()));
root.Add(Output.AddFlags(ExportCommand.Create()));
root.Add(Output.AddFlags(ModelsCommand.Create()));
root.Add(Output.AddFlags(ServeCommand.Create(cancellation.Token)));
root.Add(ClusterCommand.Create(cancellation.Token));
root.Add(Output.AddFlags(DoctorCommand.Create(cancellation.Token)));
root.Add(CompletionCommand.Create());
DecimalPoint.Require(root);
PatientValidators.Require(root);

try
{
    var parsed = root.Parse(args);
    if (parsed.Action is ParseErrorAction mistakes)
    {
        mistakes.ShowHelp = false;
        parsed.Invoke();
        Console.Error.WriteLine("With --help a command tells what it takes.");
        return ExitCode.WrongUsage;
    }
    Output.Direct(parsed);
    return parsed.Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e)
{
    return Failure.Report(e);
}
