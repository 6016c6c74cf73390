using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Dream.ML.Training;
using Dream.ML.Training.Reporting;

namespace Dream.ML.Tests.Training.Reporting;

[TestClass]
public sealed partial class TrainingLogTests
{
    const string HostileName = "<script>alert(1)</script>&\"'\u0001\ud800.jpg";

    readonly string _folder = Directory.CreateTempSubdirectory("dream-report-").FullName;
    readonly List<string> _warnings = [];

    string EventFolder => Path.Combine(_folder, "tensorboard");

    string MetricsPath => Path.Combine(_folder, "metrics.jsonl");

    [TestCleanup]
    public void Delete_the_folder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_report_shows_curves_previews_settings_and_problems()
    {
        using (var log = Open())
        {
            for (var step = 1; step <= 20; step++)
                log.Add(At(step) with { Validations = step % 10 == 0 ? Scores(28 + step) : [] });
            log.AddPreview(20, [Row("cat.jpg")]);
            log.AddProblem("torn.jpg: no image");
            log.AddProblem("torn.jpg: no image");
            log.Flush("finished");
        }

        var report = Report();
        var captions = report.Descendants("figcaption").Select(caption => caption.Value).ToList();
        CollectionAssert.AreEqual(
            new[]
            {
                "Loss0.0500", "PSNR, validation, dB48.00", "SSIM, validation0.8000", "Learning rate1.00e-3", "Gradient norm0.500",
                "Images per second12.0", "cat.jpg",
            },
            captions);
        Assert.HasCount(6, report.Descendants("svg").Where(chart => chart.Element("desc") is not null));
        Assert.HasCount(20, report.Descendants("polyline").First().Attribute("points")!.Value.Split(' '));
        StringAssert.StartsWith(
            report.Descendants("img").Single().Attribute("src")!.Value, "data:image/png;base64,iVBOR");
        StringAssert.Contains(report.Value, "finished");
        StringAssert.Contains(report.Value, "learning rate0.001");
        StringAssert.Contains(report.Value, "devicecpu");
        StringAssert.Contains(report.Value, "2 in all.");
        StringAssert.Contains(report.Value, "torn.jpg: no image (2 times)");
        StringAssert.Contains(report.Value, "48.00 dB");
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void Hostile_names_stay_text()
    {
        using (var log = Open())
        {
            log.AddPreview(1, [Row(HostileName)]);
            log.AddProblem(HostileName);
            log.Flush(HostileName);
        }

        var report = Report();
        Assert.IsEmpty(report.Descendants("script"));
        Assert.AreEqual("<script>alert(1)</script>&\"'\ufffd\ufffd.jpg", report.Descendants("li").Single().Value);
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void The_report_needs_no_network_and_no_script()
    {
        using (var log = Open())
        {
            log.Add(At(1));
            log.AddPreview(1, [Row("cat.jpg")]);
        }

        var text = File.ReadAllText(Path.Combine(_folder, "report.html"));
        Assert.DoesNotMatchRegex(NetworkOrScript(), text);
    }

    [TestMethod]
    public void A_long_training_keeps_first_and_last_and_at_most_2000_entries()
    {
        using (var log = Open())
            for (var step = 1; step <= 5000; step++)
                log.Add(At(step) with { Validations = step % 3 == 0 ? Scores(30) : [] });

        var steps = KeptSteps();
        Assert.IsLessThanOrEqualTo(2000, steps.Count);
        Assert.AreEqual(1, steps[0]);
        CollectionAssert.AreEqual(steps.Order().ToList(), steps);
        StringAssert.Contains(Report().Descendants("dl").Single().Value, "5,000 of 10,000");
    }

    [TestMethod]
    public void The_best_validation_is_one_behind_pretraining()
    {
        using (var log = Open())
        {
            log.Add(At(1) with { Pretraining = true, Validations = Scores(31) });
            log.Add(At(2) with { Validations = Scores(30) });
            log.Add(At(3) with { Validations = Scores(29) });
        }

        StringAssert.Contains(Report().Descendants("dl").Single().Value, "30.00 dB");
    }

    [TestMethod]
    public void A_resumed_training_drops_what_came_later_and_a_torn_line()
    {
        using (var log = Open())
        {
            for (var step = 1; step <= 10; step++)
                log.Add(At(step));
            log.AddPreview(4, [Row("early")]);
            log.AddPreview(8, [Row("late")]);
        }
        File.AppendAllText(MetricsPath, "{\"Step\":5,\"Lo");

        using (var log = Open(resumedAtStep: 6))
        {
            CollectionAssert.AreEqual(Enumerable.Range(1, 6).ToList(), KeptSteps());
            log.Add(At(7) with { Loss = double.NaN });
        }

        CollectionAssert.AreEqual(Enumerable.Range(1, 7).ToList(), KeptSteps());
        Assert.AreEqual("early", Report().Descendants("figure").Last().Value);
        var records = EventFile.ReadOnly(EventFolder);
        CollectionAssert.AreEqual(Enumerable.Range(1, 7).ToList(), EventFile.Steps(records, "loss"));
        CollectionAssert.AreEqual(new[] { 4 }, EventFile.Steps(records, "preview/early"));
        Assert.IsEmpty(EventFile.Steps(records, "preview/late"));
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void A_training_from_the_start_begins_new_curves()
    {
        using (var log = Open())
            log.Add(At(1));

        Open().Dispose();

        Assert.IsEmpty(KeptSteps());
        Assert.HasCount(1, EventFile.ReadOnly(EventFolder));
    }

    [TestMethod]
    public void TensorBoard_gets_scalars_and_pictures_in_sound_records()
    {
        using (var log = Open())
        {
            log.Add(At(1));
            log.Add(At(300) with { Validations = Scores(28) });
            log.AddPreview(300, [Row("cat.jpg")]);
        }

        var records = EventFile.ReadOnly(EventFolder);
        foreach (var tag in new[] { "loss", "learning_rate", "gradient_norm", "images_per_second", "waiting_share" })
            CollectionAssert.AreEqual(new[] { 1, 300 }, EventFile.Steps(records, tag), tag);
        foreach (var tag in new[] { "validation/psnr", "validation/ssim", "preview/cat.jpg" })
            CollectionAssert.AreEqual(new[] { 300 }, EventFile.Steps(records, tag), tag);
        var picture = records[^1].AsSpan();
        Assert.IsGreaterThan(0, picture.IndexOf("\x89PNG"u8[^3..]));
    }

    [TestMethod]
    public void Only_the_first_and_the_latest_previews_stay()
    {
        using (var log = Open())
            for (var step = 1; step <= 10; step++)
                log.AddPreview(step, [.. Enumerable.Range(0, 6).Select(index => Row($"photo {index}"))]);

        CollectionAssert.AreEqual(
            new[] { "Step 1", "Step 5", "Step 6", "Step 7", "Step 8", "Step 9", "Step 10" },
            Report().Descendants("h3").Select(heading => heading.Value).ToList());
        Assert.HasCount(7 * PreviewGallery.MaxRows, Directory.GetFiles(Path.Combine(_folder, "previews"), "*.png"));
    }

    [TestMethod]
    public void No_temporary_file_stays()
    {
        using (var log = Open())
        {
            log.Add(At(1));
            log.AddPreview(1, [Row("cat.jpg")]);
            log.Flush("running");
            log.Flush("finished");
        }

        CollectionAssert.AreEquivalent(
            new[] { "metrics.jsonl", "report.html" }, Directory.GetFiles(_folder).Select(Path.GetFileName).ToList());
        StringAssert.Contains(Report().Value, "finished");
    }

    [TestMethod]
    public void A_report_that_cannot_be_replaced_leaves_no_temporary_file()
    {
        using var log = Open();
        Directory.CreateDirectory(Path.Combine(_folder, "report.html"));

        log.Flush("running");

        Assert.HasCount(1, _warnings);
        Assert.HasCount(1, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_folder_that_cannot_be_written_is_warned_of_once()
    {
        // Permissions do not stop everybody; a file where the folder should be does.
        var blocked = Path.Combine(_folder, "blocked");
        File.WriteAllText(blocked, "");

        using (var log = Open(folder: Path.Combine(blocked, "run")))
        {
            log.Add(At(1));
            log.AddPreview(1, [Row("cat.jpg")]);
            log.AddProblem("torn.jpg");
            log.Flush("running");
        }

        Assert.HasCount(1, _warnings);
        StringAssert.Contains(_warnings[0], blocked);
    }

    [TestMethod]
    public void Metrics_outlive_a_write_that_fails()
    {
        using var log = Open();
        log.Add(At(1));
        File.Delete(MetricsPath);
        Directory.CreateDirectory(MetricsPath);
        log.Add(At(2));
        log.Flush("running");
        Directory.Delete(MetricsPath);

        log.Add(At(3));
        log.Flush("running");

        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, KeptSteps());
        Assert.HasCount(1, _warnings);
    }

    TrainingLog Open(int resumedAtStep = 0, string? folder = null) => new(
        folder ?? _folder,
        new Dictionary<string, string> { ["learning rate"] = "0.001" },
        new Dictionary<string, string> { ["device"] = "cpu" },
        resumedAtStep,
        _warnings.Add);

    XElement Report()
    {
        using var reader = XmlReader.Create(
            Path.Combine(_folder, "report.html"), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    List<int> KeptSteps() =>
        [.. new JsonLines<DreamTrainingMetrics>(MetricsPath, ReportJson.Default.DreamTrainingMetrics).Read().Select(metrics => metrics.Step)];

    static ValidationScore[] Scores(double psnr) => [new("validation", psnr, 0.8)];

    static DreamTrainingMetrics At(int step) => new(
        step, 10_000, 1.0 / step, 0.5, 1e-3, 0, 12, TimeSpan.FromSeconds(step), TimeSpan.FromSeconds(10_000 - step));

    static PreviewRow Row(string name) => new(
        name, TestImages.Noise(2, 2), TestImages.Noise(8, 8), TestImages.Noise(8, 8), TestImages.Noise(8, 8));

    [GeneratedRegex("http|<script|<link|@import|url\\(|src=\"(?!data:image/png;base64,)")]
    private static partial Regex NetworkOrScript();
}
