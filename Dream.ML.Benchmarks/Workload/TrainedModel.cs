using System.CommandLine;
using Dream.ML.SuperResolution;
using Microsoft.ML;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A model that was trained and saved.</summary>
static class TrainedModel
{
    internal static Argument<FileInfo> Argument() =>
        new Argument<FileInfo>("model") { Description = "A model, as training writes (.zip)." }.AcceptExistingOnly();

    /// <exception cref="InvalidOperationException">It does not upscale, or does so more than once.</exception>
    internal static DreamSuperResolutionTransformer Load(FileInfo file)
    {
        var chain = (IEnumerable<ITransformer>)new MLContext().Model.Load(file.FullName, out _);
        return chain.OfType<DreamSuperResolutionTransformer>().ToArray() is [var model] ? model
            : throw new InvalidOperationException($"'{file}' is not a model that upscales once.");
    }
}
