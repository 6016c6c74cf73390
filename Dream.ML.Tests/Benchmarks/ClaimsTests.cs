using Dream.ML.Benchmarks.Claims;
using Dream.ML.Tests.Imaging.Files;

namespace Dream.ML.Tests.Benchmarks;

[TestClass]
public sealed class ClaimsTests
{
    const string Dream = "p=1";

    static readonly Func<Quality, double> Psnr = quality => quality.Psnr;

    [TestMethod]
    public void Convergence_is_the_cost_of_standard_training_over_the_cost_of_reaching_its_end()
    {
        var comparison = new AgainstStandard(
        [
            .. Training(Candidate.Standard, seed: 1, 10, 20, 30, 24),
            .. Training(Dream, seed: 1, 12, 24, 20, 30),
            .. Training(Candidate.Standard, seed: 2, 10, 20, 21, 22),
            .. Training(Dream, seed: 2, 23, 10, 10, 10),
            .. Training(Candidate.Standard, seed: 3, 10, 20, 21, 22),
            .. Training(Dream, seed: 3, 10, 10, 10, 10),
            .. Training(Dream, seed: 4, 99, 99, 99, 99),
        ]);

        CollectionAssert.AreEqual(new double?[] { 2, 4, null }, comparison.Convergence(Dream, Psnr, run => run.Updates).ToArray());
        CollectionAssert.AreEqual(new double?[] { 4 / 3.0, 1, 1 },
            comparison.Convergence(Candidate.Standard, Psnr, run => run.Seconds).ToArray());
    }

    [TestMethod]
    public void Sampling_is_compared_with_the_full_length_and_with_the_best_of_standard_training()
    {
        var comparison = new AgainstStandard(
        [
            .. Sampling(Candidate.Standard, (1, 10), (4, 26), (16, 25), (64, 22)),
            .. Sampling(Dream, (1, 20), (4, 24), (16, 26), (64, 27)),
            .. Sampling("p=0", (1, 20), (4, 20), (16, 20), (64, 20)),
        ]);

        Assert.AreEqual(16, comparison.SamplingEfficiency(Dream, Psnr).Single());
        Assert.AreEqual(16, comparison.SamplingEfficiency(Candidate.Standard, Psnr).Single());
        Assert.AreEqual(16, comparison.StepsToBest(Dream, Psnr).Single());
        Assert.IsNull(comparison.SamplingEfficiency("p=0", Psnr).Single());
        Assert.IsNull(comparison.StepsToBest("p=0", Psnr).Single());
    }

    [TestMethod]
    public void Spread_is_the_standard_deviation_of_a_sample()
    {
        Assert.AreEqual("2.00 ± 1.00", Spread.Of([1, 2, 3]).ToString("0.00"));
        Assert.AreEqual("7.0", Spread.Of([7]).ToString("0.0"));
        Assert.AreEqual("–", Spread.Of([]).ToString("0.0"));
    }

    [TestMethod]
    public void Runs_are_measured_once_and_reported()
    {
        using var folder = new TemporaryFolder();
        folder.Write("photos/noise.png", MadeFiles.Encode(TestImages.Noise(96, 96)));

        Assert.AreEqual(0, Claims("inf,1"));

        var runs = Directory.GetFiles(folder["out"], "*" + Summary.RunExtension).ToDictionary(path => path, File.ReadAllText);
        Assert.HasCount(15, runs); // 5 networks · (2 methods + bicubic)
        var csv = File.ReadAllLines(folder["out/claims.csv"]);
        Assert.HasCount(1 + 5 * (2 * 2 * 2 + 1), csv); // header, networks · (methods · checkpoints · numbers of steps + bicubic)
        StringAssert.StartsWith(csv[2], "compact,p=1,1,1,1,");
        Assert.HasCount(20, Directory.GetFiles(folder["out"], "*.svg"));
        StringAssert.Contains(File.ReadAllText(folder["out/claims.md"]), "| standard | 2 of 2 | 2 |");

        Assert.AreEqual(0, Claims("inf,1,2"));

        Assert.HasCount(20, Directory.GetFiles(folder["out"], "*" + Summary.RunExtension));
        foreach (var (path, text) in runs)
            Assert.AreEqual(text, File.ReadAllText(path), path);

        int Claims(string powers) => ClaimsCommand.Create().Parse(
        [
            "--powers", powers, "--seeds", "1", "--updates", "2", "--checkpoints", "2", "--sampling-steps", "1,2", "--crops", "2",
            "--photos", folder["photos"], "--held-out", folder["photos"], "--output", folder["out"],
        ]).Invoke();
    }

    [TestMethod]
    public void Variants_are_trained_with_every_power_and_scalings_of_the_noise_measured_with_every_training()
    {
        using var folder = new TemporaryFolder();
        folder.Write("photos/noise.png", MadeFiles.Encode(TestImages.Noise(64, 64)));

        Assert.AreEqual(0, ClaimsCommand.Create().Parse(
        [
            "--networks", "compact", "--powers", "inf,1", "--variants", "plain,perturbed,min-snr", "--epsilon-scalings", "1.01", "--seeds", "1",
            "--updates", "2", "--checkpoints", "1", "--sampling-steps", "2", "--crops", "2",
            "--photos", folder["photos"], "--held-out", folder["photos"], "--output", folder["out"],
        ]).Invoke());

        var table = File.ReadAllText(folder["out/claims.md"]);
        foreach (var power in new[] { Candidate.Standard, Dream })
            foreach (var variant in new[] { "", " perturbed", " min-snr" })
                foreach (var scaling in new[] { "", " λ=1.01" })
                    StringAssert.Contains(table, $"| {power}{variant}{scaling} | 1 of 1 | 2 |");
    }

    [TestMethod]
    public void A_folder_with_runs_of_another_protocol_is_refused()
    {
        using var folder = new TemporaryFolder();
        Protocol.Quick.Claim($"{folder}");
        Protocol.Quick.Claim($"{folder}");

        var e = Assert.ThrowsExactly<InvalidOperationException>(() => Protocol.Gpu.Claim($"{folder}"));

        StringAssert.Contains(e.Message, "another --output");
    }

    static IEnumerable<Measurement> Training(string method, int seed, params double[] psnr) =>
        psnr.SelectMany((value, i) => new[]
        {
            Made(method, seed, i + 1, steps: 50, value),
            Made(method, seed, i + 1, steps: 1, psnr: 99),
        });

    static IEnumerable<Measurement> Sampling(string method, params (int Steps, double Psnr)[] final) =>
        final.SelectMany(point => new[]
        {
            Made(method, seed: 1, checkpoint: 1, point.Steps, psnr: 99),
            Made(method, seed: 1, checkpoint: 2, point.Steps, point.Psnr),
        });

    static Measurement Made(string method, int seed, int checkpoint, int steps, double psnr) =>
        new("sr3", method, seed, checkpoint, 100 * checkpoint, 60 * checkpoint, steps, new(psnr, 0, 0, 0, null));
}
