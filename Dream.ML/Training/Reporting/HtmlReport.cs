using System.Text;
using System.Xml;
using System.Xml.Linq;
using static System.FormattableString;

namespace Dream.ML.Training.Reporting;

/// <summary>How a training stands, as one page that needs no other file.</summary>
sealed record HtmlReport
{
    const string Style = """
        :root { color-scheme: light dark; --ink: #1c2128; --soft: #57606a; --rule: #d4d9df; --page: #fff;
          --card: #f6f8fa; --line: #2457c5; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ed; --soft: #a3acb7; --rule: #39424e;
          --page: #14181d; --card: #1c2229; --line: #8ab4ff; } }
        body { margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: var(--ink); background: var(--page);
          font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0; font-size: 1.6rem; }
        h2 { margin: 2.2rem 0 .8rem; font-size: 1.15rem; }
        p { margin: .2rem 0 1.2rem; color: var(--soft); }
        dl, .charts { display: grid; gap: .8rem; margin: 0;
          grid-template-columns: repeat(auto-fit, minmax(min(13rem, 45%), 1fr)); }
        .charts { grid-template-columns: repeat(auto-fill, minmax(min(26rem, 100%), 1fr)); }
        dl div, .charts figure { padding: .6rem .9rem; border-radius: .5rem; background: var(--card); }
        dt { color: var(--soft); font-size: .85rem; }
        dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
        figure { margin: 0; }
        figcaption { display: flex; justify-content: space-between; gap: 1rem; margin-bottom: .3rem; }
        figcaption, td, li { overflow-wrap: anywhere; }
        svg { display: block; width: 100%; }
        svg line { stroke: var(--rule); }
        svg text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
        svg polyline { fill: none; stroke: var(--line); stroke-width: 1.6; stroke-linejoin: round; }
        svg circle { fill: var(--line); }
        h3 { margin: 1.2rem 0 .4rem; font-size: 1rem; }
        .columns { display: grid; grid-template-columns: repeat(4, 1fr); color: var(--soft); font-size: .85rem; }
        img { display: block; width: 100%; border-radius: .3rem; }
        .previews figcaption { margin: .1rem 0 .8rem; color: var(--soft); font-size: .85rem; }
        table { width: 100%; border-collapse: collapse; }
        th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left;
          vertical-align: top; }
        th { width: 40%; font-weight: normal; color: var(--soft); }
        """;

    public required string Status { get; init; }

    public required IReadOnlyList<DreamTrainingMetrics> Metrics { get; init; }

    public required IReadOnlyList<(Preview Preview, byte[] Png)> Previews { get; init; }

    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public required ProblemList Problems { get; init; }

