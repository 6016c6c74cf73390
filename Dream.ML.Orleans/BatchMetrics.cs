using System.Diagnostics.Metrics;

namespace Dream.ML.Orleans;

/// <summary>What OpenTelemetry and others may collect.</summary>
static class BatchMetrics
{
    static readonly Meter Meter = new(DreamCluster.MeterName);

    internal static readonly Counter<long> Items = Meter.CreateCounter<long>(
        "dream.batch.items", "{item}",
        "Images that workers reported on, by outcome: done, failed, released; refused: another worker had it by then.");

    internal static readonly Histogram<double> Seconds = Meter.CreateHistogram<double>(
        "dream.batch.item.duration", "s", "Time from opening an image to its result being stored.");

    internal static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "dream.batch.bytes", "By", "Bytes of encoded images, by direction: read, written.");

    internal static readonly Counter<long> Releases = Meter.CreateCounter<long>(
        "dream.batch.releases", "{lease}", "Images that were given to another worker, as the first was not heard of in time.");
}
