using System.CommandLine;

namespace Dream.ML.Benchmarks.Workload;

/// <summary>Refuses numbers that make no sense, before any work.</summary>
static class IntegerRange
{
    internal static Option<int> AcceptMultiplesOf(this Option<int> option, int unit)
    {
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var value && (value < 1 || value % unit != 0))
                result.AddError($"{option.Name} must be {(unit == 1 ? "at least 1" : $"a positive multiple of {unit}")}, not {value}.");
        });
        return option;
    }
}
