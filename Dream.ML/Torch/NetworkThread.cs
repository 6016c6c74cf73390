using TorchSharp;

namespace Dream.ML.Torch;

/// <summary>A thread on which a network works for all its callers; it ends when there is nothing to do for a while.</summary>
/// <remarks>
/// For every thread that calls libtorch, OpenMP keeps as many threads as there are cores, and glibc the memory that the
/// work took: 64 callers hold a gigabyte for what one does in 300 MB.
/// </remarks>
sealed class NetworkThread
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Queue<Task> _work = [];
    bool _runs;

    /// <summary>Does the work there and waits for it; what it throws is thrown here.</summary>
    internal void Run(Action work)
    {
        // Each thread has its own number of threads in libtorch.
        var threads = torch.get_num_threads();
        var task = new Task(() =>
        {
            if (torch.get_num_threads() != threads)
                torch.set_num_threads(threads);
            work();
        });
        lock (_work)
        {
            if (!_runs)
                new Thread(Serve) { IsBackground = true, Name = "Dream.ML network" }.Start();
            _runs = true;
            _work.Enqueue(task);
            Monitor.Pulse(_work);
        }
        task.GetAwaiter().GetResult();
    }

    void Serve()
    {
        while (Next() is { } task)
            task.RunSynchronously();
        NativeHeap.Trim();
    }

    Task? Next()
    {
        lock (_work)
        {
            if (_work.Count == 0)
                Monitor.Wait(_work, Patience);
            _runs = _work.TryDequeue(out var task);
            return task;
        }
    }
}
