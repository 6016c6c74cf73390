using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dream.ML.Orleans.Working;

/// <summary>Runs a silo's workers, and drains them when it stops: the host stops this before the silo.</summary>
sealed class WorkerService(
    IGrainFactory grains, IOptions<DreamClusterOptions> options, TimeProvider time, ILogger<Worker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abort = new CancellationTokenSource();
        await using var drain = stoppingToken.Register(() => abort.CancelAfter(options.Value.DrainTimeout));
        int?[] devices = options.Value.GpuDeviceIds is { Count: > 0 } gpus ? [.. gpus] : [null];
        await Task.WhenAll(
            from device in devices
            from number in Enumerable.Range(0, options.Value.Workers)
            select Task.Run(() => RunAsync(device), CancellationToken.None));

        async Task RunAsync(int? device)
        {
            using var worker = new Worker(grains, options.Value, device, time, logger);
            await worker.RunAsync(stoppingToken, abort.Token);
        }
    }
}
