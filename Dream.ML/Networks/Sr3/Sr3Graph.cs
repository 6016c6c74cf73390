using Dream.ML.Onnx;

namespace Dream.ML.Networks.Sr3;

/// <summary><see cref="Sr3Network"/> as a graph.</summary>
sealed class Sr3Graph(Sr3Settings settings, OnnxGraph graph, int scale) : NetworkGraph(graph, scale)
{
    const string Name = "denoise_fn";

    protected override Parameterization Parameterization => Parameterization.Epsilon;

    internal override float SignalUnit => (float)(1 / (settings.ResidualScale ?? 1));

    internal override GraphCondition Encode(OnnxValue lowResolution)
    {
        var bicubic = UnshuffledBicubic(lowResolution).PixelShuffle(Scale);
        return new(bicubic, () => bicubic);
    }

    protected override OnnxValue Predict(OnnxValue noisy, GraphLevel noiseLevel, OnnxValue features)
    {
        var noise = NoiseLevelEncoding(noiseLevel.G).Linear($"{Name}.noise_level_mlp.1").SiLU().Linear($"{Name}.noise_level_mlp.3"); // (1, E)
        var x = PixelUnshuffle(features.Concat(1, noisy)); // (B, 6, H, W)
        var levels = settings.ChannelMultipliers.Count;
        var (downs, ups) = (0, 0);
        var skips = new Stack<OnnxValue>();
        skips.Push(x = x.Conv2d($"{Name}.downs.{downs++}"));
        for (var level = 0; level < levels; level++)
        {
            for (var i = 0; i < settings.ResBlocks; i++)
                skips.Push(x = Block(x, $"{Name}.downs.{downs++}", level, noise));
            if (level < levels - 1)
                skips.Push(x = x.Conv2d($"{Name}.downs.{downs++}.conv", stride: 2));
        }

        x = SelfAttention(ResidualBlock(x, $"{Name}.mid.0.res_block", noise), $"{Name}.mid.0.attn");
        x = ResidualBlock(x, $"{Name}.mid.1.res_block", noise);

        for (var level = levels - 1; level >= 0; level--)
        {
            for (var i = 0; i <= settings.ResBlocks; i++)
                x = Block(x.Concat(1, skips.Pop()), $"{Name}.ups.{ups++}", level, noise);
            if (level > 0)
                x = Doubled(x).Conv2d($"{Name}.ups.{ups++}.conv");
        }
        return NormSwishConv(x, $"{Name}.final_conv").PixelShuffle(settings.Unshuffle);
    }

    /// <summary>Sines and cosines of the noise level, (1, C).</summary>
    OnnxValue NoiseLevelEncoding(OnnxValue noiseLevel)
    {
        var half = settings.InnerChannels / 2;
        float[] frequencies = [.. Enumerable.Range(0, half).Select(k => (float)Math.Exp(-Math.Log(1e4) * k / half))];
        var angles = noiseLevel * Graph.Constant(frequencies, 1, half);
        return angles.Apply("Sin").Concat(1, angles.Apply("Cos"));
    }

    /// <summary>(B, C, r·H, r·W) → (B, C·r², H, W)</summary>
    OnnxValue PixelUnshuffle(OnnxValue x)
    {
        const int channels = 6;
        if (settings.Unshuffle == 1)
            return x;
        // The operator puts a pixel's channels together, libtorch the pixels of a channel.
        var area = settings.Unshuffle * settings.Unshuffle;
        var order = Enumerable.Range(0, channels * area).Select(i => (long)(i % area * channels + i / area));
        return Graph.Node(
            "Gather", [x.Apply("SpaceToDepth", ("blocksize", (long)settings.Unshuffle)), Graph.Constant(order.ToArray())], ("axis", 1L));
    }

    /// <summary>Every pixel twice along both axes.</summary>
    OnnxValue Doubled(OnnxValue x) => Graph.Node(
        "Resize",
        [x, null, Graph.Constant([1, 1, 2, 2], 4)],
        ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));

    OnnxValue Block(OnnxValue x, string name, int level, OnnxValue noise)
    {
        var y = ResidualBlock(x, $"{name}.res_block", noise);
        return Sr3UNet.HasAttention(settings, level) ? SelfAttention(y, $"{name}.attn") : y;
    }

    OnnxValue ResidualBlock(OnnxValue x, string name, OnnxValue noise)
    {
        var shift = noise.Linear($"{name}.noise_func.noise_func.0").Reshape(1, -1, 1, 1);
        var y = NormSwishConv(NormSwishConv(x, $"{name}.block1") + shift, $"{name}.block2");
        return y + (Graph.HasWeight($"{name}.res_conv.weight") ? x.Conv2d($"{name}.res_conv", padding: 0) : x);
    }

    OnnxValue SelfAttention(OnnxValue x, string name)
    {
        var channels = Graph.Shape($"{name}.out.bias")[0];
        var qkv = GroupNorm(x, $"{name}.norm").Conv2d(Graph.Weight($"{name}.qkv.weight"), null, padding: 0).Reshape(0, 3 * channels, -1);
        var (q, k, v) = (Part(0), Part(1), Part(2)); // (B, C, HW)
        var shares = (q.Permute(0, 2, 1).MatMul(k) / Math.Sqrt(channels)).Apply("Softmax", ("axis", -1L)); // (B, HW, HW)
        var mixed = v.MatMul(shares.Permute(0, 2, 1));
        return x + Graph.Node("Reshape", [mixed, x.Apply("Shape")]).Conv2d($"{name}.out", padding: 0);

        OnnxValue Part(int i) => qkv.Slice(1, i * channels, (i + 1) * channels);
    }

    OnnxValue NormSwishConv(OnnxValue x, string name) => GroupNorm(x, $"{name}.block.0").SiLU().Conv2d($"{name}.block.3");

    /// <summary>Groups as the channels of an instance normalization; then every channel's own scale and shift.</summary>
    OnnxValue GroupNorm(OnnxValue x, string name)
    {
        var groups = settings.NormGroups;
        var (ones, zeros) = (Enumerable.Repeat(1f, groups).ToArray(), new float[groups]);
        var normalized = Graph.Node(
            "InstanceNormalization", [x.Reshape(0, groups, -1), Graph.Constant(ones, groups), Graph.Constant(zeros, groups)]);
        return Graph.Node("Reshape", [normalized, x.Apply("Shape")])
            * Graph.Weight($"{name}.weight").Reshape(-1, 1, 1) + Graph.Weight($"{name}.bias").Reshape(-1, 1, 1);
    }
}
