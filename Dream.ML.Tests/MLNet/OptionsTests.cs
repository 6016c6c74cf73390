using Dream.ML.Tests.Training;
using Dream.ML.Training;
using Microsoft.ML;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.MLNet;

[TestClass]
public sealed class OptionsTests
{
    [TestMethod]
    public void Every_option_out_of_its_range_is_named()
    {
        Refused("OutputColumnName", () => new() { OutputColumnName = "" });
        Refused("OutputColumnName", () => new() { OutputColumnName = null! });
        Refused("InputColumnName", () => new() { OutputColumnName = "a", InputColumnName = "" });
        Refused("Network", () => new() { OutputColumnName = "a", Network = null! });
        Refused("Channels", () => new() { OutputColumnName = "a", Network = new CompactSettings { Channels = 1 } });
        foreach (var value in new[] { 9, 0, -4 })
            Refused("Scale", () => new() { OutputColumnName = "a", Scale = value });
        Refused("Degradation", () => new() { OutputColumnName = "a", Scale = 1 });
        Refused("ColorFidelity", () => new()
        {
            OutputColumnName = "a",
            Scale = 1,
            Degradation = DegradationSettings.Noise,
            Sampling = new() { ColorFidelity = true },
        });
        foreach (var value in new[] { -0.1, double.NaN, double.NegativeInfinity })
            Refused("DreamPower", () => new() { OutputColumnName = "a", Training = new() { DreamPower = value } });
        Refused("Loss", () => new() { OutputColumnName = "a", Training = new() { Loss = (DiffusionLoss)9 } });
        foreach (var value in new[] { 0, -1, 100_000_001 })
            Refused("Steps", () => new() { OutputColumnName = "a", Training = new() { Steps = value } });
        foreach (var value in new[] { -1, 2000 })
            Refused("PretrainingSteps", () => new() { OutputColumnName = "a", Training = new() { PretrainingSteps = value } });
        Refused("PretrainingSteps", () => new() { OutputColumnName = "a", Training = new() { PretrainingSteps = 1 }, Network = new Sr3Settings() });
        foreach (var value in new[] { 0, 1.1, double.NaN })
            Refused("CooldownShare", () => new() { OutputColumnName = "a", Training = new() { CooldownShare = value } });
        Refused("Precision", () => new() { OutputColumnName = "a", Training = new() { Precision = (TrainingPrecision)9 } });
        Refused("Precision", () => new() { OutputColumnName = "a", Training = new() { Precision = TrainingPrecision.BFloat16 }, Network = new Sr3Settings() });
        var data = Fitting.Held;
        foreach (var names in new string[][] { [""], ["a/b"], ["a", "A"] })
            Refused("ValidationSets", () => new()
            {
                OutputColumnName = "a",
                ValidationSets = [.. names.Select(name => new ValidationSet { Name = name, Data = data })],
            });
        foreach (var value in new[] { 0, 4097 })
            Refused("BatchSize", () => new() { OutputColumnName = "a", Training = new() { BatchSize = value } });
        foreach (var value in new[] { 0, 12, 18, 4100 })
            Refused("PatchSize", () => new() { OutputColumnName = "a", Training = new() { PatchSize = value } });
        Refused("PatchSize", () => new() { OutputColumnName = "a", Training = new() { PatchSize = 40 }, Network = new Sr3Settings() });
        foreach (var value in new[] { 0, -1, 1.1, double.NaN })
            Refused("LearningRate", () => new() { OutputColumnName = "a", Training = new() { LearningRate = value } });
        foreach (var value in new[] { -0.1, 1, double.NaN })
            Refused("EmaDecay", () => new() { OutputColumnName = "a", Training = new() { EmaDecay = value } });
        foreach (var value in new[] { -1, 10_001 })
            Refused("Steps", () => new() { OutputColumnName = "a", Sampling = new() { Steps = value } });
        Refused("Steps", () => new() { OutputColumnName = "a", Sampling = new() { Steps = 0 }, Network = new Sr3Settings() });
        foreach (var value in new[] { 0.89, 1.11, double.NaN })
            Refused("EpsilonScaling", () => new() { OutputColumnName = "a", Sampling = new() { EpsilonScaling = value } });
        foreach (var value in new[] { -0.1, 1.1, double.NaN })
            Refused("Detail", () => new() { OutputColumnName = "a", Sampling = new() { Detail = value } });
        Refused("Detail", () => new() { OutputColumnName = "a", Sampling = new() { Detail = 0.49 }, Network = new Sr3Settings() });
        Refused("ResidualScale", () => new() { OutputColumnName = "a", Network = new Sr3Settings { Process = DiffusionProcess.ResidualShifting } });
        Refused("Scale", () => new() { OutputColumnName = "a", Network = new ImplicitSettings(), Scale = 1, Degradation = DegradationSettings.Noise });
        Refused("TargetColumnName", () => new() { OutputColumnName = "a", Network = new ImplicitSettings(), TargetColumnName = "b" });
        Refused("PatchSize", () => new() { OutputColumnName = "a", Network = new ImplicitSettings(), Training = new() { PatchSize = 36 } });
        Refused("Process", () => new() { OutputColumnName = "a", Network = new CompactSettings { Process = (DiffusionProcess)2 } });
        foreach (var value in new[] { 0, -1, 100.1, double.NaN })
            Refused("OutputScale", () => new() { OutputColumnName = "a", Sampling = new() { OutputScale = value } });
        Refused("OutputScale", () => new() { OutputColumnName = "a", Sampling = new() { OutputScale = 2, TargetWidth = 10 } });
        Refused("OutputScale", () => new() { OutputColumnName = "a", Sampling = new() { OutputScale = 2, TargetHeight = 10 } });
        Refused("TargetWidth", () => new() { OutputColumnName = "a", Sampling = new() { TargetWidth = 0 } });
        Refused("TargetHeight", () => new() { OutputColumnName = "a", Sampling = new() { TargetHeight = -1 } });
        foreach (var value in new[] { 0, 500_000_001 })
            Refused("MaxOutputPixels", () => new() { OutputColumnName = "a", Sampling = new() { MaxOutputPixels = value } });
        foreach (var value in new[] { "", "gpu", "cuda:x", "cuda:-1" })
            Refused("Device", () => new() { OutputColumnName = "a", Device = value });
    }

