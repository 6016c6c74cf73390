using Dream.ML.Orleans.Tests.Chaos;
using Dream.ML.Orleans.Tests.Measuring;

// The tests need no entry point. Started by them, this is a silo that they kill and stop; started by hand, it measures (docs/cluster.md).
await (args switch
{
    ["silo", .. var arguments] => SiloProgram.RunAsync(arguments),
    ["overhead"] => LedgerMeasurements.OverheadAsync(),
    ["memory"] => LedgerMeasurements.MemoryAsync(),
    ["freeze"] => FreezeMeasurement.RunAsync(),
    ["simulate", var exchange, var write, var check] => Simulation.RunAsync(
        double.Parse(exchange), double.Parse(write), double.Parse(check)),
    _ => throw new ArgumentException("Say overhead, memory, freeze, or simulate and the milliseconds of an exchange, a write and a check."),
});
