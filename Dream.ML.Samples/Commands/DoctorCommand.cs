using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Samples.Commands;

/// <summary>Says what Dream.ML runs on, and whether it runs.</summary>
static class DoctorCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var command = new Command("doctor", "Says what Dream.ML runs on, and whether it runs.");
        command.SetAction(_ => Run(cancellation));
        return command;
    }

    static void Run(CancellationToken cancellation)
    {
        Console.WriteLine(DreamRuntime.Describe());
        Console.WriteLine($"system      {RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})");
        Console.WriteLine($".NET        {Environment.Version}");
        CheckRoundTrip(cancellation);
        Console.WriteLine("check       OK: one training step and one upscaled image");
    }

    static void CheckRoundTrip(CancellationToken cancellation)
    {
        using var photo = Noise(64);
        using var input = Noise(8);
        var ml = new MLContext(seed: 1);
        using var model = ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = nameof(Row.Photo),
            Network = new CompactSettings { Channels = 8, EncoderBlocks = 1, DenoiserBlocks = 1 },
            Training = new() { Steps = 1 },
            CancellationToken = cancellation,
        }).Fit(ml.Data.LoadFromEnumerable([new Row { Photo = photo }]));
        using var upscaled = model.Upscale(input, cancellation);
        if ((upscaled.Width, upscaled.Height) != (32, 32))
            throw new InvalidOperationException($"An 8×8 image became {upscaled.Width}×{upscaled.Height}, not 32×32.");
    }

    static MLImage Noise(int side)
    {
        var pixels = new byte[4 * side * side];
        new Random(1).NextBytes(pixels);
        for (var i = 3; i < pixels.Length; i += 4)
            pixels[i] = byte.MaxValue;
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }

    sealed class Row
    {
        [ImageType(64, 64)]
        public required MLImage Photo { get; init; }
    }
}
