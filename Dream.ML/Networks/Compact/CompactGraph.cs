using Dream.ML.Onnx;

namespace Dream.ML.Networks.Compact;

/// <summary><see cref="CompactNetwork"/> as a graph.</summary>
sealed class CompactGraph(CompactSettings settings, OnnxGraph graph, int scale) : NetworkGraph(graph, scale)
{
    long SignalChannels => 3 * Scale * Scale;

    protected override Parameterization Parameterization => Parameterization.Sample;

    internal override float SignalUnit => (float)(Graph.Values("residual_spread")[0] * PredictAndRefine.RemainingSpread);

    internal override GraphCondition Encode(OnnxValue lowResolution)
    {
        var upsampled = UnshuffledBicubic(settings.ReadsMask ? lowResolution.Slice(1, 0, 3) : lowResolution); // (B, 3s², h, w)
        var mask = settings.ReadsMask ? lowResolution.Slice(1, 3, 4) : null;
        var features = (mask is null ? upsampled : upsampled.Concat(1, mask)).Conv2d("encoder_in");
        for (var i = 0; i < settings.EncoderBlocks; i++)
            features = ResidualBlock(features, $"encoder.{i}");
        var residual = features.Conv2d("guess") * Graph.Weight("residual_spread");
        // bicubic(LR) + σ_res·r₁, in holes alone where there are any, and what the denoiser's first layer makes of the features
        return new(
            upsampled + (mask is null ? residual : residual * (mask * -0.5 + 0.5)),
            () => features.Conv2d(
                Graph.Weight("denoiser_in.weight").Slice(1, SignalChannels, SignalChannels + settings.Channels),
                Graph.Weight("denoiser_in.bias"), padding: 1));
    }

    protected override OnnxValue Predict(OnnxValue noisy, GraphLevel noiseLevel, OnnxValue features)
    {
        var level = NoiseLevelEmbedding(noiseLevel);
        // The first layer's other part, with its bias, is in the features.
        var hidden = noisy.Conv2d(Graph.Weight("denoiser_in.weight").Slice(1, 0, SignalChannels), null, padding: 1) + features;
        for (var i = 0; i < settings.DenoiserBlocks; i++)
            hidden = ResidualBlock(hidden, $"denoiser.{i}", level);
        return hidden.Conv2d("denoiser_out");
    }

    /// <summary>(1, C)</summary>
    OnnxValue NoiseLevelEmbedding(GraphLevel noiseLevel)
    {
        float[] harmonics = [.. Enumerable.Range(1, Compact.NoiseLevelEmbedding.Harmonics)];
        var angles = noiseLevel.Angle * Graph.Constant(harmonics, 1, harmonics.Length);
        return angles.Apply("Sin").Concat(1, angles.Apply("Cos"))
            .Linear("noise_level.layers.0").SiLU().Linear("noise_level.layers.2").SiLU();
    }

    /// <summary>x + Conv(SiLU(Conv(SiLU(Norm(x)·(1 + a) + b))))</summary>
    OnnxValue ResidualBlock(OnnxValue x, string name, OnnxValue? level = null)
    {
        var (weight, bias) = (Graph.Weight($"{name}.norm.weight").Reshape(-1), Graph.Weight($"{name}.norm.bias").Reshape(-1));
        if (level is not null)
        {
            // The norm's own scale and shift take in the level's: no more work for every pixel.
            var modulation = level.Linear($"{name}.modulation").Reshape(-1);
            var scale = modulation.Slice(0, 0, settings.Channels) + 1;
            (weight, bias) = (weight * scale, bias * scale + modulation.Slice(0, settings.Channels, 2 * settings.Channels));
        }
        var hidden = Graph.Node("LayerNormalization", [x.Permute(0, 2, 3, 1), weight, bias]).Permute(0, 3, 1, 2);
        return x + hidden.SiLU().Conv2d($"{name}.conv1").SiLU().Conv2d($"{name}.conv2");
    }
}
