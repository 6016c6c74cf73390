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

var root = MainJob.Create(cancellation.Token);
root.Add(TrainCommand.Create(cancellation.Token));
root.Add(UpscaleCommand.Create(cancellation.Token));
root.Add(CompareCommand.Create(cancellation.Token));
root.Add(DoctorCommand.Create(cancellation.Token));

try
{
    return root.Parse(args).Invoke(new() { EnableDefaultExceptionHandler = false });
}
catch (Exception e)
{
    return Failure.Report(e);
}
