using Dream.ML.Imaging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Loads the model once, and warms it up before the host takes requests.</summary>
sealed class ModelStartup(
    Func<DreamSuperResolutionTransformer> load, DreamSuperResolutionServiceOptions options, ILogger<ModelStartup>? logger) : IHostedService
{
    const int WarmUpSide = 16;

    readonly Lazy<DreamSuperResolutionTransformer> _model = new(() =>
    {
        var model = load();
        model.Description.RequireMask(isGiven: false);
        return model;
    });
    volatile bool _ready;
    volatile string? _problem;

    internal bool IsReady => _ready;

    /// <summary>Why the model cannot be used, or <c>null</c>.</summary>
    internal string? Problem => _problem;

    /// <exception cref="UpscaleException">It could not be loaded; it is not tried again.</exception>
    internal DreamSuperResolutionTransformer Model
    {
        get
        {
            try
            {
                return _model.Value;
            }
            catch (Exception e)
            {
                throw new UpscaleException(UpscaleFailure.ModelUnavailable, Describe(e), e);
            }
        }
    }

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
            _problem = Describe(e);
            logger?.LogError(e, "The model {Model} cannot be used.", options.ChosenModel);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Start(CancellationToken cancellation)
    {
        var model = _model.Value;
        if (options.WarmUp)
            model.Upscale(new RgbImage<byte>(WarmUpSide, WarmUpSide, new byte[3 * WarmUpSide * WarmUpSide]), cancellation);
    }

    string Describe(Exception e) => $"The model '{options.ChosenModel}' cannot be used: {e.GetBaseException().Message}";
}
