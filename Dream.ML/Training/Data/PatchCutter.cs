using Dream.ML.Core;
using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Training.Data;

/// <summary>Cuts random patches out of photos; where, and how turned, follows from a key.</summary>
sealed class PatchCutter(DataSettings settings)
{
    // Bicubic reduction reaches two low-resolution pixels; with this much around a patch its pixels are those of the whole
    // photo's reduction.
    const int Context = 3;

    // A JPEG's luma repeats every 8 pixels and its halved chroma every 16: with up to 15 more before a patch, the grid starts
    // anywhere in it, as in real pictures.
    const int GridPeriod = 16;

    readonly ImageDegrader _degrader = new(settings.Degradation);

    /// <summary>Side of a patch in low-resolution pixels.</summary>
    readonly int _side = settings.PatchSize / settings.Scale;

    /// <summary>Whether the row can be used; if not, says why.</summary>
    internal bool Accepts(PhotoRow row, PhotoProblems problems)
    {
        if (row.Problem is { } problem)
        {
            problems.Add(row, problem);
            return false;
        }
        var high = row.High!;
        if (row.Low is { } low && (high.Width, high.Height) != (low.Width * settings.Scale, low.Height * settings.Scale))
            throw new InvalidOperationException(
                $"{row.Name}: the target is {high.Width}×{high.Height}, but the input, {low.Width}×{low.Height}, times {settings.Scale} is {low.Width * settings.Scale}×{low.Height * settings.Scale}. Pairs must differ by exactly the scale.");
        if (Math.Min(high.Width, high.Height) >= settings.PatchSize)
            return true;
        problems.Add(row,
            $"it is {high.Width}×{high.Height}, smaller than the training patch of {settings.PatchSize}×{settings.PatchSize} pixels. Use larger images, or a smaller PatchSize.");
        return false;
    }

    /// <summary>The photo as a pair, degraded where it is not one already.</summary>
    internal TrainingPair Pair(PhotoRow row) => row.Low is { } low
        ? new(low, row.High!)
        : TrainingPair.FromHighResolution(
            row.High!, settings.Scale, _degrader, CounterRandom.Key((ulong)settings.Seed, (ulong)row.Row));

    /// <summary>A patch of a pair.</summary>
    internal TrainingPair Cut(TrainingPair pair, ulong key)
    {
        var (left, top, turn) = Place(pair.Low.Width, pair.Low.Height, key);
        return Turned(pair.Low, pair.High, left, top, left * settings.Scale, top * settings.Scale, turn);
    }

    /// <summary>
    /// A patch of a photo, as <see cref="Cut(TrainingPair, ulong)"/> of its pair, degrading no more than it needs. What is
    /// random in the degradation is drawn anew for each patch.
    /// </summary>
    internal TrainingPair Cut(PhotoRow row, ulong key)
    {
        if (row.Low is not null)
            return Cut(Pair(row), key);

        var (photo, scale) = (row.High!, settings.Scale);
        var (width, height) = (photo.Width / scale, photo.Height / scale);
        var (left, top, turn) = Place(width, height, key);
        var (x, y) = (Before(left, 4), Before(top, 5));
        var around = photo.CropColors(
            x * scale, y * scale,
            (Math.Min(width, left + _side + Context) - x) * scale,
            (Math.Min(height, top + _side + Context) - y) * scale);
        var pair = TrainingPair.FromHighResolution(around, scale, _degrader, key);
        return Turned(pair.Low, pair.High, left - x, top - y, (left - x) * scale, (top - y) * scale, turn);

        int Before(int start, ulong draw) =>
            Math.Max(0, start - Context - (settings.Degradation.IsFixed ? 0 : CounterRandom.Below(key, draw, GridPeriod)));
    }

    (int Left, int Top, int Turn) Place(int width, int height, ulong key) => (
        CounterRandom.Below(key, 0, width - _side + 1),
        CounterRandom.Below(key, 1, height - _side + 1),
        CounterRandom.Below(key, 2, 8));

    TrainingPair Turned(RgbImage low, RgbImage high, int lowLeft, int lowTop, int highLeft, int highTop, int turn) => new(
        Turned(low, lowLeft, lowTop, _side, turn),
        Turned(high, highLeft, highTop, settings.PatchSize, turn));

    /// <summary>A square in one of its eight orientations: bit 0 mirrors x, bit 1 mirrors y, bit 2 swaps the axes.</summary>
    static RgbImage Turned(RgbImage image, int left, int top, int size, int turn)
    {
        var rgb = new byte[3 * size * size];
        var holes = image.Holes is null ? null : new bool[size * size];
        for (var (y, target) = (0, 0); y < size; y++)
            for (var x = 0; x < size; x++, target += 3)
            {
                var (u, v) = (turn & 4) == 0 ? (x, y) : (y, x);
                u = (turn & 1) == 0 ? u : size - 1 - u;
                v = (turn & 2) == 0 ? v : size - 1 - v;
                var source = 3 * ((top + v) * image.Width + left + u);
                (rgb[target], rgb[target + 1], rgb[target + 2]) = (image.Rgb[source], image.Rgb[source + 1], image.Rgb[source + 2]);
                if (holes is not null)
                    holes[target / 3] = image.Holes![source / 3];
            }
        return new(size, size, rgb) { Holes = holes };
    }
}
