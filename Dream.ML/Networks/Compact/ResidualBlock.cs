using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>x + Conv(SiLU(Conv(SiLU(Norm(x)·(1 + a) + b)))), where a level, such as that of the noise, decides a and b.</summary>
sealed class ResidualBlock : nn.Module<Tensor, Tensor?, ScalarType, Tensor>
{
    readonly ChannelNorm norm;
    readonly Conv2d conv1;
    readonly Conv2d conv2;
    readonly Linear? modulation;

    internal ResidualBlock(int channels, bool modulated) : base(nameof(ResidualBlock))
    {
        norm = new(channels);
        conv1 = nn.Conv2d(channels, channels, 3, padding: 1);
        // Starts as the identity: deep stacks train at once, without warm-up tricks.
        conv2 = CompactLayers.Zero(nn.Conv2d(channels, channels, 3, padding: 1));
        modulation = modulated ? CompactLayers.Zero(nn.Linear(channels, 2 * channels)) : null;
        RegisterComponents();
    }

    internal static ResidualBlock[] Stack(int count, int channels, bool modulated) =>
        [.. Enumerable.Range(0, count).Select(_ => new ResidualBlock(channels, modulated))];

    /// <summary>Names and shapes of a stack's weights.</summary>
    internal static void Describe(WeightLayout layout, string stack, int count, long channels, bool modulated)
    {
        for (var block = 0; block < count; block++)
        {
            var name = $"{stack}.{block}";
            layout.Add($"{name}.{nameof(norm)}.weight", 1, channels, 1, 1);
            layout.Add($"{name}.{nameof(norm)}.bias", 1, channels, 1, 1);
            layout.AddConvolution($"{name}.{nameof(conv1)}", channels, channels, 3);
            layout.AddConvolution($"{name}.{nameof(conv2)}", channels, channels, 3);
            if (modulated)
                layout.AddLinear($"{name}.{nameof(modulation)}", channels, 2 * channels);
        }
    }

    public override Tensor forward(Tensor x, Tensor? level, ScalarType precision) // (B, C, h, w), (B, C)
    {
        using var scope = NewDisposeScope();
        // The sum of all blocks stays 32 bits wide: small contributions would be rounded away.
        return norm.forward(x).Then(Modulate).Then(y => y.to_type(precision)).Then(CompactLayers.SiLU).Then(y => conv1.Convolve(y, precision))
            .Then(CompactLayers.SiLU).Then(y => conv2.Convolve(y, precision)).Then(y => y.to_type(ScalarType.Float32)).add_(x).MoveToOuterDisposeScope();

        Tensor Modulate(Tensor hidden)
        {
            if (modulation is null)
                return hidden.alias();
            var parts = modulation.forward(level!).unsqueeze(-1).unsqueeze(-1).chunk(2, 1); // 2 × (B, C, 1, 1)
            return (hidden + parts[1]).addcmul_(hidden, parts[0], 1);
        }
    }
}
