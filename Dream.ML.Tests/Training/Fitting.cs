using System.Reflection;
using Dream.ML.Imaging;
using Dream.ML.MLNet.DataView;
using Dream.ML.Tests.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.Training;

/// <summary>Fits of tiny networks.</summary>
static class Fitting
{
    /// <summary>More than the smallest patch buffer holds.</summary>
    internal static readonly IDataView Streamed = Data(Enumerable.Range(0, 5).Select(i => Smooth(i, 1100, 1000)));

    internal static readonly IDataView Held = Data(Enumerable.Range(0, 6).Select(i => Smooth(i, 32 + i, 24)));

    internal static Options Options(
        string? workspace = null, int steps = 12, Action<DreamTrainingMetrics>? report = null, CancellationToken cancellation = default) => new()
        {
            OutputColumnName = "Upscaled",
            InputColumnName = nameof(Photo.Image),
            Scale = 2,
            Network = Tiny.Compact,
            Training = new() { Steps = steps, BatchSize = 2, PatchSize = 16, EmaDecay = 0.9, PatchBufferMB = 16, DecodingThreads = 1 },
            Sampling = new() { Steps = 1 },
            Seed = 3,
            Device = "cpu",
            WorkspacePath = workspace,
            CheckpointEverySteps = 5,
            MetricsCallback = report,
            CancellationToken = cancellation,
        };

    /// <summary>The options with some of them changed, or some of their <see cref="TrainingSettings"/>.</summary>
    internal static Options With(this Options options, params (string Name, object? Value)[] changes)
    {
        foreach (var (name, value) in changes)
            if (typeof(Options).GetProperty(name) is { } option)
                option.SetValue(options, value);
            else
                typeof(TrainingSettings).GetProperty(name)!.SetValue(options.Training, value);
        return options;
    }

    /// <summary>The model that a fit gives, as bytes.</summary>
    internal static byte[] Model(this Options options, IDataView data, MLContext? context = null)
    {
        using var model = options.Fit(data, context);
        return Bytes(model);
    }

    internal static DreamSuperResolutionTransformer Fit(this Options options, IDataView data, MLContext? context = null) =>
        (context ?? new(seed: 1)).Transforms.DreamSuperResolve(options).Fit(data);

    internal static byte[] Bytes(DreamSuperResolutionTransformer model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }

    /// <summary>A context whose messages of one kind are kept.</summary>
    internal static MLContext Listening(List<string> messages, ChannelMessageKind kind)
    {
        var context = new MLContext(seed: 1);
        context.Log += (_, e) =>
        {
            lock (messages)
                if (e.Kind == kind && e.Source.Contains("Dream", StringComparison.Ordinal))
                    messages.Add(e.RawMessage);
        };
        return context;
    }

    // Tools cancel a context through a member that ML.NET keeps internal.
    internal static void Cancel(MLContext context) =>
        typeof(MLContext).GetMethod("CancelExecution", BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(context, null);

    internal static RgbImage Smooth(int seed, int width, int height) =>
        BicubicResampler.Resize(TestImages.Noise(6, 5, seed: seed), width, height);

    internal static IDataView Data(IEnumerable<RgbImage> images, string name = "photo")
    {
        ImageTypes.Register();
        return new MLContext().Data.LoadFromEnumerable(
            images.Select((image, i) => new Photo { Name = $"{name} {i}", Image = MLImagePixels.Write(image) }).ToArray());
    }

    internal sealed class Photo
    {
        public string Name { get; set; } = "";

        public MLImage? Image { get; set; }

        public MLImage? Target { get; set; }
    }
}
