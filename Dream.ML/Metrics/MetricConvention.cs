namespace Dream.ML;

/// <summary>Which samples of two images a metric compares. Published numbers agree only under the same convention.</summary>
public readonly record struct MetricConvention
{
    /// <summary>
    /// Whether to compare the luma (ITU-R BT.601, 16 to 235, rounded to 8 bits as by MATLAB's <c>rgb2ycbcr</c>) instead of red,
    /// green and blue.
    /// </summary>
    public bool Luma { get; init; }

    /// <summary>Pixels left out at each border.</summary>
    public int Crop { get; init; }

    /// <summary>All pixels, all three channels: the convention of SR3 and DREAM.</summary>
    public static MetricConvention Paper => default;

    /// <summary>Luma without a border of <paramref name="scale"/> pixels: what is published for Set5, Set14 and the like.</summary>
    public static MetricConvention Benchmark(int scale) => new() { Luma = true, Crop = scale };
}
