using Dream.ML.SuperResolution;
using Microsoft.ML;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>The two kinds of model file, told apart by their first bytes.</summary>
static class ModelFile
{
    const int ProbeSize = 9;
    const string SharedMemory = "/dev/shm";
    const string Cure =
        "Give a file written by mlContext.Model.Save or by the Save method of the super-resolution transformer.";

    /// <summary>Why a file cannot be a model, as far as a glance tells; <c>null</c> where it may be one.</summary>
    internal static string? Problem(string path)
    {
        if (string.IsNullOrEmpty(path))
            return $"No model file is named. {Cure}";
        if (!File.Exists(path))
            return $"There is no model file '{path}' (that is, '{Path.GetFullPath(path)}'). {Cure}";
        try
        {
            var start = ReadStart(path);
            return IsZip(start) || IsSafetensors(start) ? null : $"'{path}' is not a model file. {Cure}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The model file '{path}' cannot be read: {e.Message} Allow the service to read it.";
        }
    }

    /// <summary>Loads a file of either kind.</summary>
    /// <exception cref="InvalidDataException">It does not hold exactly one super-resolution step.</exception>
    internal static DreamSuperResolutionTransformer Load(MLContext context, string path)
    {
        if (!IsZip(ReadStart(path)))
        {
            using var stream = File.OpenRead(path);
            return DreamSuperResolutionTransformer.Load(context, stream);
        }
        var loaded = Read(context, path);
        var steps = (loaded as IEnumerable<ITransformer> ?? [loaded]).OfType<DreamSuperResolutionTransformer>().ToList();
        if (steps is [var model])
            return model;
        (loaded as IDisposable)?.Dispose();
        throw new InvalidDataException(
            $"'{path}' holds {steps.Count} super-resolution steps. Give a pipeline with exactly one.");
    }

    static ITransformer Read(MLContext context, string path)
    {
        try
        {
            return context.Model.Load(path, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Directory.Exists(SharedMemory))
        {
            // ML.NET unpacks into the temporary folder, which is read-only in some containers.
            context.TempFilePath = SharedMemory;
            return context.Model.Load(path, out _);
        }
    }

    static byte[] ReadStart(string path)
    {
        using var stream = File.OpenRead(path);
        var start = new byte[ProbeSize];
        return start[..stream.ReadAtLeast(start, ProbeSize, throwOnEndOfStream: false)];
    }

    static bool IsZip(byte[] start) => start.AsSpan().StartsWith("PK\u0003\u0004"u8);

    // Eight bytes of length, then JSON.
    static bool IsSafetensors(byte[] start) => start is [_, _, _, _, _, _, _, _, (byte)'{'];
}
