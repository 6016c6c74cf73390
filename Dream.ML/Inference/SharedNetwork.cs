using Dream.ML.Networks;
using Dream.ML.Torch;

namespace Dream.ML.Inference;

/// <summary>A network that several models sample from, each in its own way, freed with the last of them.</summary>
sealed class SharedNetwork(SuperResolutionNetwork network)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    // Held for moments, never while the network works.
    readonly Lock _gate = new();
    // Whoever stands first has the turn.
    readonly LinkedList<ManualResetEventSlim> _line = [];
    readonly NetworkThread _thread = new();
    int _owners = 1;

    /// <summary>Adds an owner.</summary>
    /// <exception cref="ObjectDisposedException">The last one has gone.</exception>
    internal void Share()
    {
        lock (_gate)
        {
            DisposedModel.ThrowIf(_owners == 0);
            _owners++;
        }
    }

    internal void Release()
    {
        lock (_gate)
            if (--_owners > 0)
                return;
        network.Dispose();
    }

    /// <summary>Reads the network, also beside others.</summary>
    internal void Use(Action<SuperResolutionNetwork> use)
    {
        Share();
        try
        {
            use(network);
        }
        finally
        {
            Release();
        }
    }

    /// <summary>
    /// Runs the network alone, first come, first served: several at a time would share the same cores and hold several times
    /// the memory.
    /// </summary>
    /// <param name="use">What to do.</param>
    /// <param name="checkpoint">Called while others have the network; throws to wait no longer.</param>
    internal void UseInTurn(Action<SuperResolutionNetwork> use, Action checkpoint) => Use(network =>
    {
        LinkedListNode<ManualResetEventSlim> turn;
        lock (_gate)
            turn = _line.AddLast(new ManualResetEventSlim(initialState: _line.Count == 0));
        try
        {
            while (!turn.Value.Wait(Patience))
                checkpoint();
            _thread.Run(() => use(network));
        }
        finally
        {
            lock (_gate)
            {
                _line.Remove(turn);
                _line.First?.Value.Set();
            }
        }
    });
}
