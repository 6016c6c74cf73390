using Dream.ML.Core;

namespace Dream.ML.Imaging.Degradation;

/// <summary>Holes such as scratches, folds, letters and dust make: strokes of a round brush, straight or bent, and spots.</summary>
static class RandomStrokes
{
    // Pixels of the image to each stroke: about a sixth of it becomes holes, at the widths of <see cref="DegradationSettings.Holes"/>.
    const int AreaPerStroke = 800;

    const double MaxLength = 64;

    // Radians a pixel: the narrowest circle is 20 pixels wide.
    const double SharpestTurn = 0.1;

    // So that the brush always meets the center of a pixel.
    const double MinRadius = 0.71;

    /// <summary>Where the holes are; a function of the size and the key, which leaves at least one pixel.</summary>
    internal static bool[] Draw(int width, int height, DegradationRange brush, ulong key)
    {
        var holes = new bool[width * height];
        for (var stroke = 0; stroke <= holes.Length / AreaPerStroke; stroke++)
        {
            var own = CounterRandom.Key(key, (ulong)stroke);
            var (x, y, angle) = (Uniform(0, 0, width), Uniform(1, 0, height), Uniform(2, 0, 2 * Math.PI));
            // More thin ones: a wide one has many times the pixels, and little can be learned from it.
            var radius = Math.Max(MinRadius, double.Lerp(brush.Min, brush.Max, Math.Pow(Uniform(3, 0, 1), 2)) / 2);
            // One in four is a spot, one in two straight.
            var length = Uniform(4, -MaxLength / 3, MaxLength);
            var turn = CounterRandom.Below(own, 5, 2) * Uniform(6, -SharpestTurn, SharpestTurn);
            for (var step = 0; step <= Math.Max(0, length); step++, angle += turn)
            {
                Stamp(x, y, radius);
                (x, y) = (x + Math.Cos(angle), y + Math.Sin(angle));
            }

            double Uniform(ulong draw, double min, double max) => CounterRandom.Uniform(own, draw, min, max);
        }
        // Something must be known.
        holes[0] &= holes.Contains(false);
        return holes;

        void Stamp(double x, double y, double radius)
        {
            for (var v = Math.Max(0, (int)(y - radius)); v < Math.Min(height, y + radius); v++)
                for (var u = Math.Max(0, (int)(x - radius)); u < Math.Min(width, x + radius); u++)
                    holes[v * width + u] |= Math.Pow(u + 0.5 - x, 2) + Math.Pow(v + 0.5 - y, 2) <= radius * radius;
        }
    }
}
