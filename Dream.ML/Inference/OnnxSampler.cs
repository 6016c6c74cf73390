using Dream.ML.Onnx;

namespace Dream.ML.Inference;

/// <summary>Deterministic <see cref="Sampler"/>s, unrolled into a graph.</summary>
static class OnnxSampler
{
    /// <summary>The clean signal.</summary>
    /// <param name="sampler">A deterministic sampler.</param>
    /// <param name="denoise">Estimates the clean signal.</param>
    /// <param name="process">How noise is added.</param>
    /// <param name="levels">g of each step, rising.</param>
    /// <param name="noise">Where to start.</param>
    internal static OnnxValue Run(
        Sampler sampler, Func<OnnxValue, double, OnnxValue> denoise, ForwardProcess process, IReadOnlyList<double> levels, OnnxValue noise)
    {
        var y = process.MaxNoise == 1 ? noise : noise * process.MaxNoise;
        OnnxValue? before = null;
        for (var i = 0; i + 1 < levels.Count; i++)
        {
            var clean = denoise(y, levels[i]);
            var step = sampler.Step(process, levels, i);
            y = y * step.Signal + clean * step.Estimate;
            if (before is not null && step.PreviousEstimate != 0)
                y += before * step.PreviousEstimate;
            before = clean;
        }
        return denoise(y, levels[^1]);
    }
}
