using Dream.ML.Networks.Compact;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Implicit;

/// <summary>
/// A layer between the low resolution and the pixels of any scale: its weights for a pixel follow from the pixel's place in the
/// low-resolution one and from the scale (Meta-SR, Hu et al. 2019).
/// </summary>
sealed class KernelGenerator : nn.Module
{
    internal const int HiddenChannels = 64;

    readonly Sequential layers;
    readonly Linear kernel;
    readonly int _channels;

    /// <param name="channels">C, the network's.</param>
    /// <param name="startsAtZero">Whether all weights are 0 at first.</param>
    internal KernelGenerator(int channels, bool startsAtZero) : base(nameof(KernelGenerator))
    {
        // Such that the weights begin as large as those of a convolution usually do.
        const double spread = 0.6;
        layers = nn.Sequential(
            nn.Linear(ScaleCoordinates.OfPlace, HiddenChannels), nn.SiLU(), nn.Linear(HiddenChannels, HiddenChannels), nn.SiLU());
        kernel = CompactLayers.Zero(nn.Linear(HiddenChannels, Outputs(channels)));
        if (!startsAtZero)
            nn.init.uniform_(kernel.weight, -spread, spread);
        _channels = channels;
        RegisterComponents();
    }

    /// <summary>A 3×3 kernel from C channels and a bias, for each color.</summary>
    internal static int Outputs(int channels) => 3 * (9 * channels + 1);

    internal static void Describe(WeightLayout layout, string name, long channels)
    {
        layout.AddLinear($"{name}.{nameof(layers)}.0", ScaleCoordinates.OfPlace, HiddenChannels);
        layout.AddLinear($"{name}.{nameof(layers)}.2", HiddenChannels, HiddenChannels);
        layout.AddLinear($"{name}.{nameof(kernel)}", HiddenChannels, Outputs((int)channels));
    }

    /// <summary>C → 3·s²</summary>
    internal ConvolutionWeights ToPixels(Tensor places)
    {
        using var scope = NewDisposeScope();
        var values = Values(places); // (3, s², 9·C + 1)
        return new(
            values[.., .., ..^1].reshape(-1, _channels, 3, 3).MoveToOuterDisposeScope(),
            values[.., .., ^1].reshape(-1).MoveToOuterDisposeScope());
    }

    /// <summary>3·s² → C, without a bias.</summary>
    internal Tensor FromPixels(Tensor places, double gain)
    {
        using var scope = NewDisposeScope();
        return (Values(places)[.., .., ..^1].reshape(-1, _channels, 3, 3).transpose(0, 1) * gain).MoveToOuterDisposeScope();
    }

    // Divided by √64, a step of the optimizer changes a kernel no faster than where it were trained itself.
    Tensor Values(Tensor places) => (kernel.forward(layers.forward(places)) / Math.Sqrt(HiddenChannels))
        .reshape(places.shape[0], 3, 9 * _channels + 1).transpose(0, 1);
}
