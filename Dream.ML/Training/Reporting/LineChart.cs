using System.Globalization;
using System.Xml.Linq;
using static System.FormattableString;

namespace Dream.ML.Training.Reporting;

/// <summary>Draws values over steps as SVG, colored by the style of the page around it.</summary>
static class LineChart
{
    const int Width = 480;
    const int Height = 240;
    const int Left = 58;
    const int Right = 28;
    const int Top = 10;
    const int Bottom = 40;
    const double LogarithmicFrom = 20;

    /// <summary>A figure, or <c>null</c> if there is no finite value to draw.</summary>
    /// <param name="title">What the values are.</param>
    /// <param name="format">How a value is written.</param>
    /// <param name="values">The values, by rising steps.</param>
    /// <param name="mayBeLogarithmic">Whether a wide range is drawn on a logarithmic scale.</param>
    internal static XElement? Draw(
        string title, string format, IEnumerable<(int Step, double Value)> values, bool mayBeLogarithmic = false)
    {
        var points = values.Where(point => double.IsFinite(point.Value)).ToList();
        if (points.Count == 0)
            return null;
        var (low, high) = (points.MinBy(point => point.Value), points.MaxBy(point => point.Value));
        var logarithmic = mayBeLogarithmic && low.Value > 0 && high.Value > LogarithmicFrom * low.Value;
        var steps = new Axis(0, points[^1].Step, logarithmic: false);
        var range = new Axis(low.Value, high.Value, logarithmic);
        var scale = logarithmic ? ", logarithmic" : "";
        var last = points[^1];

        return new("figure",
            new XElement("figcaption", title + scale, new XElement("b", Write(last.Value))),
            new XElement("svg",
                new XAttribute("viewBox", $"0 0 {Width} {Height}"),
                new XAttribute("role", "img"),
                new XElement("title", $"{title} over steps{scale}"),
                new XElement("desc", $"{Say(points[0])}, {Say(last)}; lowest {Say(low)}, highest {Say(high)}."),
                range.Ticks.Select(tick => new[]
                {
                    Line(X(0), Y(tick.Value), X(steps.Ticks[^1].Value), Y(tick.Value)),
                    Text(Left - 6, Y(tick.Value) + 4, "end", tick.Label),
                }),
                steps.Ticks.Select(tick => new[]
                {
                    Line(X(tick.Value), Height - Bottom, X(tick.Value), Height - Bottom + 4),
                    Text(X(tick.Value), Height - Bottom + 17, "middle", tick.Label),
                }),
                Text((Left + Width - Right) / 2, Height - 6, "middle", "step"),
                new XElement("polyline",
                    new XAttribute("points", string.Join(' ', points.Select(point =>
                        $"{Number(X(point.Step))},{Number(Y(point.Value))}")))),
                new XElement("circle",
                    new XAttribute("cx", Number(X(last.Step))),
                    new XAttribute("cy", Number(Y(last.Value))),
                    new XAttribute("r", 3))));

        double X(double step) => Left + steps.Position(step) * (Width - Left - Right);
        double Y(double value) => Top + (1 - range.Position(value)) * (Height - Top - Bottom);
        string Write(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        string Say((int Step, double Value) point) => Invariant($"{Write(point.Value)} at step {point.Step:N0}");
    }

    static XElement Line(double x1, double y1, double x2, double y2) => new("line",
        new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)),
        new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)));

    static XElement Text(double x, double y, string anchor, string text) => new("text",
        new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
