using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Borrows libtorch's generator of the process, which fresh layers draw from; disposing gives it back as it was.</summary>
sealed class GlobalRandom : IDisposable
{
    readonly Tensor _before = get_rng_state().DetachFromDisposeScope();

    internal GlobalRandom Seed(long seed)
    {
        manual_seed(seed);
        return this;
    }

    public void Dispose()
    {
        set_rng_state(_before);
        _before.Dispose();
    }
}
