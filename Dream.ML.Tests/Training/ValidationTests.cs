using Dream.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.Training;

/// <summary>Validation, early stopping and warm starts, through Fit.</summary>
[TestClass]
public sealed class ValidationTests
{
    readonly List<string> _messages = [];

    [TestMethod]
    public void Photos_held_out_are_few_and_not_trained_on()
    {
        foreach (var (fraction, training) in new[] { (0.01, 5), (0.34, 4), (0.99, 1) })
        {
            _messages.Clear();
            List<double?> psnr = [];
            Fitting.Options(steps: 2, report: metrics => psnr.Add(metrics.ValidationPsnr)).With((nameof(Options.ValidationFraction), fraction))
                .Model(Fitting.Held, Fitting.Listening(_messages, ChannelMessageKind.Info));
            StringAssert.StartsWith(_messages[0], $"Training on {training} images");
            Assert.IsTrue(psnr is [null, > 5 and < 60]);
        }
    }

    [TestMethod]
    public void A_validation_set_changes_no_weight_and_its_problems_are_told_apart()
    {
        var set = Fitting.Data([TestImages.Noise(5, 6), Fitting.Smooth(9, 30, 31)]);
        var training = Fitting.Data([TestImages.Noise(6, 5), Fitting.Smooth(1, 30, 31)]);
        var plain = Fitting.Options(steps: 4).Model(training);
        var validated = Fitting.Options(steps: 4).With((nameof(Options.ValidationSets), (ValidationSet[])[new() { Name = "validation", Data = set }]))
            .Model(training, Fitting.Listening(_messages, ChannelMessageKind.Warning));
        CollectionAssert.AreEqual(plain, validated);
        Assert.HasCount(2, _messages);
        StringAssert.StartsWith(_messages[0], "Left out of validation: row 0 (photo 0): it is 5×6");
        StringAssert.StartsWith(_messages[1], "Left out of training: row 0 (photo 0): it is 6×5");
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options()
                .With((nameof(Options.ValidationSets), (ValidationSet[])[new() { Name = "validation", Data = Fitting.Data([TestImages.Noise(5, 6)]) }])).Fit(training)).Message,
            "There is no image for validation. row 0 (photo 0): it is 5×6");
    }

    [TestMethod]
    public void Several_sets_are_measured_at_once_and_the_best_model_on_each_is_kept()
    {
        using var folder = new TemporaryFolder();
        List<DreamTrainingMetrics> seen = [];
        Fitting.Options(folder["run"], steps: 8, report: seen.Add).With(
            (nameof(TrainingSettings.ValidationEverySteps), 2),
            (nameof(TrainingSettings.PretrainingSteps), 0),
            (nameof(Options.ValidationSets), (ValidationSet[])
            [
                new() { Name = "pairs", Data = GrayPairs(), TargetColumnName = nameof(Fitting.Photo.Target) },
                new() { Name = "photos", Data = Fitting.Held, Degradation = DegradationSettings.Bicubic },
            ])).Fit(Fitting.Held).Dispose();

        var validations = seen.Where(metrics => metrics.Validations.Count > 0).ToList();
        CollectionAssert.AreEqual(new[] { 2, 4, 6, 8 }, validations.Select(metrics => metrics.Step).ToArray());
        foreach (var metrics in validations)
        {
            CollectionAssert.AreEqual(new[] { "pairs", "photos" }, metrics.Validations.Select(set => set.Name).ToArray());
            // The pairs' low-resolution side is read as it is: gray, whatever the photo.
            Assert.IsLessThan(metrics.Validations[1].Psnr - 5, metrics.Validations[0].Psnr);
        }
        foreach (var name in new[] { "pairs", "photos" })
        {
            using var stream = File.OpenRead(folder[Path.Combine("run", $"best-{name}.safetensors")]);
            using var best = DreamSuperResolutionTransformer.Load(new(), stream);
            Assert.AreEqual(2, best.Scale);
        }
        var report = File.ReadAllText(folder[Path.Combine("run", "report.html")]);
        StringAssert.Contains(report, "PSNR, pairs, dB");
        StringAssert.Contains(report, "SSIM, photos");

        static IDataView GrayPairs() => new MLContext().Data.LoadFromEnumerable(Enumerable.Range(0, 3).Select(i => new Fitting.Photo
        {
            Name = $"pair {i}",
            Image = MLImagePixels.Write(TestImages.Noise(12, 10, 128, 128)),
            Target = MLImagePixels.Write(Fitting.Smooth(i, 24, 20)),
        }).ToArray());
    }

    [TestMethod]
    public void Early_stopping_says_so()
    {
        // A rate that ruins the network after the first validation.
        DreamTrainingMetrics last = null!;
        Fitting.Options(steps: 60, report: metrics => last = metrics).With(
            (nameof(Options.ValidationFraction), 0.2), (nameof(TrainingSettings.ValidationEverySteps), 1), (nameof(TrainingSettings.EarlyStoppingPatience), 2),
            (nameof(TrainingSettings.LearningRate), 1.0), (nameof(TrainingSettings.WarmupSteps), 0), (nameof(TrainingSettings.EmaDecay), 0.0))
            .Model(Fitting.Held, Fitting.Listening(_messages, ChannelMessageKind.Info));
        Assert.IsLessThan(60, last.Step);
        StringAssert.Contains(_messages[^1], $"Stopped early at step {last.Step}: no validation was better than ");
        StringAssert.EndsWith(_messages[^1], " dB in the last 2.");
    }

    [TestMethod]
    public void Training_goes_on_from_a_model_and_from_its_file()
    {
        using var folder = new TemporaryFolder();
        List<double> first = [], second = [];
        using var model = Fitting.Options(steps: 60, report: metrics => first.Add(metrics.Loss))
            .With((nameof(TrainingSettings.PretrainingSteps), 0)).Fit(Fitting.Held);
        var bytes = Fitting.Bytes(model);
        File.WriteAllBytes(folder["model.safetensors"], bytes);

        var further = Fitting.Options(steps: 5, report: metrics => second.Add(metrics.Loss)).With((nameof(Options.InitialModel), (PretrainedModel)model)).Model(Fitting.Held);
        var fromFile = Fitting.Options(steps: 5).With((nameof(Options.InitialModel), PretrainedModel.FromFile(folder["model.safetensors"]))).Model(Fitting.Held);

        CollectionAssert.AreEqual(further, fromFile);
        CollectionAssert.AreNotEqual(bytes, further);
        Assert.IsLessThan(first[0], second[0]);
        // A step of no length gives the model itself.
        CollectionAssert.AreEqual(bytes, Fitting.Options(steps: 1)
            .With((nameof(Options.InitialModel), (PretrainedModel)model), (nameof(TrainingSettings.LearningRate), 1e-30)).Model(Fitting.Held));
        CollectionAssert.AreEqual(bytes, Fitting.Bytes(model));
        model.Upscale(MLImagePixels.Write(Fitting.Smooth(1, 8, 8))).Dispose();
    }

    [TestMethod]
    public void A_model_to_train_further_brings_its_network_scale_and_degradation()
    {
        using var model = Fitting.Options(steps: 1).With((nameof(Options.Degradation), DegradationSettings.Blind)).Fit(Fitting.Held);
        var further = new Options { OutputColumnName = "Upscaled", InitialModel = model };
        Assert.AreEqual((2, (NetworkSettings)Tests.Networks.Tiny.Compact, DegradationSettings.Blind), (further.Scale, further.Network, further.Degradation));
        Assert.AreEqual(DegradationSettings.Bicubic, (further with { Degradation = DegradationSettings.Bicubic }).Degradation);
        Assert.AreEqual(2e-4, further.TrainingOrDefault(isCpu: true).LearningRate!.Value, 1e-12);
    }

    [TestMethod]
    public void A_start_that_does_not_fit_is_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        using var model = Fitting.Options(steps: 1).Fit(Fitting.Held);
        File.WriteAllText(folder["text.safetensors"], "some text, not a model at all");
        foreach (var change in new (string Name, object? Value)[]
        {
            (nameof(Options.Network), Tests.Networks.Tiny.Sr3), (nameof(Options.Network), Tests.Networks.Tiny.Compact with { Channels = 16 }),
            (nameof(Options.Scale), 4),
        })
        {
            var refused = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
                () => Fitting.Options().With((nameof(Options.InitialModel), (PretrainedModel)model), change).Fit(Fitting.Held));
            Assert.AreEqual(change.Name, refused.ParamName);
            StringAssert.Contains(refused.Message, "InitialModel 'model'");
        }
        StringAssert.StartsWith(
            Assert.ThrowsExactly<InvalidDataException>(() => Fitting.Options()
                .With((nameof(Options.InitialModel), PretrainedModel.FromFile(folder["text.safetensors"]))).Fit(Fitting.Held)).Message,
            $"The model file '{folder["text.safetensors"]}' cannot be used: ");
    }
}
