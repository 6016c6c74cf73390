using System.Runtime.ExceptionServices;

namespace Dream.ML.Metrics;

/// <summary>Keeps what failed while a batch was read ahead for whoever asks for that very value: other rows are not to blame.</summary>
sealed class SlotFailures(int capacity)
{
    readonly ExceptionDispatchInfo?[] _failures = new ExceptionDispatchInfo?[capacity];

    internal void Try(int slot, Action<int> read)
    {
        _failures[slot] = null;
        try
        {
            read(slot);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(e);
        }
    }

    internal void ThrowIfFailed(int slot) => _failures[slot]?.Throw();
}
