using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Dream.ML.Networks.Compact;

/// <summary>Initialisation shared by the blocks.</summary>
static class Layers
{
    internal static Conv2d Zero(Conv2d layer)
    {
        nn.init.zeros_(layer.weight);
        nn.init.zeros_(layer.bias!);
        return layer;
    }

    internal static Linear Zero(Linear layer)
    {
        nn.init.zeros_(layer.weight);
        nn.init.zeros_(layer.bias!);
        return layer;
    }
}
