namespace Dream.ML.Core;

/// <summary>
/// What layers draw from while training: numbers that follow from the key of the step, not from what else draws in the process.
/// Every thread has its own.
/// </summary>
static class StepRandom
{
    [ThreadStatic]
    static ulong _key;

    [ThreadStatic]
    static ulong _drawn;

    /// <summary>Starts a step.</summary>
    internal static void Begin(ulong key) => (_key, _drawn) = (key, 0);

    /// <summary>64 random bits.</summary>
    internal static ulong Next() => CounterRandom.Bits(_key, _drawn++);
}
