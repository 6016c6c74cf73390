using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Dream.ML.Core;

/// <summary>Loops that share their work among the cores, and fail with the cause itself instead of one wrapped in .NET's words.</summary>
static class AllCores
{
    /// <summary>Threads that share the work.</summary>
    internal static int Count { get; set; } = Environment.ProcessorCount;

    /// <summary>Calls the body for every number below <paramref name="count"/>.</summary>
    internal static void For(int count, Action<int> body) => Run(() => Parallel.For(0, count, new() { MaxDegreeOfParallelism = Count }, body));

    /// <summary>Calls the body with ranges, first and end, that together are all numbers below <paramref name="count"/>.</summary>
    internal static void ForRanges(int count, Action<int, int> body) =>
        Run(() => Parallel.ForEach(Partitioner.Create(0, count), new() { MaxDegreeOfParallelism = Count }, range => body(range.Item1, range.Item2)));

    static void Run(Action loop)
    {
        try
        {
            loop();
        }
        catch (AggregateException e)
        {
            var cause = e.InnerExceptions[0];
            // What keeps .NET from starting a thread, too little memory, is wrapped once more.
            ExceptionDispatchInfo.Throw(cause is TaskSchedulerException { InnerException: { } inner } ? inner : cause);
        }
    }
}
