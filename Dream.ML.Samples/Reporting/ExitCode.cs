namespace Dream.ML.Samples.Reporting;

/// <summary>What the process says to scripts when it ends; docs/command-line.md explains them.</summary>
static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int WrongUsage = 2;

    /// <summary>Some pictures failed, the others are done.</summary>
    internal const int Partial = 3;

    /// <summary>As shells name what Ctrl+C ended.</summary>
    internal const int Canceled = 130;
}
