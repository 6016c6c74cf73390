using System.IO.Compression;
using System.IO.Hashing;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Dream.ML.IO;
using Microsoft.ML;

namespace Dream.ML.MLNet;

/// <summary>The two kinds of model file: pipelines of ML.NET (zip) and super-resolution steps alone (safetensors).</summary>
static class ModelFile
{
    // Trained weights hardly compress; what unpacks to far more was made to fill memory and disk.
    const long MaxExpansion = 20;

    const string SharedMemory = "/dev/shm";

    const string Cure = "Give a whole file, written by mlContext.Model.Save or by the super-resolution step's own Save.";

    /// <summary>Whether a file may be a model, as far as a glance tells.</summary>
    /// <exception cref="IOException">It is no file, or cannot be read.</exception>
    internal static bool MayBeModel(string path)
    {
        using var stream = RegularFile.OpenRead(path);
        var start = Start(stream);
        // Safetensors: eight bytes of length, then JSON.
        return IsZip(start) || start is [_, _, _, _, _, _, _, _, (byte)'{'];
    }

    /// <inheritdoc cref="DreamSuperResolutionTransformer.Load(MLContext, string)"/>
    internal static DreamSuperResolutionTransformer Load(MLContext context, string path)
    {
        using var stream = RegularFile.OpenRead(path);
        try
        {
            return IsZip(Start(stream)) ? LoadPipeline(context, stream) : DreamSuperResolutionTransformer.Read(context, stream);
        }
        // Damage shows in ML.NET as whatever its steps throw.
        catch (Exception e)
        {
            var cause = Cause(e);
            if (cause is OperationCanceledException or OutOfMemoryException or ExternalException or DllNotFoundException)
                ExceptionDispatchInfo.Throw(cause);
            throw new InvalidDataException($"The model file '{path}' cannot be used: {cause.Message} {Cure}", e);
        }
    }

    static byte[] Start(FileStream stream)
    {
        var start = new byte[9];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        stream.Position = 0;
        return start;
    }

    static bool IsZip(byte[] start) => start.AsSpan().StartsWith("PK\u0003\u0004"u8);

    static DreamSuperResolutionTransformer LoadPipeline(MLContext context, Stream stream)
    {
        Check(stream);
        var loaded = Unpack(context, stream);
        var steps = Steps(loaded).OfType<DreamSuperResolutionTransformer>().ToList();
        if (steps is [var step])
            return step;
        steps.ForEach(step => step.Dispose());
        throw new InvalidDataException(
            $"It holds {steps.Count} super-resolution steps where one is wanted. mlContext.Model.Load reads whole pipelines.");
    }

    // ML.NET unpacks into the temporary folder, which cannot be written in some containers.
    static ITransformer Unpack(MLContext context, Stream stream)
    {
        try
        {
            return context.Model.Load(stream, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Directory.Exists(SharedMemory))
        {
            var temporary = context.TempFilePath;
            context.TempFilePath = SharedMemory;
            try
            {
                return context.Model.Load(stream, out _);
            }
            finally
            {
                context.TempFilePath = temporary;
            }
        }
    }

    /// <summary>ML.NET unpacks whatever there is, and neither it nor .NET compares checksums.</summary>
    static void Check(Stream stream)
    {
        using var zip = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        var unpacked = zip.Entries.Sum(entry => (double)entry.Length);
        if (unpacked > MaxExpansion * stream.Length)
            throw new InvalidDataException($"It would unpack to {unpacked:N0} bytes, more than {MaxExpansion} times its own size.");
        foreach (var entry in zip.Entries)
        {
            using var content = entry.Open();
            var checksum = new Crc32();
            checksum.Append(content);
            if (checksum.GetCurrentHashAsUInt32() != entry.Crc32)
                throw new InvalidDataException($"It is damaged: its part '{entry.FullName}' does not have the checksum it was written with.");
        }
    }

    static IEnumerable<ITransformer> Steps(ITransformer model) =>
        model is IEnumerable<ITransformer> chain ? chain.SelectMany(Steps) : [model];

    static Exception Cause(Exception exception)
    {
        while (exception is TargetInvocationException { InnerException: { } inner })
            exception = inner;
        return exception;
    }
}
