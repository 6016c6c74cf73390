using System.Globalization;
using Dream.ML.Networks;

namespace Dream.ML;

/// <summary>How an image is divided to keep within a budget of memory.</summary>
/// <param name="TileSide">Side of a tile, in pixels of the input, without the overlap with its neighbors.</param>
/// <param name="Tiles">Tiles of the image.</param>
/// <param name="WorkingMB">
/// An estimate of what upscaling takes beside the process and the images that go in and out, in megabytes (2²⁰ bytes).
/// </param>
public sealed record TilingPlan(int TileSide, int Tiles, int WorkingMB)
{
    // Larger tiles repeat less at their seams, but beyond this their tensors are too large for the allocator to reuse:
    // they run slower.
    const int LargestSide = 256;
    const int SmallestSide = 16;

    const int MinDefaultMB = 256;
    const int MaxDefaultMB = 2048;

    // A result's colors are held once as bytes and once in ML.NET's image, 7 bytes; of the 16 that a result may take in
    // all, these are left to work with.
    const long SpareBytesPerOutputPixel = 8;

    /// <summary>The largest budget that gives smaller tiles than these; <c>null</c> where none does.</summary>
    internal int? LowerBudgetMB { get; private init; }

    /// <summary>A quarter of the memory that this process may use, from 256 to 2,048.</summary>
    internal static int DefaultBudgetMB => (int)Math.Clamp(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 >> 20, MinDefaultMB, MaxDefaultMB);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Tiles} tile{(Tiles == 1 ? "" : "s")} of up to {TileSide}×{TileSide} pixels, about {WorkingMB} MB to work in");

    /// <summary>The largest tiles whose work fits the budget; the smallest where none do.</summary>
    /// <param name="network">The network; it must be local.</param>
    /// <param name="sampling">How it is sampled from, with the budget.</param>
    /// <param name="width">Width of the images.</param>
    /// <param name="height">Height of the images.</param>
    internal static TilingPlan Choose(NetworkTraits network, SamplingSettings sampling, int width, int height)
    {
        var spare = SpareBytesPerOutputPixel * width * height * network.Scale * network.Scale;
        var budget = ((long)(sampling.MemoryBudgetMB ?? DefaultBudgetMB) << 20) + spare;
        var side = LargestSide;
        while (side > SmallestSide && Bytes(side) > budget)
            side = side * 3 / 4;
        var tiles = ((width + side - 1) / side) * ((height + side - 1) / side);
        var lower = (int)(Bytes(side) - spare - 1 >> 20);
        return new(side, tiles, (int)(Bytes(side) >> 20))
        {
            LowerBudgetMB = side > SmallestSide && lower >= SamplingSettings.MinMemoryBudgetMB ? lower : null,
        };

        long Bytes(int side)
        {
            var (receptiveField, reach) = (network.ReceptiveField!, network.ReceptiveField!.StepRadius);
            long Rows(long rows) => Math.Min(rows, height);
            var condition = (long)network.ConditionChannels * width * Rows(side + (sampling.NetworkRuns + 1L) * reach);
            // The signal that a step reads and the one it writes (the first step reads noise, the last writes the image); of
            // the others the rows that the next step still needs.
            var bands = Math.Clamp(sampling.NetworkRuns - 1, 0, 2);
            var channels = network.SignalChannels * (sampling.Sampler.RemembersEstimate ? 2 : 1);
            var signals = (long)channels * width * (bands * Rows(side + 2 * reach) + Rows(2L * reach * sampling.NetworkRuns));
            var margins = 2 * receptiveField.ConditionRadius;
            var tile = (long)receptiveField.WorkingChannels * Math.Min(width, side + margins) * Rows(side + margins);
            return sizeof(float) * (condition + signals + tile);
        }
    }
}
