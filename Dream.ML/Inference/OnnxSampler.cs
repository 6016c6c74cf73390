using Dream.ML.Onnx;

namespace Dream.ML.Inference;

/// <summary>The deterministic <see cref="Samplers"/>, unrolled into a graph.</summary>
static class OnnxSampler
{
    /// <summary>Whether the sampler needs no noise but that it starts from.</summary>
    internal static bool IsDeterministic(SamplingSettings settings) => settings.Sampler switch
    {
        SamplerKind.Ddim => settings.Eta == 0,
        SamplerKind.DpmSolverPlusPlus => true,
        _ => false,
    };

    /// <summary>The clean signal.</summary>
    /// <param name="kind">A deterministic sampler.</param>
    /// <param name="denoise">Estimates the clean signal.</param>
    /// <param name="levels">g of each step, rising.</param>
    /// <param name="noise">Where to start.</param>
    internal static OnnxValue Run(
        SamplerKind kind, Func<OnnxValue, double, OnnxValue> denoise, IReadOnlyList<double> levels, OnnxValue noise)
    {
        var y = noise;
        OnnxValue? before = null;
        for (var i = 0; i + 1 < levels.Count; i++)
        {
            var clean = denoise(y, levels[i]);
            y = kind is SamplerKind.Ddim
                ? DdimStep(y, clean, levels[i], levels[i + 1])
                : DpmSolverStep(y, clean, before, i == 0 ? levels[i] : levels[i - 1], levels[i], levels[i + 1]);
            before = clean;
        }
        return denoise(y, levels[^1]);
    }

    static OnnxValue DdimStep(OnnxValue y, OnnxValue clean, double g, double next)
    {
        var epsilon = (y - clean * g) / Math.Sqrt(1 - g * g);
        return clean * next + epsilon * Math.Sqrt(1 - next * next);
    }

    static OnnxValue DpmSolverStep(OnnxValue y, OnnxValue clean, OnnxValue? before, double previous, double g, double next)
    {
        var stride = Samplers.LogSignalToNoise(next) - Samplers.LogSignalToNoise(g);
        var ratio = (Samplers.LogSignalToNoise(g) - Samplers.LogSignalToNoise(previous)) / stride;
        var corrected = before is null ? clean : clean * (1 + 0.5 / ratio) - before * (0.5 / ratio);
        return y * Math.Sqrt((1 - next * next) / (1 - g * g)) - corrected * (next * (Math.Exp(-stride) - 1));
    }
}
