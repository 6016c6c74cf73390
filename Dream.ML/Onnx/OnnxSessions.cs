using Dream.ML.Core;
using Microsoft.ML.OnnxRuntime;

namespace Dream.ML.Onnx;

/// <summary>How ONNX Runtime works for Dream.ML.</summary>
static class OnnxSessions
{
    static OnnxSessions() => OnnxTelemetry.Disable();

    /// <summary>What the application changes about sessions.</summary>
    internal static Action<SessionOptions>? Configure { get; set; }

    internal static string Version => Requiring(() => OrtEnv.Instance().GetVersionString());

    /// <exception cref="DllNotFoundException">The application references no onnxruntime package; the message names it.</exception>
    internal static InferenceSession Create(byte[] model) => Requiring(() =>
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = AllCores.Count,
            InterOpNumThreads = 1,
            // Tiles have many sizes: a plan for each would be kept for good.
            EnableMemoryPattern = false,
            // Without its arena, peaks are twice as high: blocks of many sizes leave gaps. It shrinks after every run.
            EnableCpuMemArena = true,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Threads that wait for work by spinning slow down whatever else the machine does.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        Configure?.Invoke(options);
        return new InferenceSession(model, options);
    });

    /// <summary>For one run, after which the memory that it took is given back.</summary>
    internal static RunOptions RunOptions()
    {
        var options = new RunOptions();
        options.AddRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
        return options;
    }

    static T Requiring<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new DllNotFoundException(
                "Dream.ML found no usable onnxruntime, which it upscales with. Reference Microsoft.ML.OnnxRuntime (CPUs) or another package of " +
                "ONNX Runtime that fits the application's machine, then rebuild.", e);
        }
    }
}
