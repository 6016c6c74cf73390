// onnxcheck export  FOLDER WEIGHTS PHOTO   writes models, their inputs and what the product makes of them
// onnxcheck compare FOLDER RUNNER          compares what a runner has left there as CASE.RUNNER with the product's results
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Dream.ML;
using Dream.ML.Core;
using Dream.ML.Imaging;
using Dream.ML.Inference;
using Dream.ML.Inference.Sampling;
using Dream.ML.Onnx;
using Microsoft.ML;

const int Seed = 5;
(int Width, int Height)[] sizes = [(37, 29), (13, 9)];

var folder = args[1];
return args[0] == "export" ? Export(args[2], args[3]) : Compare(args[2]);

int Export(string weights, string photo)
{
    var context = new MLContext(seed: 1);
    using var compact = DreamSuperResolutionTransformer.Load(context, weights);
    using var sr3 = TrainSr3(context, photo);
    var sampling = compact.Sampling with { ColorFidelity = false, Sampler = new Ddim(), Seed = Seed, Detail = 0.5 };
    (string Name, DreamSuperResolutionTransformer Model, SamplingSettings Sampling)[] models =
    [
        ("compact-0-steps", compact, sampling with { Steps = 0 }),
        ("compact-1-step", compact, sampling with { Steps = 1 }),
        ("compact-4-steps", compact, sampling with { Steps = 4 }),
        ("compact-detail-0.8", compact, sampling with { Steps = 2, Sampler = new DpmSolverPlusPlus(), Detail = 0.8 }),
        ("sr3-4-steps", sr3, sampling with { Steps = 4 }),
    ];
    using var file = ImageFiles.Read(photo);
    var pixels = MLImagePixels.Read(file);
    var cases = new JsonArray();
    foreach (var (name, model, settings) in models)
    {
        using var transformer = model.WithSampling(settings);
        transformer.SaveAsOnnx(Path.Combine(folder, $"{name}.onnx"));
        foreach (var (width, height) in sizes)
            cases.Add(Write($"{name}-{width}x{height}", $"{name}.onnx", transformer, pixels.CropColors(40, 30, width, height)));
    }
    File.WriteAllText(Path.Combine(folder, "cases.json"), cases.ToJsonString());
    Console.WriteLine($"{models.Length} models, {cases.Count} cases");
    return 0;
}

// Its weights are made on the spot: what it makes of a photo is nothing to look at.
DreamSuperResolutionTransformer TrainSr3(MLContext context, string photo)
{
    var photos = context.Data.LoadFromEnumerable([new { Path = photo }]);
    return context.Transforms.LoadPhotos("Image", null, "Path")
        .Append(context.Transforms.DreamSuperResolve(new DreamSuperResolutionEstimator.Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Scale = 2,
            Network = new Sr3Settings { InnerChannels = 16, NormGroups = 8, ChannelMultipliers = [1, 2, 2], AttentionResolutions = [32], ResBlocks = 1 },
            Training = new() { Steps = 20, BatchSize = 2 },
            Device = "cpu",
        }))
        .Fit(photos).LastTransformer;
}

JsonObject Write(string name, string model, DreamSuperResolutionTransformer transformer, RgbImage<byte> image)
{
    var inputs = new JsonObject { ["image"] = Shape(1, 3, image.Height, image.Width) };
    var values = new float[image.Rgb.Length];
    for (var i = 0; i < values.Length; i++)
        values[i % 3 * values.Length / 3 + i / 3] = image.Rgb[i] / 255f;
    WriteValues("image", values);

    var graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, model))).Graph;
    if (graph.Input.FirstOrDefault(input => input.Name == "noise") is { } noise)
    {
        var dimensions = noise.Type.TensorType.Shape.Dim;
        int[] shape = [1, int.Parse(dimensions[1].DimParam is { Length: > 0 } text ? text : $"{dimensions[1].DimValue}"),
            Evaluate(dimensions[2].DimParam, image.Height), Evaluate(dimensions[3].DimParam, image.Width)];
        inputs["noise"] = Shape(shape);
        using var numbers = new FeatureMap(shape[1], shape[2], shape[3]);
        new NoiseField(Seed, image).Cut(0, shape[3], shape[2], 0, 0, numbers);
        WriteValues("noise", numbers.Values.ToArray());
    }
    File.WriteAllBytes(Path.Combine(folder, $"{name}.low"), image.Rgb);
    File.WriteAllBytes(Path.Combine(folder, $"{name}.expected"), transformer.Upscale(image, CancellationToken.None).Rgb);
    return new JsonObject
    {
        ["name"] = name,
        ["model"] = model,
        ["inputs"] = inputs,
        ["scale"] = transformer.Scale,
    };

    static JsonArray Shape(params int[] sizes) => [.. sizes.Select(size => (JsonNode)size)];

    void WriteValues(string input, float[] values) =>
        File.WriteAllBytes(Path.Combine(folder, $"{name}.{input}"), MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}

// What "height", "2*width" or "2*4*ceil(height/4)" come to.
static int Evaluate(string symbol, int size)
{
    var factors = symbol.Split('*');
    var multiple = factors[^1].StartsWith("ceil", StringComparison.Ordinal) ? int.Parse(factors[^2]) : 1;
    var scale = factors.SkipLast(multiple == 1 ? 1 : 2).Select(int.Parse).SingleOrDefault(1);
    return scale * ((size + multiple - 1) / multiple * multiple);
}

int Compare(string runner)
{
    var worst = 0;
    foreach (var description in JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")))!.AsArray())
    {
        var (name, scale) = ((string)description!["name"]!, (int)description["scale"]!);
        if (!File.Exists(Path.Combine(folder, $"{name}.{runner}")))
            continue; // too large for it
        var shape = description["inputs"]!["image"]!.AsArray();
        var low = new RgbImage<byte>((int)shape[3]!, (int)shape[2]!, Read("low"));
        var values = MemoryMarshal.Cast<byte, float>(Read(runner));
        var rgb = new byte[values.Length];
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(values[i % 3 * rgb.Length / 3 + i / 3] * 255 + 0.5f);
        var actual = new RgbImage<byte>(low.Width * scale, low.Height * scale, rgb);
        // The graph ends before the bounds.
        LocalBounds.Apply(actual, low, scale, CancellationToken.None);

        var expected = Read("expected");
        var differences = expected.Zip(rgb, (a, b) => Math.Abs(a - b)).ToArray();
        worst = Math.Max(worst, differences.Max());
        Console.WriteLine($"  {runner,-8} {name,-26} {differences.Count(d => d == 0) * 100.0 / differences.Length:F3} % of bytes equal, none off by more than {differences.Max()}");

        byte[] Read(string what) => File.ReadAllBytes(Path.Combine(folder, $"{name}.{what}"));
    }
    return worst <= 1 ? 0 : 1;
}
