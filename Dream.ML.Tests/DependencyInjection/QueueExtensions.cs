using Dream.ML.Extensions.DependencyInjection;

namespace Dream.ML.Tests.DependencyInjection;

static class QueueExtensions
{
    internal static Task RunAsync(this UpscaleQueue queue, long bytes, Action work, CancellationToken cancellation) =>
        queue.RunAsync(bytes, () =>
        {
            work();
            return 0;
        }, cancellation);
}
