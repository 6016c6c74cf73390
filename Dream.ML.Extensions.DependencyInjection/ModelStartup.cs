using Dream.ML.Imaging;
using Dream.ML.SuperResolution;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Loads the model and warms it up before the host takes requests.</summary>
sealed class ModelStartup(
    IServiceProvider services,
    IOptions<DreamSuperResolutionServiceOptions> options,
    ILogger<ModelStartup>? logger = null) : IHostedService
{
    const int WarmUpSide = 16;

    volatile bool _ready;
    volatile string? _problem;

    internal bool IsReady => _ready;

    /// <summary>Why the model cannot be used, or <c>null</c>.</summary>
    internal string? Problem => _problem;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => Start(cancellationToken), cancellationToken).ConfigureAwait(false);
            _ready = true;
        }
        // The host stays up, so that its health check can tell.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            _problem = $"The model '{options.Value.ModelPath}' cannot be used: {e.GetBaseException().Message}";
            logger?.LogError(e, "The model {ModelPath} cannot be used.", options.Value.ModelPath);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Start(CancellationToken cancellation)
    {
        var model = services.GetRequiredService<DreamSuperResolutionTransformer>();
        if (options.Value.WarmUp)
            model.Upscale(new RgbImage(WarmUpSide, WarmUpSide, new byte[3 * WarmUpSide * WarmUpSide]), cancellation);
    }
}
