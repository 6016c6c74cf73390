using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>The paper's denoiser, parameter for parameter (DREAM §4, SR3 code): condition and noisy image in, noise out.</summary>
sealed class Sr3UNet : nn.Module<Tensor, Tensor, Tensor>
{
    const int Channels = 3;

    [ComponentName(Name = "noise_level_mlp")]
    readonly Sequential _noiseLevel;
    [ComponentName(Name = "downs")]
    readonly ModuleList<nn.Module> _downs = nn.ModuleList<nn.Module>();
    [ComponentName(Name = "mid")]
    readonly ModuleList<nn.Module> _mid;
    [ComponentName(Name = "ups")]
    readonly ModuleList<nn.Module> _ups = nn.ModuleList<nn.Module>();
    [ComponentName(Name = "final_conv")]
    readonly Sequential _final;
    readonly int _unshuffle;
    readonly int _stride;

    internal Sr3UNet(Sr3Settings settings) : base(nameof(Sr3UNet))
    {
        var inner = settings.InnerChannels;
        var levels = settings.ChannelMultipliers.Count;
        (_unshuffle, _stride) = (settings.Unshuffle, settings.Stride);
        var folded = Channels * _unshuffle * _unshuffle;
        _noiseLevel = nn.Sequential(
            ("0", new NoiseLevelEncoding(inner)),
            ("1", nn.Linear(inner, 4 * inner)),
            ("2", nn.SiLU()),
            ("3", nn.Linear(4 * inner, inner)));

        _downs.Add(nn.Conv2d(2 * folded, inner, 3, padding: 1));
        var channels = inner;
        var skips = new Stack<int>([channels]);
        for (var level = 0; level < levels; level++)
        {
            for (var block = 0; block < settings.ResBlocks; block++)
            {
                _downs.Add(Block(channels, channels = Width(level), level));
                skips.Push(channels);
            }
            if (level < levels - 1)
            {
                _downs.Add(Sr3Layers.Downsample(channels));
                skips.Push(channels);
            }
        }

        _mid = nn.ModuleList<nn.Module>(
            new AttentiveBlock(channels, channels, withAttention: true, settings),
            new AttentiveBlock(channels, channels, withAttention: false, settings));

        for (var level = levels - 1; level >= 0; level--)
        {
            for (var block = 0; block <= settings.ResBlocks; block++)
                _ups.Add(Block(channels + skips.Pop(), channels = Width(level), level));
            if (level > 0)
                _ups.Add(new Upsample(channels));
        }
        _final = Sr3Layers.NormSwishConv(channels, folded, settings.NormGroups, dropout: 0);

        RegisterComponents();
        Initialize();

        int Width(int level) => inner * settings.ChannelMultipliers[level];

        AttentiveBlock Block(int from, int to, int level) =>
            new(from, to, HasAttention(settings, level), settings);
    }

    /// <summary>What the constructor makes, by name and shape.</summary>
    internal static void Describe(WeightLayout layout, string name, Sr3Settings settings)
    {
        long inner = settings.InnerChannels, folded = Channels * settings.Unshuffle * settings.Unshuffle;
        var levels = settings.ChannelMultipliers.Count;
        layout.AddLinear($"{name}.noise_level_mlp.1", inner, 4 * inner);
        layout.AddLinear($"{name}.noise_level_mlp.3", 4 * inner, inner);

        var (downs, ups) = (0, 0);
        layout.AddConvolution($"{name}.downs.{downs++}", 2 * folded, inner, 3);
        var channels = inner;
        var skips = new Stack<long>([channels]);
        for (var level = 0; level < levels; level++)
        {
            for (var block = 0; block < settings.ResBlocks; block++)
            {
                AddBlock($"{name}.downs.{downs++}", channels, channels = Width(level), HasAttention(settings, level));
                skips.Push(channels);
            }
            if (level < levels - 1)
            {
                layout.AddConvolution($"{name}.downs.{downs++}.conv", channels, channels, 3);
                skips.Push(channels);
            }
        }

        AddBlock($"{name}.mid.0", channels, channels, withAttention: true);
        AddBlock($"{name}.mid.1", channels, channels, withAttention: false);

        for (var level = levels - 1; level >= 0; level--)
        {
            for (var block = 0; block <= settings.ResBlocks; block++)
                AddBlock($"{name}.ups.{ups++}", channels + skips.Pop(), channels = Width(level), HasAttention(settings, level));
            if (level > 0)
                layout.AddConvolution($"{name}.ups.{ups++}.conv", channels, channels, 3);
        }
        Sr3Layers.DescribeNormSwishConv(layout, $"{name}.final_conv", channels, folded);

        long Width(int level) => inner * settings.ChannelMultipliers[level];

        void AddBlock(string block, long from, long to, bool withAttention) =>
            AttentiveBlock.Describe(layout, block, from, to, withAttention, settings);
    }

    internal static bool HasAttention(Sr3Settings settings, int level) =>
        settings.AttentionResolutions.Contains(settings.ImageSize / settings.Unshuffle >> level);

    /// <summary>(B, 6, H, W), (B) or (B, 1) → (B, 3, H, W)</summary>
    /// <exception cref="ArgumentException">The coarsest level would not have whole pixels.</exception>
    public override Tensor forward(Tensor input, Tensor noiseLevel)
    {
        if (input.shape is not [_, _, var height, var width] || height % _stride != 0 || width % _stride != 0)
            throw new ArgumentException(
                $"The input must be (batch, channels, height, width) with height and width divisible by {_stride}, but it is ({string.Join(", ", input.shape)}).", nameof(input));

        using var scope = NewDisposeScope();
        var noise = _noiseLevel.forward(noiseLevel.reshape(-1)); // (B, E)
        var x = nn.functional.pixel_unshuffle(input, _unshuffle);
        var skips = new Stack<Tensor>();
        foreach (var layer in _downs)
            skips.Push(x = Run(layer, x, noise));
        foreach (var layer in _mid)
            x = Run(layer, x, noise);
        foreach (var layer in _ups)
            x = Run(layer, layer is AttentiveBlock ? cat([x, skips.Pop()], 1) : x, noise);
        return nn.functional.pixel_shuffle(_final.forward(x), _unshuffle).MoveToOuterDisposeScope();
    }

    static Tensor Run(nn.Module layer, Tensor x, Tensor noise) => layer is AttentiveBlock block
        ? block.forward(x, noise)
        : ((nn.Module<Tensor, Tensor>)layer).forward(x);

    /// <summary>Orthogonal weights and zero biases, as the paper's code; TorchSharp leaves those of group norms to chance.</summary>
    void Initialize()
    {
        foreach (var (name, parameter) in named_parameters())
            if (parameter.dim() > 1)
                nn.init.orthogonal_(parameter);
            else if (name.EndsWith("bias", StringComparison.Ordinal))
                nn.init.zeros_(parameter);
            else
                nn.init.ones_(parameter);
    }
}
