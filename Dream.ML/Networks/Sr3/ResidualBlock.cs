using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Sr3;

/// <summary>Two convolutions around a skip connection; the noise level shifts the channels between them.</summary>
sealed class ResidualBlock : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "block1")]
    readonly Sequential _first;
    [ComponentName(Name = "noise_func")]
    readonly Sequential _noiseShift;
    [ComponentName(Name = "block2")]
    readonly Sequential _second;
    [ComponentName(Name = "res_conv")]
    readonly Conv2d? _skip;

    internal ResidualBlock(long inChannels, long outChannels, Sr3Settings settings) : base(nameof(ResidualBlock))
    {
        _noiseShift = nn.Sequential(("noise_func", nn.Sequential(("0", nn.Linear(settings.InnerChannels, outChannels)))));
        _first = Sr3Layers.NormSwishConv(inChannels, outChannels, settings.NormGroups, dropout: 0);
        _second = Sr3Layers.NormSwishConv(outChannels, outChannels, settings.NormGroups, settings.Dropout);
        if (inChannels != outChannels)
            _skip = nn.Conv2d(inChannels, outChannels, 1);
        RegisterComponents();
    }

    internal static void Describe(WeightLayout layout, string name, long inChannels, long outChannels, Sr3Settings settings)
    {
        layout.AddLinear($"{name}.noise_func.noise_func.0", settings.InnerChannels, outChannels);
        Sr3Layers.DescribeNormSwishConv(layout, $"{name}.block1", inChannels, outChannels);
        Sr3Layers.DescribeNormSwishConv(layout, $"{name}.block2", outChannels, outChannels);
        if (inChannels != outChannels)
            layout.AddConvolution($"{name}.res_conv", inChannels, outChannels, 1);
    }

    /// <summary>(B, C, H, W), (B, E) → (B, C′, H, W)</summary>
    public override Tensor forward(Tensor x, Tensor noise)
    {
        using var scope = NewDisposeScope();
        var shift = _noiseShift.forward(noise).unsqueeze(-1).unsqueeze(-1); // (B, C′, 1, 1)
        var y = _second.forward(_first.forward(x).add_(shift));
        return y.add_(_skip is null ? x : Sr3Layers.MixChannels(x.flatten(2), _skip).view(y.shape)).MoveToOuterDisposeScope();
    }
}
