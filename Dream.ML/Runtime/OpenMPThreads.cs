using System.Runtime.InteropServices;

namespace Dream.ML.Runtime;

/// <summary>The worker threads that libtorch computes with on Linux (GNU OpenMP).</summary>
static partial class OpenMPThreads
{
    const string SpinCount = "GOMP_SPINCOUNT";
    const string Rounds = "2000";

    /// <summary>
    /// Lets threads that wait for each other give their core away after some microseconds instead of milliseconds. On a machine
    /// with other work to do, waiting threads otherwise take the cores that the threads they wait for would need.
    /// </summary>
    /// <remarks>
    /// The library reads the environment once, when it is loaded, and sees only the process's native one. What the user has
    /// set stays.
    /// </remarks>
    internal static void LimitSpinning()
    {
        if (Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null)
            _ = SetEnvironmentVariable(SpinCount, Rounds, overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironmentVariable(string name, string value, int overwrite);
}
