using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Dream.ML.Benchmarks.Peers;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Inference;
using Dream.ML.IO;
using Dream.ML.Networks.Engines;
using TorchSharp;

namespace Dream.ML.Benchmarks.Engines;

/// <summary>ONNX Runtime and libtorch by turns: the time of an image, and start and memory of a process with one of them.</summary>
static class EnginesCommand
{
    const int Scale = 4;

    internal static Command Create()
    {
        var side = Number("--side", "Side of the image to upscale, in pixels.", 128);
        var rounds = Number("--rounds", "How often everybody's turn comes.", 10);
        var threads = Number("--threads", "Threads of both.", Environment.ProcessorCount);
        var command = new Command("engines", "Measures ONNX Runtime and libtorch, on a quiet machine and beside a busy process on each core.")
        {
            side, rounds, threads, EngineProcess.Create(), BusyProcess.Create(),
        };
        command.SetAction(result =>
        {
            DreamRuntime.EnsureLoaded();
            DreamRuntime.Threads = result.GetValue(threads);
            torch.set_num_threads(result.GetValue(threads));
            foreach (var network in (CompactSettings[])
                [new() { Channels = 32 }, new() { Channels = 64 }, new() { Channels = 64, EncoderBlocks = 12, DenoiserBlocks = 4 }])
            {
                var name = $"{network.Channels} channels, {network.EncoderBlocks} + {network.DenoiserBlocks} blocks";
                Print($"{name}, quiet", Time(network, result.GetValue(side), result.GetValue(rounds)));
                using var busy = new BusyProcess(Environment.ProcessorCount);
                Print($"{name}, beside {Environment.ProcessorCount} busy processes", Time(network, result.GetValue(side), result.GetValue(rounds)));
            }
            foreach (var engine in (string[])["onnx", "torch"])
                Console.WriteLine($"a process with {engine}: {EngineProcess.Measure(engine, result.GetValue(side))}");
        });
        return command;
    }

    static Timing[] Time(CompactSettings network, int side, int rounds)
    {
        using var onnx = Engine("onnx", network);
        using var libtorch = Engine("torch", network);
        var image = RandomImage.Create(side, side);
        var sampling = new SamplingSettings { Steps = 1, Seed = 1, ColorFidelity = true };
        return Race.Run(
        [
            new("ONNX Runtime", () => new Upscaler(onnx, sampling).Upscale(image)),
            new("libtorch", () => new Upscaler(libtorch, sampling).Upscale(image)),
            new("ONNX Runtime, networks alone", () => Networks(onnx, side)),
            new("libtorch, networks alone", () => Networks(libtorch, side)),
        ], rounds, warmUps: 3);
    }

    static void Networks(INetworkEngine engine, int side)
    {
        using var image = new Core.FeatureMap(3, side, side);
        image.Values.Clear();
        using var condition = engine.Encode(image, CancellationToken.None);
        using var noisy = new Core.FeatureMap(engine.Traits.SignalChannels, side, side);
        noisy.Values.Clear();
        engine.Denoise(noisy, 0.5, condition.Slice(engine.Traits.Features.First, engine.Traits.Features.Count), CancellationToken.None).Dispose();
    }

    /// <summary>An engine of random weights.</summary>
    internal static INetworkEngine Engine(string name, NetworkSettings settings)
    {
        // Made without libtorch: a process with ONNX Runtime shall not load it.
        var random = new Random(1);
        List<SafetensorsTensor> weights = [.. settings.Layout(Scale).Select(weight => new SafetensorsTensor(
            weight.Key, SafetensorsType.F32, weight.Value, Numbers(weight.Value.Aggregate(1L, (count, size) => count * size))))];
        return name == "torch" ? TorchEngine.Create(settings, Scale, weights, DreamRuntime.SelectDevice("cpu")) : new OnnxEngine(settings, Scale, weights);

        byte[] Numbers(long count) =>
            [.. MemoryMarshal.AsBytes<float>([.. Enumerable.Range(0, (int)count).Select(_ => random.NextSingle() * 0.1f - 0.05f)])];
    }

    static void Print(string title, Timing[] timings)
    {
        Console.WriteLine($"{title}:");
        foreach (var timing in timings)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {timing.Name}: median {1000 * timing.Median:0} ms, fastest {1000 * timing.Seconds.Min():0} ms"));
    }

    static Option<int> Number(string name, string description, int value) =>
        new Option<int>(name) { Description = description, DefaultValueFactory = _ => value }.AcceptMultiplesOf(1);
}
