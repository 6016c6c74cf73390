using Dream.ML.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Dream.ML to a service's health checks.</summary>
public static class DreamHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of what <see cref="DreamServiceCollectionExtensions.AddDreamSuperResolution"/> added: healthy when
    /// the model is loaded and warmed up, degraded when the queue is over 80 % full, else unhealthy with the reason.
    /// </summary>
    /// <param name="builder">The health checks to add to.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What to report instead of unhealthy.</param>
    /// <param name="tags">Tags to choose checks by.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddDreamSuperResolution(
        this IHealthChecksBuilder builder,
        string name = "dream-super-resolution",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<DreamHealthCheck>(name, failureStatus, tags ?? []);
    }
}
