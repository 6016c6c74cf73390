using Dream.ML.Networks.Engines;

namespace Dream.ML.Inference;

/// <summary>
/// A network at work that several models upscale with, each in its own way: made when it is first needed, and anew for another
/// factor, freed with the last of them.
/// </summary>
/// <param name="create">Makes it for a factor, output size over input size.</param>
sealed class SharedEngine(Func<double, INetworkEngine> create)
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    // Held for moments, never while the network works.
    readonly Lock _gate = new();
    // Whoever stands first has the turn.
    readonly LinkedList<ManualResetEventSlim> _line = [];
    // Whose turn it is has them alone.
    INetworkEngine? _engine;
    double _factor;
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
        _engine?.Dispose();
    }

    /// <summary>
    /// Runs the network alone, first come, first served: several at a time would share the same cores and hold several times
    /// the memory.
    /// </summary>
    /// <param name="factor">Output size over input size.</param>
    /// <param name="use">What to do.</param>
    /// <param name="check">Called while others have the network; throws to wait no longer.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal void Use(double factor, Action<INetworkEngine> use, Action check, CancellationToken cancellation)
    {
        Share();
        try
        {
            LinkedListNode<ManualResetEventSlim> turn;
            lock (_gate)
                turn = _line.AddLast(new ManualResetEventSlim(initialState: _line.Count == 0));
            try
            {
                while (!turn.Value.Wait(Patience, cancellation))
                    check();
                use(At(factor));
            }
            finally
            {
                lock (_gate)
                {
                    _line.Remove(turn);
                    _line.First?.Value.Set();
                }
            }
        }
        finally
        {
            Release();
        }
    }

    INetworkEngine At(double factor)
    {
        if (_engine is not null && factor == _factor)
            return _engine;
        _engine?.Dispose();
        _engine = null;
        (_engine, _factor) = (create(factor), factor);
        return _engine;
    }
}