    [TestMethod]
    public void The_ends_of_every_range_are_in_it()
    {
        foreach (var scale in Enumerable.Range(2, 7))
            foreach (NetworkSettings network in new NetworkSettings[] { new CompactSettings(), new ImplicitSettings(), new Sr3Settings() })
                Create(new() { OutputColumnName = "a", Scale = scale, Network = network });
        Create(new()
        {
            OutputColumnName = "a",
            Training = new() { DreamPower = 0, Steps = 1, PretrainingSteps = 0, BatchSize = 1, PatchSize = 16, LearningRate = 1, EmaDecay = 0 },
            Sampling = new() { Sampler = new Ddim(eta: 1), Steps = 0, EpsilonScaling = 0.9, Detail = 0, OutputScale = 100, MaxOutputPixels = 1 },
            Device = "cuda:1",
        });
        Create(new()
        {
            OutputColumnName = "a",
            Training = new()
            {
                DreamPower = double.PositiveInfinity,
                Steps = 100_000_000,
                PretrainingSteps = 99_999_999,
                CooldownShare = 1,
                BatchSize = 4096,
                PatchSize = 4096,
            },
            Sampling = new()
            {
                Steps = 10_000,
                EpsilonScaling = 1.1,
                Detail = 1,
                TargetWidth = 1,
                TargetHeight = 1,
                MaxOutputPixels = 500_000_000,
            },
        });
    }

    [TestMethod]
    public void Color_fidelity_is_on_only_where_the_input_is_a_clean_reduction()
    {
        Options[] off =
        [
            new() { OutputColumnName = "a", Degradation = new() { JpegQuality = new(50, 90) } },
            new() { OutputColumnName = "a", TargetColumnName = "b" },
            new() { OutputColumnName = "a", Sampling = new() { ColorFidelity = false } },
        ];
        Options[] on =
        [
            new() { OutputColumnName = "a" },
            new() { OutputColumnName = "a", Degradation = new() },
            new() { OutputColumnName = "a", Degradation = DegradationSettings.Blind, Sampling = new() { ColorFidelity = true } },
        ];
        foreach (var options in off)
            Assert.IsFalse(options.SamplingOrDefault(seed: 1).ColorFidelity);
        foreach (var options in on)
            Assert.IsTrue(options.SamplingOrDefault(seed: 1).ColorFidelity);
    }

    [TestMethod]
    public void Only_fresh_weights_that_make_an_initial_prediction_are_pretrained_unasked()
    {
        Assert.AreEqual(1000, Steps(new() { OutputColumnName = "a" }));
        Assert.AreEqual(0, Steps(new() { OutputColumnName = "a", Network = new Sr3Settings() }));
        using var saved = new TemporaryFolder();
        using (var model = Fitting.Options(steps: 1).Fit(Fitting.Held))
            File.WriteAllBytes(saved["model.safetensors"], Fitting.Bytes(model));
        var trained = PretrainedModel.FromFile(saved["model.safetensors"]);
        Assert.AreEqual(0, Steps(new() { OutputColumnName = "a", InitialModel = trained }));
        Assert.AreEqual(20, Steps(new() { OutputColumnName = "a", InitialModel = trained, Training = new() { PretrainingSteps = 20 } }));

        static int Steps(Options options) => Training(options).PretrainingSteps!.Value;
    }

    [TestMethod]
    public void Only_Compact_on_a_CPU_that_is_faster_with_it_trains_with_16_bits_unasked()
    {
        Assert.AreEqual(MatrixUnits.MultiplyBFloat16 ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32, Training(new() { OutputColumnName = "a" }).Precision);
        Assert.AreEqual(TrainingPrecision.Float32, Training(new() { OutputColumnName = "a" }, isCpu: false).Precision);
        Assert.AreEqual(TrainingPrecision.Float32, Training(new() { OutputColumnName = "a", Network = new Sr3Settings() }).Precision);
        foreach (var precision in Enum.GetValues<TrainingPrecision>())
            Assert.AreEqual(precision, Training(new() { OutputColumnName = "a", Training = new() { Precision = precision } }).Precision);
    }

    static TrainingSettings Training(Options options, bool isCpu = true) => options.TrainingOrDefault(isCpu);

    static void Create(Options options) => new MLContext().Transforms.DreamSuperResolve(options);

    static void Refused(string name, Func<Options> options)
    {
        var e = Assert.Throws<ArgumentException>(() => Create(options()), name);
        Assert.AreEqual(name, e.ParamName);
        StringAssert.Contains(e.Message, name);
    }
}
