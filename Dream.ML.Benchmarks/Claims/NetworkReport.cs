using System.Xml.Linq;
using static System.FormattableString;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>Tables and charts of one network.</summary>
sealed class NetworkReport
{
    static readonly (string Name, string Format, Func<Quality, double> Of)[] Metrics =
    [
        ("PSNR", "0.00", quality => quality.Psnr),
        ("SSIM", "0.0000", quality => quality.Ssim),
    ];

    readonly string _network;
    readonly Measurement[] _runs;
    readonly Quality _bicubic;
    readonly string[] _methods;
    readonly int[] _steps;
    readonly int _last;

    internal NetworkReport(string network, IEnumerable<Measurement> measured)
    {
        _network = network;
        _bicubic = measured.Single(run => run.Method == Measurement.Bicubic).Quality;
        _runs = [.. measured.Where(run => run.Method != Measurement.Bicubic)];
        _methods = [.. _runs.Select(run => run.Method).Distinct().OrderBy(method => method != Candidate.Standard).ThenBy(method => method, StringComparer.Ordinal)];
        _steps = [.. _runs.Select(run => run.SamplingSteps).Distinct().Order()];
        _last = _runs.Max(run => run.Checkpoint);
    }

    IEnumerable<Measurement> FullLength => _runs.Where(run => run.SamplingSteps == _steps[^1]);

    IEnumerable<Measurement> Final => _runs.Where(run => run.Checkpoint == _last);

    internal IEnumerable<string> Lines() =>
    [
        $"## {_network}",
        "",
        Invariant($"Mean ± standard deviation over seeds ({_runs.Select(run => run.Seed).Distinct().Count()}). ") +
            Invariant($"Bicubic: {_bicubic.Psnr:0.00} dB, SSIM {_bicubic.Ssim:0.0000}, consistency {_bicubic.Consistency:0.0}, sharpness {_bicubic.Sharpness:0.00}."),
        "",
        $"### While training, sampled in {_steps[^1]} steps",
        "",
        .. Table(["method", "checkpoint", "updates", "minutes", "PSNR", "SSIM", "consistency", "sharpness", "LPIPS"], Progress()),
        .. Metrics.Append(("sharpness", "0.00", quality => quality.Sharpness)).SelectMany(metric => new[]
        {
            $"### {metric.Name} by sampling steps, fully trained",
            "",
        }.Concat(Table(["method", .. _steps.Select(count => $"{count}")], BySteps(metric.Of, metric.Format)))),
        "### Against standard training of the same seed",
        "",
        $"Convergence: what standard training costs over what it costs to reach its final quality in {_steps[^1]} steps.",
        $"Sampling: {_steps[^1]} steps over those that give what standard training gives in {_steps[^1]}. In brackets: how many seeds get",
        "there, where not all do; the mean is theirs.",
        "",
        .. Table(
            ["method", .. Metrics.SelectMany(metric => new[]
            {
                $"convergence in updates, {metric.Name}", $"in time, {metric.Name}", $"sampling, {metric.Name}",
                $"steps for standard's best {metric.Name}",
            })], Comparisons()),
        .. Charts().SelectMany(chart => new[] { $"![{chart.Name}]({chart.Name})", "" }),
    ];

    internal IEnumerable<(string Name, XElement Svg)> Charts()
    {
        foreach (var metric in Metrics)
        {
            var file = $"{_network}-{metric.Name.ToLowerInvariant()}";
            yield return ($"{file}-while-training.svg", CurveChart.Draw(
                $"{_network}: {metric.Name}, sampled in {_steps[^1]} steps", "minutes of training", logarithmic: false,
                Curves(FullLength, metric.Of, run => run.Seconds / 60)));
            yield return ($"{file}-by-sampling-steps.svg", CurveChart.Draw(
                $"{_network}: {metric.Name}, fully trained", "sampling steps", logarithmic: true,
                Curves(Final, metric.Of, run => run.SamplingSteps)));
        }
    }

    IReadOnlyList<Curve> Curves(IEnumerable<Measurement> runs, Func<Quality, double> metric, Func<Measurement, double> x) =>
    [
        .. from method in _methods
           select new Curve(method,
           [
               .. from run in runs
                  where run.Method == method
                  group run by (run.Checkpoint, run.SamplingSteps) into seeds
                  orderby seeds.Key
                  select (seeds.Average(x), Spread.Of(seeds.Select(run => metric(run.Quality)))),
           ]),
    ];

    IEnumerable<string[]> Progress() =>
        from run in FullLength
        group run by (run.Method, run.Checkpoint) into seeds
        orderby Array.IndexOf(_methods, seeds.Key.Method), seeds.Key.Checkpoint
        select new[]
        {
            seeds.Key.Method, $"{seeds.Key.Checkpoint} of {_last}",
            Over(seeds, run => run.Updates, "0"), Over(seeds, run => run.Seconds / 60, "0.0"),
            Over(seeds, run => run.Quality.Psnr, "0.00"), Over(seeds, run => run.Quality.Ssim, "0.0000"),
            Over(seeds, run => run.Quality.Consistency, "0.0"), Over(seeds, run => run.Quality.Sharpness, "0.00"),
            Over(seeds, run => run.Quality.Lpips, "0.0000"),
        };

    IEnumerable<string[]> BySteps(Func<Quality, double> metric, string format) =>
        from method in _methods
        let runs = Final.Where(run => run.Method == method)
        select (string[])
        [
            method,
            .. _steps.Select(count => Over(runs.Where(run => run.SamplingSteps == count), run => metric(run.Quality), format)),
        ];

    IEnumerable<string[]> Comparisons()
    {
        var comparison = new AgainstStandard(_runs);
        return _methods.Select(method => (string[])[method, .. Metrics.SelectMany(metric => new[]
        {
            Reached(comparison.Convergence(method, metric.Of, run => run.Updates)),
            Reached(comparison.Convergence(method, metric.Of, run => run.Seconds)),
            Reached(comparison.SamplingEfficiency(method, metric.Of)),
            Reached(comparison.StepsToBest(method, metric.Of)),
        })]);
    }

    static string Over(IEnumerable<Measurement> runs, Func<Measurement, double?> value, string format) =>
        Spread.Of(runs.Select(value).OfType<double>()).ToString(format);

    static string Reached(IEnumerable<double?> values)
    {
        var all = values.ToList();
        var spread = Spread.Of(all.OfType<double>());
        return spread.ToString("0.0") + (spread.Count == all.Count ? "" : $" ({spread.Count} of {all.Count})");
    }

    static IEnumerable<string> Table(string[] header, IEnumerable<string[]> rows) =>
        [Row(header), Row(header.Select(_ => "---")), .. rows.Select(Row), ""];

    static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
