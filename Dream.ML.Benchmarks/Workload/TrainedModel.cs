using System.CommandLine;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A model that was trained and saved.</summary>
static class TrainedModel
{
    internal static Argument<FileInfo> Argument() =>
        new Argument<FileInfo>("model") { Description = "A model, as training writes (.zip or .safetensors)." }.AcceptExistingOnly();

    internal static DreamSuperResolutionTransformer Load(FileInfo file) => DreamSuperResolutionTransformer.Load(new(), file.FullName);
}
