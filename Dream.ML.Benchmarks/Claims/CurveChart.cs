using System.Globalization;
using System.Xml.Linq;
using Dream.ML.Training.Reporting;

namespace Dream.ML.Benchmarks.Claims;

/// <summary>A line of a chart: means with their spread.</summary>
sealed record Curve(string Name, IReadOnlyList<(double X, Spread Y)> Points);

/// <summary>Draws several curves as one SVG file.</summary>
static class CurveChart
{
    const int Width = 640;
    const int Height = 360;
    const int Left = 60;
    const int Right = 100;
    const int Top = 34;
    const int Bottom = 46;

    // Okabe and Ito's colors, told apart by most color-blind people.
    static readonly string[] Colors = ["#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    internal static XElement Draw(string title, string horizontal, bool logarithmic, IReadOnlyList<Curve> curves)
    {
        var points = curves.SelectMany(curve => curve.Points).ToList();
        var across = new Axis(logarithmic ? points.Min(p => p.X) : 0, points.Max(p => p.X), logarithmic);
        var up = new Axis(points.Min(p => p.Y.Mean - p.Y.Deviation), points.Max(p => p.Y.Mean + p.Y.Deviation), logarithmic: false);
        return new(Svg + "svg",
            new XAttribute("viewBox", $"0 0 {Width} {Height}"),
            new XAttribute("font-family", "sans-serif"),
            new XAttribute("font-size", 12),
            new XElement(Svg + "rect",
                new XAttribute("width", Width), new XAttribute("height", Height), new XAttribute("fill", "#fff")),
            Text(Left, 20, "start", title),
            up.Ticks.Select(tick => new[]
            {
                Line(Left, Y(tick.Value), Width - Right, Y(tick.Value), "#ddd"),
                Text(Left - 6, Y(tick.Value) + 4, "end", tick.Label),
            }),
            across.Ticks.Select(tick => new[]
            {
                Line(X(tick.Value), Height - Bottom, X(tick.Value), Height - Bottom + 4, "#888"),
                Text(X(tick.Value), Height - Bottom + 18, "middle", tick.Label),
            }),
            Text((Left + Width - Right) / 2, Height - 8, "middle", horizontal),
            curves.Select(Draw));

        XElement[] Draw(Curve curve, int number)
        {
            var color = Colors[number % Colors.Length];
            var legend = Top + 18 * number;
            return
            [
                new(Svg + "polyline",
                    new XAttribute("points", string.Join(' ', curve.Points.Select(p => $"{Number(X(p.X))},{Number(Y(p.Y.Mean))}"))),
                    new XAttribute("fill", "none"), new XAttribute("stroke", color), new XAttribute("stroke-width", 1.8)),
                .. curve.Points.Select(p =>
                    Line(X(p.X), Y(p.Y.Mean - p.Y.Deviation), X(p.X), Y(p.Y.Mean + p.Y.Deviation), color)),
                Line(Width - Right + 8, legend, Width - Right + 24, legend, color),
                Text(Width - Right + 28, legend + 4, "start", curve.Name),
            ];
        }

        double X(double value) => Left + across.Position(value) * (Width - Left - Right);
        double Y(double value) => Top + (1 - up.Position(value)) * (Height - Top - Bottom);
    }

    static XElement Line(double x1, double y1, double x2, double y2, string color) => new(Svg + "line",
        new XAttribute("x1", Number(x1)), new XAttribute("y1", Number(y1)),
        new XAttribute("x2", Number(x2)), new XAttribute("y2", Number(y2)), new XAttribute("stroke", color));

    static XElement Text(double x, double y, string anchor, string text) => new(Svg + "text",
        new XAttribute("x", Number(x)), new XAttribute("y", Number(y)), new XAttribute("text-anchor", anchor), text);

    static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
