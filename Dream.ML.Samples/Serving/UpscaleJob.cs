using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Dream.ML.Extensions.DependencyInjection;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Serving;

/// <summary>One picture of one page, from its upload until it is forgotten.</summary>
sealed class UpscaleJob : IProgress<double>
{
    readonly CancellationTokenSource _cancellation = new();
    volatile TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile JobState _state = new() { Phase = "waiting" };
    long _lastSeen = Environment.TickCount64;
    int _watchers;

    /// <summary>Known to the page alone.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    internal JobState State => _state;

    internal CancellationToken Canceled => _cancellation.Token;

    /// <summary>How long no page has asked for it.</summary>
    internal TimeSpan Unwatched => Volatile.Read(ref _watchers) > 0
        ? TimeSpan.Zero
        : TimeSpan.FromMilliseconds(Environment.TickCount64 - Interlocked.Read(ref _lastSeen));

    /// <summary>Does the work. What goes wrong ends up in the state.</summary>
    /// <param name="work">The work.</param>
    /// <param name="limit">What to say where the picture is too large.</param>
    internal async Task RunAsync(Func<Task<UpscaledFile>> work, string limit)
    {
        try
        {
            var result = await work();
            Become(_state with { Phase = "done", Progress = 1, Result = result, Notes = result.Notes });
        }
        catch (OperationCanceledException) when (Canceled.IsCancellationRequested)
        {
            Fail("Canceled.");
        }
        catch (UpscaleException e) when (e.InnerException is OutOfMemoryException)
        {
            Fail("The server has too little memory for this picture. Take a smaller one.");
        }
        // What the library advises is for programs: the page has no such settings.
        catch (Exception e) when (e is UpscaleException { Reason: UpscaleFailure.TooLarge } or ImageFileException { Reason: ImageFileFailure.TooLarge })
        {
            Fail($"The picture or its result is too large. {limit}");
        }
        catch (Exception e) when (e is UpscaleException or ImageFileException)
        {
            Fail(Sentences(e.Message));
        }
        catch (Exception e)
        {
            Failure.Warn(Failure.Describe(e));
            Fail(Failure.Describe(e));
        }
    }

    internal void Use(ServedModel model, string? reason) => Become(_state with { Model = model.Name, Reason = reason });

    public void Report(double value) => Become(_state with { Phase = "working", Progress = value });

    internal void Cancel() => _cancellation.Cancel();

    /// <summary>The states from now to the last.</summary>
    internal async IAsyncEnumerable<JobState> WatchAsync([EnumeratorCancellation] CancellationToken gone)
    {
        using var watch = Watch();
        for (JobState? told = null; told is not { IsFinal: true };)
        {
            var changed = _changed.Task;
            if (_state is var state && state != told)
                yield return told = state;
            else
                await changed.WaitAsync(gone);
        }
    }

    /// <summary>Somebody cares for it until this is disposed.</summary>
    internal IDisposable Watch()
    {
        Interlocked.Increment(ref _watchers);
        return new Watcher(this);
    }

    void Fail(string message) => Become(_state with { Phase = "failed", Message = message });

    void Become(JobState state)
    {
        _state = state;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    // The library calls what it reads from a stream so.
    static string Sentences(string message) =>
        message.Split("': ", 2) is [.., var sentences] && message.StartsWith('\'') ? sentences : message;

    sealed class Watcher(UpscaleJob job) : IDisposable
    {
        public void Dispose()
        {
            Interlocked.Exchange(ref job._lastSeen, Environment.TickCount64);
            Interlocked.Decrement(ref job._watchers);
        }
    }
}