    /// <summary>The page; its markup is also well-formed XML.</summary>
    public override string ToString() => "<!DOCTYPE html>\n" + new XElement("html",
        new XAttribute("lang", "en"),
        new XElement("head",
            new XElement("meta", new XAttribute("charset", "utf-8")),
            new XElement("meta",
                new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
            new XElement("title", Clean($"Dream.ML training: {Status}")),
            new XElement("style", Style)),
        new XElement("body",
            new XElement("h1", "Dream.ML training"),
            new XElement("p", Clean(Status)),
            Summary(),
            Section("Curves", Charts(), "charts"),
            Section("Previews", PreviewGrid(), "previews"),
            Section("Problems", ProblemItems()),
            Section("Settings", Table(Settings)),
            Section("Environment", Table(Environment)))).ToString(SaveOptions.DisableFormatting);

    XElement? Summary()
    {
        if (Metrics.Count == 0)
            return null;
        var last = Metrics[^1];
        List<(string Name, string Value)> facts =
        [
            ("step", Invariant($"{last.Step:N0} of {last.Steps:N0}")),
            ("epoch", Invariant($"{last.Epoch:N0}")),
            ("duration", Duration(last.Elapsed)),
            ("left", Duration(last.Remaining)),
            ("images/s", Invariant($"{last.ImagesPerSecond:N1}")),
            ("waiting for data", Invariant($"{100 * last.WaitingShare:0.#} %")),
            ("skipped steps", Invariant($"{last.SkippedSteps:N0}")),
        ];
        foreach (var set in Metrics.Where(metrics => !metrics.Pretraining).SelectMany(metrics => metrics.Validations).GroupBy(set => set.Name))
            facts.Add(($"best PSNR, {Clean(set.Key)}", Invariant($"{set.Max(score => score.Psnr):0.00} dB")));
        return new("dl", facts.Select(fact =>
            new XElement("div", new XElement("dt", fact.Name), new XElement("dd", fact.Value))));
    }

    IEnumerable<XElement?> Charts() =>
    [
        LineChart.Draw("Loss", "0.0000", Values(metrics => metrics.Loss), mayBeLogarithmic: true),
        LineChart.Draw("Loss of the initial prediction", "0.0000", Positive(metrics => metrics.PredictionLoss), mayBeLogarithmic: true),
        LineChart.Draw("Loss of the diffusion", "0.0000", Positive(metrics => metrics.DiffusionLoss), mayBeLogarithmic: true),
        .. ValidationCharts(),
        LineChart.Draw("Learning rate", "0.00e0", Values(metrics => metrics.LearningRate)),
        LineChart.Draw("Gradient norm", "0.000", Values(metrics => metrics.GradientNorm), mayBeLogarithmic: true),
        LineChart.Draw("Images per second", "0.0", Values(metrics => metrics.ImagesPerSecond)),
    ];

    IEnumerable<XElement?> ValidationCharts()
    {
        foreach (var name in Metrics.SelectMany(metrics => metrics.Validations).Select(set => set.Name).Distinct())
        {
            yield return LineChart.Draw(Clean($"PSNR, {name}, dB"), "0.00", Values(metrics => Of(metrics)?.Psnr));
            yield return LineChart.Draw(Clean($"SSIM, {name}"), "0.0000", Values(metrics => Of(metrics)?.Ssim));

            ValidationScore? Of(DreamTrainingMetrics metrics) => metrics.Validations.FirstOrDefault(set => set.Name == name);
        }
    }

    IEnumerable<(int Step, double Value)> Positive(Func<DreamTrainingMetrics, double> read) =>
        Values(metrics => read(metrics) is > 0 and var value ? value : null);

    IEnumerable<(int Step, double Value)> Values(Func<DreamTrainingMetrics, double?> read) =>
        from metrics in Metrics
        let value = read(metrics)
        where value is not null
        select (metrics.Step, value.Value);

    IEnumerable<XElement> PreviewGrid()
    {
        foreach (var step in Previews.GroupBy(preview => preview.Preview.Step))
        {
            yield return new("h3", Invariant($"Step {step.Key:N0}"));
            yield return new("div",
                new XAttribute("class", "columns"), PreviewRow.Columns.Select(column => new XElement("span", column)));
            foreach (var (preview, png) in step)
                yield return new("figure",
                    new XElement("img",
                        new XAttribute("src", "data:image/png;base64," + Convert.ToBase64String(png)),
                        new XAttribute("alt", Clean($"{string.Join(", ", PreviewRow.Columns)} of {preview.Name}"))),
                    new XElement("figcaption", Clean(preview.Name)));
        }
    }

    IEnumerable<XElement> ProblemItems()
    {
        if (Problems.Total == 0)
            yield break;
        yield return new("p", Invariant($"{Problems.Total:N0} in all."));
        yield return new("ul", Problems.Listed.Select(problem =>
            new XElement("li",
                Clean(problem.Key), problem.Value > 1 ? Invariant($" ({problem.Value:N0} times)") : null)));
    }

    static IEnumerable<XElement> Table(IReadOnlyDictionary<string, string> entries) => entries.Count == 0 ? [] :
    [
        new("table", entries.Select(entry => new XElement("tr",
            new XElement("th", new XAttribute("scope", "row"), Clean(entry.Key)),
            new XElement("td", Clean(entry.Value))))),
    ];

    static XElement? Section(string title, IEnumerable<XElement?> content, string kind = "")
    {
        var elements = content.OfType<XElement>().ToList();
        return elements.Count == 0 ? null : new("section",
            new XElement("h2", title),
            new XElement("div", new XAttribute("class", kind), elements));
    }

    /// <summary>Texts come from file names and messages; XML encodes markup, but refuses some characters.</summary>
    static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }

    static string Duration(TimeSpan time) => Invariant($"{(int)time.TotalHours}:{time:mm\\:ss}");
}
