namespace Dream.ML.Benchmarks.Workload;

/// <summary>Images of random pixels: what is in an image does not change how long it takes.</summary>
static class RandomImage
{
    internal static RgbImage Create(int width, int height)
    {
        var rgb = new byte[3 * width * height];
        new Random(1).NextBytes(rgb);
        return new(width, height, rgb);
    }
}
