using Dream.ML.IO;
using Dream.ML.Tests.Networks;
using Dream.ML.Training;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.Training;

/// <summary>Fits that are stopped, resumed, repeated and refused.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    const string CheckpointName = "checkpoint.safetensors";

    readonly TemporaryFolder _folder = new();
    readonly List<string> _messages = [];

    string Workspace => _folder["run"];

    string CheckpointPath => Path.Combine(Workspace, CheckpointName);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_seed_decides_every_bit_whatever_the_number_of_threads(bool streamed)
    {
        var data = streamed ? Fitting.Streamed : Fitting.Held;
        var expected = Fitting.Options().Model(data);
        CollectionAssert.AreEqual(expected, Fitting.Options().With((nameof(TrainingSettings.DecodingThreads), 4)).Model(data));
        CollectionAssert.AreNotEqual(expected, Fitting.Options().With((nameof(Options.Seed), 4)).Model(data));
    }

    [TestMethod]
    [DataRow("held", false)]
    [DataRow("streamed", false)]
    [DataRow("validation", true)]
    [DataRow("accumulation", true)]
    [DataRow("dropout", false)]
    [DataRow("any scale", false)]
    public void A_run_that_was_stopped_goes_on_to_the_same_bits(string kind, bool byContext)
    {
        (string, object?)[] changes = kind switch
        {
            "validation" => [(nameof(Options.ValidationFraction), 0.3), (nameof(TrainingSettings.ValidationEverySteps), 3), (nameof(TrainingSettings.EarlyStoppingPatience), 3)],
            "accumulation" => [(nameof(TrainingSettings.GradientAccumulation), 2), (nameof(TrainingSettings.BatchSize), 1)],
            "dropout" => [(nameof(Options.Network), Tiny.Sr3)],
            "any scale" => [(nameof(Options.Network), Tiny.Implicit), (nameof(Options.ValidationFraction), 0.3), (nameof(TrainingSettings.ValidationEverySteps), 3)],
            // Far enough for the second block: 64 patches to calibrate, then 32 a step, of 160.
            "streamed" => [(nameof(TrainingSettings.BatchSize), 32)],
            _ => [],
        };
        var data = kind == "streamed" ? Fitting.Streamed : Fitting.Held;
        var expected = Fitting.Options().With(changes).Model(data);
        foreach (var stop in new[] { 2, 5, 6 })
        {
            StopAt(stop, changes, data, byContext);
            Assert.AreEqual(stop, ReadCheckpoint().Progress.Step);
            CollectionAssert.AreEqual(new[] { CheckpointName }, Files());
        }

        CollectionAssert.AreEqual(expected, Fitting.Options(Workspace).With(changes).Model(data));
        CollectionAssert.AreEqual(expected, Fitting.Options(Workspace, report: _ => Assert.Fail("It is finished.")).With(changes).Model(data));
        CollectionAssert.AreEqual(new[] { CheckpointName }, Files());
    }

    [TestMethod]
    public void The_seed_of_a_run_is_taken_from_its_checkpoint()
    {
        (string, object?) noSeed = (nameof(Options.Seed), null);
        var expected = Fitting.Options().With(noSeed).Model(Fitting.Held, new(seed: 7));
        StopAt(4, [noSeed], Fitting.Held, context: new(seed: 7));
        CollectionAssert.AreEqual(expected, Fitting.Options(Workspace).With(noSeed).Model(Fitting.Held, new(seed: 8)));
    }

    [TestMethod]
    public void Other_options_are_refused_and_every_difference_is_named()
    {
        StopAt(2, [], Fitting.Held);
        var before = File.ReadAllBytes(CheckpointPath);
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options(Workspace, steps: 13).With(
            (nameof(Options.Network), Tiny.Compact with { Channels = 16 }),
            (nameof(Options.Seed), 4),
            (nameof(TrainingSettings.DreamPower), double.PositiveInfinity),
            (nameof(TrainingSettings.BatchSize), 4),
            (nameof(TrainingSettings.LearningRateDecay), LearningRateDecay.Constant),
            (nameof(TrainingSettings.PatchBufferMB), 17)).Fit(Fitting.Held)).Message;
        StringAssert.Contains(message, Workspace);
        StringAssert.Contains(message, string.Join("; ",
            "Network.Channels was 8 and is now 16",
            "Seed was 3 and is now 4",
            "Training.BatchSize was 2 and is now 4",
            "Training.DreamPower was 1 and is now \"Infinity\"",
            "Training.LearningRateDecay was \"Cosine\" and is now \"Constant\"",
            "Training.PatchBufferMB was 16 and is now 17",
            "Training.Steps was 12 and is now 13."));
        CollectionAssert.AreEqual(before, File.ReadAllBytes(CheckpointPath));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options(Workspace).Fit(Fitting.Streamed)).Message,
            "Rows was 6 and is now 5");
    }

    [TestMethod]
    public void Every_setting_of_the_degradation_counts_under_its_full_name()
    {
        StopAt(2, [], Fitting.Held);
        var plain = DegradationSettings.Bicubic;
        foreach (var (name, changed) in new (string, DegradationSettings)[]
        {
            ("Degradation.Kernel", plain with { Kernel = ReductionKernel.Area }),
            ("Degradation.BlurSigma.Min", plain with { BlurSigma = new(1, 1) }),
            ("Degradation.BlurSigma.Max", plain with { BlurSigma = new(0, 1) }),
            ("Degradation.NoiseSigma.Max", plain with { NoiseSigma = new(0, 1) }),
            ("Degradation.JpegQuality", plain with { JpegQuality = new(30, 40) }),
            ("Degradation.RingingShare", plain with { RingingShare = 0.1 }),
            ("Degradation.CameraNoiseShare", plain with { CameraNoiseShare = 0.1 }),
            ("Degradation.StepShare", plain with { StepShare = 0.1 }),
            ("Degradation.Stages", plain with { Stages = 2 }),
            ("Degradation.SecondStageStrength", plain with { SecondStageStrength = 0.1 }),
            ("Degradation.CleanShare", plain with { CleanShare = 0.1 }),
            ("Degradation.RandomOrder", plain with { RandomOrder = true }),
        })
            StringAssert.Contains(Refused((nameof(Options.Degradation), changed)), $"{name} was ");
    }

    [TestMethod]
    public void Other_photos_of_the_same_number_are_refused()
    {
        StopAt(2, [], Fitting.Held);
        var others = Fitting.Data(Enumerable.Range(0, 6).Select(i => Fitting.Smooth(i, 32 + i, 24)), name: "picture");
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options(Workspace).Fit(others)).Message, "Photos was ");
    }

    [TestMethod]
    [DataRow(4, "checkpoint.safetensors")]
    [DataRow(9, "plateau.safetensors")]
    [DataRow(12, "plateau.safetensors")]
    public void A_longer_run_goes_on_to_the_bits_of_one_that_was_never_shorter(int stop, string from)
    {
        (string, object?)[] changes =
        [
            (nameof(TrainingSettings.LearningRateDecay), LearningRateDecay.Cooldown), (nameof(TrainingSettings.CooldownShare), 0.5), (nameof(TrainingSettings.PretrainingSteps), 3),
        ];
        var expected = Fitting.Options(steps: 20).With(changes).Model(Fitting.Held);
        if (stop < 12)
            StopAt(stop, changes, Fitting.Held);
        else
            Fitting.Options(Workspace).With(changes).Fit(Fitting.Held).Dispose();
        Assert.AreEqual(from != CheckpointName, File.Exists(Path.Combine(Workspace, from == CheckpointName ? "plateau.safetensors" : from)));

        List<int> steps = [];
        var longer = Fitting.Options(Workspace, steps: 20, report: metrics => steps.Add(metrics.Step)).With(changes);
        CollectionAssert.AreEqual(expected, longer.Model(Fitting.Held));
        Assert.AreEqual(from == CheckpointName ? stop + 1 : 7, steps[0]);
    }

    [TestMethod]
    public void A_shorter_run_goes_on_to_the_bits_of_one_that_was_never_longer()
    {
        (string, object?)[] changes =
        [
            (nameof(TrainingSettings.LearningRateDecay), LearningRateDecay.Cooldown), (nameof(TrainingSettings.CooldownShare), 0.5), (nameof(TrainingSettings.PretrainingSteps), 3),
        ];
        var expected = Fitting.Options(steps: 10).With(changes).Model(Fitting.Held);
        StopAt(5, changes, Fitting.Held);
        CollectionAssert.AreEqual(expected, Fitting.Options(Workspace, steps: 10).With(changes).Model(Fitting.Held));
    }

    [TestMethod]
    [DataRow(LearningRateDecay.Cosine, 13)]
    [DataRow(LearningRateDecay.Cosine, 11)]
    [DataRow(LearningRateDecay.Cooldown, 4)]
    [DataRow(LearningRateDecay.Constant, 3)]
    public void Another_number_of_updates_is_refused_where_it_would_have_changed_those_that_were_done(LearningRateDecay decay, int now)
    {
        (string, object?)[] changes = [(nameof(TrainingSettings.LearningRateDecay), decay), (nameof(TrainingSettings.PretrainingSteps), 2)];
        StopAt(4, changes, Fitting.Held);
        StringAssert.Contains(
            Refused([.. changes, (nameof(TrainingSettings.Steps), now)]),
            $"Training.Steps was 12 and is now {now}.");
    }

    [TestMethod]
    public void A_run_of_an_older_version_is_resumed_and_may_become_longer()
    {
        Directory.CreateDirectory(Workspace);
        foreach (var name in new[] { CheckpointName, "plateau.safetensors" })
            File.Copy(Path.Combine(AppContext.BaseDirectory, "Fixtures", "Before", name), Path.Combine(Workspace, name));
        List<int> steps = [];
        var context = new MLContext(seed: 1);
        // The samples are built beside the tests.
        var rows = context.Data.LoadFromEnumerable(
            [new { Path = Path.Combine(AppContext.BaseDirectory.Replace("Dream.ML.Tests", "Dream.ML.Samples"), "Data", "train", "cat.jpg") }]);
        var photos = context.Transforms.LoadPhotos("Image", null, "Path").Fit(rows).Transform(rows);
        var options = new Options
        {
            OutputColumnName = "Upscaled",
            InputColumnName = "Image",
            Network = Tiny.Compact,
            Training = new() { Steps = 24, BatchSize = 2, PatchSize = 32, LearningRateDecay = LearningRateDecay.Cooldown },
            Device = "cpu",
            WorkspacePath = Workspace,
            MetricsCallback = metrics => steps.Add(metrics.Step),
        };

        Assert.AreEqual(
            $"The workspace '{Workspace}' holds a run with other options: Training.BatchSize was 2 and is now 3. Use the same options to resume it, or another WorkspacePath to start a new one.",
            Assert.ThrowsExactly<InvalidOperationException>(
                () => (options with { Training = options.Training with { BatchSize = 3 } }).Fit(photos)).Message);
        options.Fit(photos).Dispose();

        CollectionAssert.AreEqual(Enumerable.Range(16, 9).ToArray(), steps);
    }

    [TestMethod]
    public void A_description_of_an_older_version_is_understood()
    {
        const string Old = """{"Scale":2,"PatchBufferMB":99,"Training":{"TrainingSteps":12,"TrainingBatchSize":5,"PretrainingShare":0.5,"Seed":3}}""";
        Assert.AreEqual(
            (new TrainingSettings { Steps = 12, BatchSize = 5, PretrainingSteps = 6, Precision = TrainingPrecision.Float32, PatchBufferMB = 99 }, 3),
            RunDescription.Read(Old));
        Assert.AreEqual(
            """{"Scale":2,"Training":{"Steps":12,"BatchSize":5,"PatchBufferMB":99,"PretrainingSteps":6,"Precision":"Float32"},"Seed":3}""",
            RunDescription.Upgrade(Old));
        Assert.AreEqual(RunDescription.Upgrade(Old), RunDescription.Upgrade(RunDescription.Upgrade(Old)));
    }

    [TestMethod]
    public void A_damaged_checkpoint_is_an_error_that_names_the_file()
    {
        StopAt(2, [], Fitting.Held);
        var whole = File.ReadAllBytes(CheckpointPath);
        var other = new MemoryStream();
        Safetensors.Write(other, new([]));
        var torn = whole.ToArray();
        torn[whole.AsSpan().IndexOf("dream.progress"u8) + "dream.progress".Length + 3] = (byte)' ';
        foreach (var bytes in new[] { [], whole[..5], whole[..200], whole[..^1], [.. "something else, in words"u8], other.ToArray(), torn })
        {
            File.WriteAllBytes(CheckpointPath, bytes);
            var message = Assert.ThrowsExactly<InvalidDataException>(() => Fitting.Options(Workspace).Fit(Fitting.Held)).Message;
            StringAssert.Contains(message, $"The checkpoint '{CheckpointPath}' cannot be read: ");
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(CheckpointPath));
        }
    }

    [TestMethod]
    public void A_flipped_bit_in_a_checkpoint_is_an_error_that_names_the_file()
    {
        StopAt(2, [], Fitting.Held);
        var bytes = File.ReadAllBytes(CheckpointPath);
        using var workspace = new Dream.ML.Training.Workspace(Workspace);
        var random = new Random(1);
        for (var flip = 0; flip < 40; flip++)
        {
            // Half of them in the header.
            var place = random.Next(flip % 2 == 0 ? 8 + BitConverter.ToInt32(bytes) : bytes.Length);
            var mask = (byte)(1 << random.Next(8));
            bytes[place] ^= mask;
            File.WriteAllBytes(CheckpointPath, bytes);
            bytes[place] ^= mask;
            Assert.Contains(CheckpointPath, Assert.ThrowsExactly<InvalidDataException>(() => workspace.TryRead(), $"{place}").Message);
        }
    }

    [TestMethod]
    [DataRow("stray tensor", "'adam' belongs to no part")]
    [DataRow("no optimizer", "lacks the weights or the optimizer's state")]
    [DataRow("null progress", "progress is not the JSON it should be")]
    [DataRow("negative progress", "counts below zero")]
    [DataRow("run twice", "settings are not the JSON they should be")]
    [DataRow("run list", "settings are not the JSON they should be")]
    [DataRow("another shape", "do not fit the network")]
    [DataRow("another best", "do not fit the network")]
    [DataRow("not a number", "not all finite")]
    public void A_malformed_checkpoint_is_an_error_that_names_the_file(string kind, string message)
    {
        StopAt(2, [], Fitting.Held);
        var file = Safetensors.Read(new MemoryStream(File.ReadAllBytes(CheckpointPath)));
        IEnumerable<SafetensorsTensor> tensors = file.Tensors.Values;
        var metadata = new Dictionary<string, string>(file.Metadata);
        var extra = new SafetensorsTensor("adam", SafetensorsType.F32, [1], [0, 0, 0xc0, 0x7f]);
        switch (kind)
        {
            case "stray tensor": tensors = tensors.Append(extra); break;
            case "no optimizer": tensors = tensors.Where(tensor => tensor.Name.StartsWith("network:", StringComparison.Ordinal)); break;
            case "null progress": metadata["dream.progress"] = "null"; break;
            case "negative progress": metadata["dream.progress"] = metadata["dream.progress"].Replace("\"Taken\":", "\"Taken\":-"); break;
            case "run twice": metadata["dream.run"] = "{\"Scale\":2,\"Scale\":3}"; break;
            case "run list": metadata["dream.run"] = "[]"; break;
            case "another shape": tensors = tensors.Select(tensor => tensor with { Shape = [.. tensor.Shape, 1] }); break;
            case "another best": tensors = tensors.Append(extra with { Name = "best:adam" }); break;
            case "not a number": tensors = tensors.Select(tensor => tensor.Data.Length == 4 ? tensor with { Data = extra.Data } : tensor); break;
        }
        using (var stream = File.Create(CheckpointPath))
            Safetensors.Write(stream, new(tensors, metadata));

        var told = Assert.ThrowsExactly<InvalidDataException>(() => Fitting.Options(Workspace).Fit(Fitting.Held)).Message;

        StringAssert.Contains(told, $"The checkpoint '{CheckpointPath}' cannot be read: ");
        StringAssert.Contains(told, message);
    }

    [TestMethod]
    public void A_checkpoint_whose_run_cannot_be_understood_is_named()
    {
        StopAt(2, [], Fitting.Held);
        var file = Safetensors.Read(new MemoryStream(File.ReadAllBytes(CheckpointPath)));
        using (var stream = File.Create(CheckpointPath))
            Safetensors.Write(stream, new(file.Tensors.Values, new Dictionary<string, string>(file.Metadata) { ["dream.run"] = "{\"Training\":7}" }));
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Fitting.Options(Workspace).With((nameof(Options.Seed), null)).Fit(Fitting.Held)).Message,
            $"The checkpoint '{CheckpointPath}' cannot be read: ");
    }

    [TestMethod]
    public void What_a_dead_process_left_is_cleared()
    {
        Directory.CreateDirectory(Workspace);
        File.WriteAllText(Path.Combine(Workspace, ".checkpoint.4711.dream-tmp"), "torn");
        File.WriteAllText(Path.Combine(Workspace, ".in-use"), "");
        CollectionAssert.AreEqual(Fitting.Options().Model(Fitting.Held), Fitting.Options(Workspace).Model(Fitting.Held));
        CollectionAssert.AreEqual(new[] { CheckpointName }, Files());
    }

    [TestMethod]
    public void A_second_run_in_a_folder_is_refused()
    {
        var refused = 0;
        Fitting.Options(Workspace, report: _ =>
        {
            var message = Assert.ThrowsExactly<IOException>(() => Fitting.Options(Workspace).Fit(Fitting.Held)).Message;
            StringAssert.Contains(message, $"The workspace '{Workspace}' is in use by another training run.");
            refused++;
        }).Model(Fitting.Held);
        Assert.AreEqual(12, refused);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_is_an_error_before_training()
    {
        File.WriteAllText(Workspace, "a file");
        foreach (var folder in new[] { Workspace, Path.Combine(Workspace, "below") })
            StringAssert.Contains(Assert.Throws<IOException>(() => Fit(folder)).Message, Workspace);
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;
        var readOnly = Directory.CreateDirectory(_folder["read-only"], UnixFileMode.UserRead | UnixFileMode.UserExecute).FullName;
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Fit(readOnly)).Message, $"The workspace '{readOnly}' cannot be written to");

        static void Fit(string folder) => Fitting.Options(folder, report: _ => Assert.Fail("It trains.")).Fit(Fitting.Held);
    }

    [TestMethod]
    public void Training_outlives_checkpoints_that_cannot_be_written()
    {
        var context = Fitting.Listening(_messages, ChannelMessageKind.Warning);
        var model = Fitting.Options(Workspace, report: metrics =>
        {
            if (metrics.Step == 7)
            {
                File.Delete(CheckpointPath);
                Directory.CreateDirectory(Path.Combine(CheckpointPath, "in the way"));
            }
        }).Model(Fitting.Held, context);
        CollectionAssert.AreEqual(Fitting.Options().Model(Fitting.Held), model);
        Assert.HasCount(2, _messages, "after step 10 and the last");
        StringAssert.StartsWith(_messages[0], "The checkpoint of step 10 could not be written: ");
        Assert.IsEmpty(Files());
    }

    string Refused(params (string, object?)[] changes) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options(Workspace).With(changes).Fit(Fitting.Held)).Message;

    void StopAt(int step, (string, object?)[] changes, IDataView data, bool byContext = false, MLContext? context = null)
    {
        using var cancellation = new CancellationTokenSource();
        context ??= new(seed: 1);
        var last = 0;
        Assert.ThrowsExactly<OperationCanceledException>(() => Fitting.Options(Workspace, cancellation: cancellation.Token, report: metrics =>
        {
            last = metrics.Step;
            // The context's flag is seen after the next update.
            if (byContext && last == step - 1)
                Fitting.Cancel(context);
            else if (last == step)
                cancellation.Cancel();
        }).With(changes).Fit(data, context));
        Assert.IsLessThanOrEqualTo(step, last);
    }

    /// <summary>What is in the workspace beside the report: no temporary file, no lock.</summary>
    string[] Files() =>
        [.. Directory.GetFiles(Workspace).Select(file => Path.GetFileName(file)).Except(["metrics.jsonl", "report.html", "best-validation.safetensors"])];

    Checkpoint ReadCheckpoint()
    {
        using var stream = File.OpenRead(CheckpointPath);
        return Checkpoint.Read(stream);
    }
}
