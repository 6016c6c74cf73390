using System.Security.Cryptography;
using Dream.ML.Tests;
using Dream.ML.Tests.Imaging.Files;

namespace Dream.ML.Orleans.Tests;

/// <summary>Small batches, and what a single machine makes of them.</summary>
static class Batches
{
    internal const string Model = "photo-4x";

    /// <summary>Writes pictures, each with other pixels, some in a sub-folder.</summary>
    internal static void WritePictures(TemporaryFolder folder, int count, int side)
    {
        for (var i = 0; i < count; i++)
        {
            var image = MadeFiles.Distinct(side + i % 3, side);
            image.Rgb[i % image.Rgb.Length] ^= (byte)(1 + i / 256);
            image.Rgb[(7 * i + 1) % image.Rgb.Length] ^= (byte)i;
            folder.Write(i % 4 == 0 ? $"in/more/{i}.png" : $"in/{i}.jpg", MadeFiles.Encode(image, i % 4 == 0 ? ImageFileFormat.Png : ImageFileFormat.Jpeg));
        }
    }

    internal static DreamBatchJob Job(TemporaryFolder folder, int shardSize) =>
        new() { Id = "job", Input = folder["in"], Output = folder["out"], Model = Model, ShardSize = shardSize };

    /// <summary>What <see cref="BatchUpscaler"/> makes of the same folder: names and digests.</summary>
    internal static (SortedDictionary<string, string> Results, BatchResult Result) SingleMachine(TemporaryFolder folder)
    {
        using var model = DreamModels.Find(Model)!.Load();
        var result = new BatchUpscaler(model, new() { InputFolder = folder["in"], OutputFolder = folder["single"] }).Run();
        return (Results(folder["single"]), result);
    }

    /// <summary>The names and digests of all files in a folder but the manifests of single machines.</summary>
    internal static SortedDictionary<string, string> Results(string folder) => new(
        (Directory.Exists(folder) ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories) : [])
            .Where(file => Path.GetExtension(file) != ".jsonl")
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))),
        StringComparer.Ordinal);

    internal static async Task<DreamBatchStatus> EndAsync(this IDreamBatch batch, string job, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(100));
        return await batch.WatchAsync(job, TimeSpan.FromMilliseconds(200), limit.Token).LastAsync(limit.Token);
    }

    /// <summary>Waits until so many pictures are done.</summary>
    internal static async Task UntilDoneAsync(this IDreamBatch batch, string job, int count, CancellationToken cancellation)
    {
        await foreach (var status in batch.WatchAsync(job, TimeSpan.FromMilliseconds(50), cancellation))
            if (status.Done >= count)
                return;
        Assert.Fail("It has ended before.");
    }
}
