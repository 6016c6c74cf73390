using System.Runtime.ExceptionServices;
using Microsoft.ML;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// Keeps a value of each row of a batch while the cursor below is already ahead. What failed is kept for whoever asks for that
/// very value: other rows are not to blame.
/// </summary>
sealed class RowBuffer<T>(Func<T> read, int capacity)
{
    readonly T[] _values = new T[capacity];
    readonly ExceptionDispatchInfo?[] _failures = new ExceptionDispatchInfo?[capacity];

    internal RowBuffer(ValueGetter<T> getter, int capacity)
        : this(() => Get(getter), capacity)
    {
    }

    internal T this[int slot]
    {
        get
        {
            _failures[slot]?.Throw();
            return _values[slot];
        }
    }

    /// <summary>The first values, without those that failed.</summary>
    internal ReadOnlySpan<T> First(int count) => _values.AsSpan(0, count);

    /// <summary>Reads the value of the source's current row.</summary>
    internal void Store(int slot)
    {
        (_values[slot], _failures[slot]) = (default!, null);
        try
        {
            _values[slot] = read();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _failures[slot] = ExceptionDispatchInfo.Capture(e);
        }
    }

    static T Get(ValueGetter<T> getter)
    {
        T value = default!;
        getter(ref value);
        return value;
    }
}
