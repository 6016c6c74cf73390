using Microsoft.ML.Runtime;

namespace Dream.ML.MLNet.Interop;

/// <summary>
/// A token that is canceled with the caller's, or when somebody cancels the MLContext, which can only be asked.
/// </summary>
sealed class HostCancellation : IDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    readonly IHost _host;
    readonly CancellationTokenSource _source;
    readonly Timer _timer;

    internal HostCancellation(IHost host, CancellationToken cancellation)
    {
        MLNetInternals.ThrowIfCanceled(host);
        _host = host;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _timer = new(_ => CancelWithHost(), null, Period, Period);
    }

    /// <summary>Does something that stops with the token, and fails as the one who canceled expects.</summary>
    internal T Run<T>(Func<CancellationToken, T> work)
    {
        try
        {
            return work(_source.Token);
        }
        catch (OperationCanceledException)
        {
            MLNetInternals.ThrowIfCanceled(_host);
            throw;
        }
    }

    void CancelWithHost()
    {
        try
        {
            if (MLNetInternals.IsCanceled(_host))
                _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The work came to its end meanwhile.
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _source.Dispose();
    }
}
