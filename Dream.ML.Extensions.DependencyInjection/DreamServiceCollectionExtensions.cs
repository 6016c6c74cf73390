using Dream.ML;
using Dream.ML.Extensions.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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
    /// <param name="configure">Sets the options; a model or its path is required.</param>
    /// <param name="key">
    /// The key of both services, to have several models, each with a queue and options of its own:
    /// <c>[FromKeyedServices("faces")] IDreamUpscaler upscaler</c>. <c>null</c>, the default, for services without a key.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddDreamSuperResolution(
        this IServiceCollection services, Action<DreamSuperResolutionServiceOptions> configure, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptionsWithValidateOnStart<DreamSuperResolutionServiceOptions, ServiceOptionsValidator>(key).Configure(configure);
        if (services.Any(service => service.ServiceType == typeof(ModelStartup) && Equals(service.ServiceKey, key)))
            return services;

        services.TryAddKeyedSingleton(key, (provider, _) =>
            Options(provider).ChosenModel.Load(provider.GetService<MLContext>()));
        services.AddKeyedSingleton(key, (provider, _) => new UpscaleQueue(Options(provider)));
        services.AddKeyedSingleton(key, (provider, _) => new ModelStartup(
            () => provider.GetRequiredKeyedService<DreamSuperResolutionTransformer>(key),
            Options(provider),
            provider.GetService<ILogger<ModelStartup>>()));
        services.TryAddKeyedSingleton<IDreamUpscaler>(key, (provider, _) => new DreamUpscaler(
            provider.GetRequiredKeyedService<ModelStartup>(key),
            provider.GetRequiredKeyedService<UpscaleQueue>(key),
            Options(provider)));
        return services.AddSingleton<IHostedService>(provider => provider.GetRequiredKeyedService<ModelStartup>(key));

        DreamSuperResolutionServiceOptions Options(IServiceProvider provider) =>
            provider.GetRequiredService<IOptionsMonitor<DreamSuperResolutionServiceOptions>>().Get(key);
    }

    /// <inheritdoc cref="AddDreamSuperResolution(IServiceCollection, Action{DreamSuperResolutionServiceOptions}, string)" path="/summary|/returns"/>
    /// <param name="services">The services to add to. An <see cref="MLContext"/> among them chooses the device.</param>
    /// <param name="configuration">
    /// A section with the options, such as <c>builder.Configuration.GetSection("Dream")</c>. It is read once; a name in it that
    /// is no option stops the start.
    /// </param>
    /// <param name="key">The key of the services, for several models.</param>
    public static IServiceCollection AddDreamSuperResolution(
        this IServiceCollection services, IConfiguration configuration, string? key = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddDreamSuperResolution(
            options => configuration.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true), key);
    }
}
