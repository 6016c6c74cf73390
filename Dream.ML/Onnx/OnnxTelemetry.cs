using System.Runtime.InteropServices;

namespace Dream.ML.Onnx;

/// <summary>
/// ONNX Runtime reports its use to its makers, and keeps a number for that in the user's cache, unless the environment forbids it
/// before its first call. Applications of Dream.ML send nothing and leave nothing behind.
/// </summary>
static partial class OnnxTelemetry
{
    const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Forbids it, unless the user has decided.</summary>
    internal static void Disable()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        Environment.SetEnvironmentVariable(Variable, "1");
        // On Unix, that changes .NET's copy of the environment alone.
        if (!OperatingSystem.IsWindows())
            _ = SetEnvironment(Variable, "1", overwrite: 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
