using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;

namespace Dream.ML.Orleans;

/// <summary>Refuses a silo that cannot work, before it joins the cluster.</summary>
sealed class ClusterValidator(IServiceProvider services, IOptions<DreamClusterOptions> options) : IConfigurationValidator
{
    const string Cure = $"Give the silo one that outlives it, by silo.AddRedisGrainStorage({nameof(DreamCluster)}" +
        $".{nameof(DreamCluster.StorageName)}, …) or AddAdoNetGrainStorage.";

    public void ValidateConfiguration()
    {
        switch (services.GetKeyedService<IGrainStorage>(DreamCluster.StorageName))
        {
            case null:
                throw new OrleansConfigurationException(
                    $"There is no grain storage named '{DreamCluster.StorageName}' for the ledgers of batches. {Cure}");
            case var storage when storage.GetType().FullName == "Orleans.Storage.MemoryGrainStorage":
                throw new OrleansConfigurationException(
                    $"The grain storage '{DreamCluster.StorageName}' is in memory: with its silo, the ledgers of batches would be lost. {Cure}");
        }
        var chosen = options.Value;
        Require(chosen.Workers >= 0, nameof(chosen.Workers), chosen.Workers, "at least 0");
        Require(chosen.LeaseDuration >= TimeSpan.FromSeconds(1), nameof(chosen.LeaseDuration), chosen.LeaseDuration, "at least one second");
        Require(chosen.DrainTimeout >= TimeSpan.Zero, nameof(chosen.DrainTimeout), chosen.DrainTimeout, "at least 0");
        Require(chosen.GpuDeviceIds is not null, nameof(chosen.GpuDeviceIds), "null", "a list, empty for the CPU");
        Require(chosen.FindModel is not null, nameof(chosen.FindModel), "null", "a function");
        Require(chosen.OpenStore is not null, nameof(chosen.OpenStore), "null", "a function");
        Require(chosen.Limits is not null, nameof(chosen.Limits), "null", "limits");
        try
        {
            chosen.ApplyTo(new());
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new OrleansConfigurationException(e.Message, e);
        }
    }

    static void Require(bool holds, string option, object value, string range)
    {
        if (!holds)
            throw new OrleansConfigurationException($"{nameof(DreamClusterOptions)}.{option} is {value}; give {range}.");
    }
}
