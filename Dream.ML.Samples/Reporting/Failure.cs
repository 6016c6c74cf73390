using System.Reflection;
using Dream.ML.Samples.Commands;

namespace Dream.ML.Samples.Reporting;

/// <summary>Turns an exception into words and an exit code.</summary>
static class Failure
{
    const int MaxNames = 10;

    internal static int Report(Exception exception)
    {
        exception = Cause(exception);
        if (exception is OperationCanceledException)
        {
            Console.Error.WriteLine("Canceled.");
            return ExitCode.Canceled;
        }
        Console.Error.WriteLine($"error: {Describe(exception)}");
        return ExitCode.Failed;
    }

    internal static void Warn(string text) => Console.Error.WriteLine($"warning: {text}");

    /// <summary>Names what a folder holds beside images; of many the first ones.</summary>
    internal static void WarnOfLeftOut(IReadOnlyList<string> files)
    {
        if (files.Count > 0)
            Warn($"{files.Count} left out, as no image files or linked folders: " +
                string.Join(", ", files.Count > MaxNames ? [.. files.Take(MaxNames), "…"] : files));
    }

    /// <summary>The message, without what .NET appends about parameters.</summary>
    internal static string Describe(Exception exception)
    {
        exception = Cause(exception);
        if (exception is OutOfMemoryException and not InsufficientMemoryException)
            return "The memory that this process may use is too small. Use a machine or a limit with more memory, or smaller images.";
        var message = Advise(exception.Message);
        var parameter = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return parameter < 0 ? message : message[..parameter];
    }

    /// <summary>The message, for whoever cannot add a package to the program.</summary>
    internal static string Advise(string message) => message == DreamRuntime.Cure ? LibTorchInstaller.Cure : message;

    // ML.NET wraps what a step threw.
    static Exception Cause(Exception exception)
    {
        while (exception is TargetInvocationException or InvalidOperationException or AggregateException
            && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
