using Dream.ML.Training.Data;

namespace Dream.ML.Tests.Training.Data;

/// <summary>Photos in memory; what a row gives can be changed.</summary>
sealed class MadePhotos(params RgbImage[] photos) : IPhotoSource
{
    /// <summary>Called on the reading thread before a row is handed out.</summary>
    internal Action<int> Reading { get; init; } = _ => { };

    /// <summary>What is wrong with a row, if anything.</summary>
    internal Func<int, string?> Problem { get; init; } = _ => null;

    public int Count => photos.Length;

    public IEnumerable<PhotoRow> Read(IReadOnlyList<int> rows)
    {
        foreach (var row in rows)
        {
            Reading(row);
            var problem = Problem(row);
            yield return new(row, $"photo {row}", problem is null ? photos[row] : null, Problem: problem);
        }
    }

    /// <summary>Photos of noise whose red tells which they are.</summary>
    internal static RgbImage[] Marked(int count, int width = 20, int height = 18) => [.. Enumerable.Range(0, count).Select(photo =>
    {
        var image = TestImages.Noise(width, height, seed: photo);
        for (var i = 0; i < image.Rgb.Length; i += 3)
            image.Rgb[i] = (byte)photo;
        return image;
    })];

    internal static DataSettings Settings(int scale = 2, int patch = 16, long bytes = 1, int threads = 1, int seed = 1) =>
        new() { Scale = scale, PatchSize = patch, Seed = seed, ByteBudget = bytes, DecodingThreads = threads, Degradation = DegradationSettings.Bicubic };

    internal static InMemoryDataset Hold(RgbImage[] photos, DataSettings? settings = null, Action<string>? tell = null) =>
        InMemoryDataset.TryRead(new MadePhotos(photos), settings ?? Settings(bytes: long.MaxValue), default, new("training", tell ?? Assert.Fail), default)!;
}
