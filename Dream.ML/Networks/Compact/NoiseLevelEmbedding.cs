using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>Tells the denoiser how noisy its input is: harmonics of the level's angle, then two linear layers.</summary>
sealed class NoiseLevelEmbedding : nn.Module<Tensor, Tensor>
{
    internal const int Harmonics = 8;

    readonly Sequential layers;

    internal NoiseLevelEmbedding(int channels) : base(nameof(NoiseLevelEmbedding))
    {
        layers = nn.Sequential(nn.Linear(2 * Harmonics, channels), nn.SiLU(), nn.Linear(channels, channels), nn.SiLU());
        RegisterComponents();
    }

    internal static void Describe(WeightLayout layout, string name, long channels)
    {
        layout.AddLinear($"{name}.{nameof(layers)}.0", 2 * Harmonics, channels);
        layout.AddLinear($"{name}.{nameof(layers)}.2", channels, channels);
    }

    public override Tensor forward(Tensor noiseLevel) // (B) → (B, C)
    {
        using var scope = NewDisposeScope();
        // g = cos a: the angle spreads the levels evenly, g itself crowds them at the clean end.
        var angle = noiseLevel.clamp(0, 1).acos().unsqueeze(1) * arange(1, Harmonics + 1, device: noiseLevel.device);
        return layers.forward(cat([angle.sin(), angle.cos()], 1)).MoveToOuterDisposeScope();
    }
}
