using Dream.ML.Onnx;

namespace Dream.ML.Networks.Compact;

/// <summary><see cref="CompactNetwork"/> as a graph.</summary>
sealed class CompactGraph(CompactSettings settings, OnnxGraph graph, int scale) : NetworkGraph(graph, scale)
{
    long SignalChannels => 3 * Scale * Scale;

    protected override Parameterization Parameterization => Parameterization.Sample;

    internal override GraphCondition Encode(OnnxValue lowResolution)
    {
        var upsampled = UnshuffledBicubic(lowResolution); // (B, 3s², h, w)
        var features = upsampled.Conv2d("encoder_in");
        for (var i = 0; i < settings.EncoderBlocks; i++)
            features = ResidualBlock(features, $"encoder.{i}");
        // bicubic(LR) + σ_res·r₁
        return new(upsampled + features.Conv2d("guess") * Graph.Weight("residual_spread"), features);
    }

    internal override OnnxValue InitialPrediction(GraphCondition condition) => condition.InitialPrediction.PixelShuffle(Scale);

    internal override OnnxValue ToImage(OnnxValue signal, GraphCondition condition) =>
        (condition.InitialPrediction + signal * Graph.Weight("residual_spread") * CompactNetwork.RemainingSpread).PixelShuffle(Scale);

    protected override OnnxValue Predict(OnnxValue noisy, double noiseLevel, GraphCondition condition)
    {
        var level = NoiseLevelEmbedding(noiseLevel);
        // One layer in two parts: what it makes of the features is the same in every step.
        var weight = Graph.Weight("denoiser_in.weight");
        var ofSignal = noisy.Conv2d(weight.Slice(1, 0, SignalChannels), null, padding: 1);
        var ofFeatures = condition.Features!.Conv2d(
            weight.Slice(1, SignalChannels, SignalChannels + settings.Channels), Graph.Weight("denoiser_in.bias"), padding: 1);
        var hidden = ofSignal + ofFeatures;
        for (var i = 0; i < settings.DenoiserBlocks; i++)
            hidden = ResidualBlock(hidden, $"denoiser.{i}", level);
        return hidden.Conv2d("denoiser_out");
    }

    /// <summary>(1, C)</summary>
    OnnxValue NoiseLevelEmbedding(double noiseLevel)
    {
        const int harmonics = Compact.NoiseLevelEmbedding.Harmonics;
        var angle = Math.Acos(noiseLevel);
        float[] waves =
        [
            .. Enumerable.Range(1, harmonics).Select(k => (float)Math.Sin(k * angle)),
            .. Enumerable.Range(1, harmonics).Select(k => (float)Math.Cos(k * angle)),
        ];
        return Graph.Constant(waves, 1, waves.Length).Linear("noise_level.layers.0").SiLU().Linear("noise_level.layers.2").SiLU();
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
