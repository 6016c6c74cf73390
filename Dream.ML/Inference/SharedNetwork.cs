using Dream.ML.Networks;

namespace Dream.ML.Inference;

/// <summary>A network that several models sample from, each in its own way, freed with the last of them.</summary>
sealed class SharedNetwork(SuperResolutionNetwork network)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

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
    /// <param name="use">What to do.</param>
    /// <param name="checkpoint">Called while others have the network; throws to wait no longer.</param>
    internal void Use(Action<SuperResolutionNetwork> use, Action? checkpoint = null)
    {
        while (!_gate.TryEnter(Patience))
            checkpoint?.Invoke();
        try
        {
            use(network);
        }
        finally
        {
            _gate.Exit();
        }
    }
}
