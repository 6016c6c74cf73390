using Dream.ML.Networks;

namespace Dream.ML.Inference;

/// <summary>A network that several models sample from, each in its own way, freed with the last of them.</summary>
sealed class SharedNetwork(SuperResolutionNetwork network)
{
    readonly Lock _gate = new();
    int _owners = 1;

    /// <summary>Adds an owner. To be called inside <see cref="Use"/>, where the network is known to be alive.</summary>
    internal void Share() => _owners++;

    internal void Release()
    {
        lock (_gate)
            if (--_owners == 0)
                network.Dispose();
    }

    /// <summary>Runs alone: several would share the same cores and hold several times the memory.</summary>
    internal void Use(Action<SuperResolutionNetwork> use)
    {
        lock (_gate)
            use(network);
    }
}
