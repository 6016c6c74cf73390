using Dream.ML.SuperResolution;
using Microsoft.ML;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>A model that was trained and saved.</summary>
static class TrainedModel
{
    /// <exception cref="InvalidOperationException">It does not upscale, or does so more than once.</exception>
    internal static DreamSuperResolutionTransformer Load(string path)
    {
        var chain = (IEnumerable<ITransformer>)new MLContext().Model.Load(path, out _);
        return chain.OfType<DreamSuperResolutionTransformer>().ToArray() is [var model] ? model
            : throw new InvalidOperationException($"'{path}' is not a model that upscales once.");
    }
}
