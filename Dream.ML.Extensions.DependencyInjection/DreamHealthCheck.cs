using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Dream.ML.Extensions.DependencyInjection;

/// <summary>Tells whether images can be upscaled, and whether more are asked for than can be.</summary>
sealed class DreamHealthCheck(ModelStartup startup, UpscaleQueue queue) : IHealthCheck
{
    const double CrowdedShare = 0.8;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        var length = queue.Length;
        var waiting = $"Images that wait: {length} of at most {queue.MaxLength}.";
        return Task.FromResult(
            startup.Problem is { } problem ? new(context.Registration.FailureStatus, problem)
            : !startup.IsReady ? new(context.Registration.FailureStatus, "The model is not loaded yet.")
            : length > CrowdedShare * queue.MaxLength ? HealthCheckResult.Degraded(waiting)
            : HealthCheckResult.Healthy(waiting));
    }
}
