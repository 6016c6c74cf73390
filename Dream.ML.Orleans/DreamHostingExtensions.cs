using Dream.ML.Orleans;
using Dream.ML.Orleans.Working;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Orleans.Hosting;

/// <summary>Adds batches of Dream.ML to a cluster.</summary>
public static class DreamHostingExtensions
{
    /// <summary>
    /// Lets a silo keep ledgers, and upscale with a worker per device. It needs a grain storage named
    /// <see cref="DreamCluster.StorageName"/> that outlives it; in-memory storage is refused. Also adds <see cref="IDreamBatch"/>.
    /// </summary>
    /// <param name="silo">The silo to add to.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="silo"/>.</returns>
    public static ISiloBuilder AddDreamSuperResolution(this ISiloBuilder silo, Action<DreamClusterOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.AddOptions<DreamClusterOptions>().Configure(configure ?? (_ => { }));
        silo.Services.AddDreamBatch();
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigurationValidator, ClusterValidator>());
        silo.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WorkerService>());
        return silo;
    }

    /// <summary>Adds <see cref="IDreamBatch"/> to a client of a cluster: <c>builder.UseOrleansClient(…)</c> connects it.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddDreamBatch(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IDreamBatch, DreamBatch>();
        return services;
    }
}
