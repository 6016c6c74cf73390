namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Counts bytes that are held, up to a limit.</summary>
sealed class ByteLimit(long most)
{
    long _held;

    internal long Most => most;

    internal bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most)
            return true;
        Return(bytes);
        return false;
    }

    internal void Return(long bytes) => Interlocked.Add(ref _held, -bytes);
}
