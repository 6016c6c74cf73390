using System.CommandLine;
using System.Runtime.InteropServices;
using Dream.ML.Samples.Reporting;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Samples.Commands;

/// <summary>Says what Dream.ML runs on, and whether it runs.</summary>
static class DoctorCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var install = new Option<bool>(LibTorchInstaller.Flag)
        {
            Description = "First fetches libtorch, which training needs, from the NuGet sources of the current folder, where it is missing.",
        };
        var command = new Command("doctor", "Says what Dream.ML runs on, and whether it runs.") { install };
        command.SetAction(result =>
        {
            if (result.GetValue(install) && DreamRuntime.Describe().LibTorchVersion is null)
                LibTorchInstaller.Install(cancellation);
            return Run(cancellation);
        });
        return command;
    }

    static int Run(CancellationToken cancellation)
    {
        var runtime = DreamRuntime.Describe();
        var (trains, isMissing) = (runtime.LibTorchVersion is not null, runtime.Loading == DreamRuntime.Cure);
        if (isMissing)
            runtime = runtime with { Loading = "no libtorch found" };
        Console.WriteLine(runtime);
        Console.WriteLine($"system        {RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})");
        Console.WriteLine($".NET          {Environment.Version}");
        CheckUpscaling(cancellation);
        Console.WriteLine("upscaling     OK: one image");
        if (trains)
            CheckTraining(cancellation);
        Output.Result(new
        {
            runtime.Device,
            Threads = new { runtime.Threads.Upscaling, runtime.Threads.Training },
            runtime.OnnxRuntimeVersion,
            runtime.LibTorchVersion,
            runtime.TorchSharpVersion,
            runtime.Platform,
            runtime.Loading,
            System = RuntimeInformation.OSDescription,
            DotNet = Environment.Version.ToString(),
            Upscaling = true,
            Training = trains,
        }, $"training      {(trains ? "OK: one step" : isMissing ? $"not possible yet: 'dream doctor {LibTorchInstaller.Flag}' fetches libtorch" : "not possible")}");
        return trains || isMissing ? ExitCode.Done : ExitCode.Failed;
    }

    static void CheckUpscaling(CancellationToken cancellation)
    {
        using var model = DreamModels.Photo4xReal.Load();
        using var input = Noise(8);
        using var upscaled = model.Upscale(input, cancellation);
        if ((upscaled.Width, upscaled.Height) != (32, 32))
            throw new InvalidOperationException($"An 8×8 image became {upscaled.Width}×{upscaled.Height}, not 32×32.");
    }

    static void CheckTraining(CancellationToken cancellation)
    {
        using var photo = Noise(64);
        var ml = new MLContext(seed: 1);
        ml.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = nameof(Row.Photo),
            Network = new CompactSettings { Channels = 8, EncoderBlocks = 1, DenoiserBlocks = 1 },
            Training = new() { Steps = 1 },
            CancellationToken = cancellation,
        }).Fit(ml.Data.LoadFromEnumerable([new Row { Photo = photo }])).Dispose();
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
