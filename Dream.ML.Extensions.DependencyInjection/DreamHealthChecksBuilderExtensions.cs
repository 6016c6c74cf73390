using Dream.ML.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Dream.ML to a service's health checks.</summary>
public static class DreamHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of what <c>services.AddDreamSuperResolution</c> added under the same key: healthy when the model is
    /// loaded and warmed up, degraded when the queue is over 80 % full, else unhealthy with the reason.
    /// </summary>
    /// <param name="builder">The health checks to add to.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report instead of unhealthy.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <param name="key">The key of the services to check; <c>null</c>, the default, for those without a key.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddDreamSuperResolution(
        this IHealthChecksBuilder builder,
        string name = "dream-super-resolution",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        string? key = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new(
            name,
            provider => new DreamHealthCheck(
                provider.GetRequiredKeyedService<ModelStartup>(key), provider.GetRequiredKeyedService<UpscaleQueue>(key)),
            failureStatus,
            tags));
    }
}
