using Dream.ML.Extensions.DependencyInjection;
using Dream.ML.SuperResolution;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.ML;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Dream.ML to a service.</summary>
public static class DreamServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IDreamUpscaler"/> and the <see cref="DreamSuperResolutionTransformer"/> behind it, one of each.
    /// The model is loaded when the host starts and disposed with the container.
    /// </summary>
    /// <param name="services">The services to add to. An <see cref="MLContext"/> among them chooses the device.</param>
    /// <param name="configure">Sets the options; the model's path is required.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddDreamSuperResolution(
        this IServiceCollection services, Action<DreamSuperResolutionServiceOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<DreamSuperResolutionServiceOptions, ServiceOptionsValidator>()
            .Configure(configure);
        services.TryAddSingleton(provider => DreamSuperResolutionTransformer.Load(
            provider.GetService<MLContext>() ?? new(),
            provider.GetRequiredService<IOptions<DreamSuperResolutionServiceOptions>>().Value.ModelPath));
        services.TryAddSingleton<UpscaleQueue>();
        services.TryAddSingleton<IDreamUpscaler, DreamUpscaler>();
        services.TryAddSingleton<ModelStartup>();
        return services.AddHostedService(provider => provider.GetRequiredService<ModelStartup>());
    }
}
