using System.CommandLine;
using System.Globalization;
using Dream.ML.Benchmarks.Quality;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Benchmarks.Holes;

/// <summary>How well a model fills holes of several widths: PSNR of what is in them, next to filling without a network.</summary>
static class HolesCommand
{
    // Middles of this size at most.
    const int MaxSide = 256;

    static readonly int[] Widths = [2, 4, 8, 12, 16, 24];

    internal static Command Create()
    {
        var model = TrainedModel.Argument();
        var folder = new Argument<DirectoryInfo>("photos") { Description = "A folder of photos." }.AcceptExistingOnly();
        var sheets = new Option<string?>("--sheets") { Description = "Folder for pictures: holes, smooth filling, the model, the original." };
        var command = new Command("holes", "Measures how well a model fills holes, by their width.") { model, folder, sheets };
        command.SetAction(result =>
        {
            using var trained = TrainedModel.Load(result.GetRequiredValue(model));
            RgbImage[] photos = [.. PhotoFiles.Of(result.GetRequiredValue(folder).FullName).Select(path => Middle(PhotoPair.Reduced(path, scale: 1).High))];
            Console.WriteLine($"PSNR in the holes, mean of {photos.Length} photos\n\n| width | what the model starts from | smooth (Laplace) | model | model, detail 0 |\n| --- | --- | --- | --- | --- |");
            foreach (var width in Widths)
                Console.WriteLine(Row(width, photos, trained, result.GetValue(sheets)));
        });
        return command;
    }

    static string Row(int width, RgbImage[] photos, DreamSuperResolutionTransformer model, string? sheets)
    {
        using var closest = model.WithSampling(model.Sampling with { Detail = 0 });
        var scores = photos.Select((photo, i) =>
        {
            var holes = RandomStrokes.Draw(photo.Width, photo.Height, new(width, width), (ulong)i);
            var damaged = new RgbImage(photo.Width, photo.Height, photo.Rgb) { Holes = holes };
            RgbImage[] filled = [UnknownColors.Fill(damaged), Smooth(damaged), model.Upscale(damaged, CancellationToken.None), closest.Upscale(damaged, CancellationToken.None)];
            if (sheets is not null)
                Sheet.Save(Path.Combine(sheets, $"{width}-{i}.png"), [Blackened(damaged), filled[1], filled[2], photo]);
            return Array.ConvertAll(filled, image => Psnr(image, photo, holes));
        }).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"| {width} | {scores.Average(s => s[0]):0.00} | {scores.Average(s => s[1]):0.00} | {scores.Average(s => s[2]):0.00} | {scores.Average(s => s[3]):0.00} |");
    }

    static double Psnr(RgbImage image, RgbImage truth, bool[] holes)
    {
        var errors = Enumerable.Range(0, image.Rgb.Length).Where(i => holes[i / 3]).Average(i => Math.Pow(image.Rgb[i] - truth.Rgb[i], 2));
        return 10 * Math.Log10(255 * 255 / errors);
    }

    /// <summary>Every pixel of a hole is the mean of its four neighbors, by successive over-relaxation.</summary>
    static RgbImage Smooth(RgbImage damaged)
    {
        const int Rounds = 200;
        const double Relaxation = 1.9;
        var (width, height) = (damaged.Width, damaged.Height);
        var values = Array.ConvertAll(UnknownColors.Fill(damaged).Rgb, sample => (double)sample);
        int[] unknown = [.. Enumerable.Range(0, values.Length).Where(i => damaged.Holes![i / 3])];
        for (var round = 0; round < Rounds; round++)
            foreach (var i in unknown)
            {
                var (y, x) = Math.DivRem(i / 3, width);
                var (sum, count) = (0.0, 0);
                Add(x > 0, -3);
                Add(x + 1 < width, 3);
                Add(y > 0, -3 * width);
                Add(y + 1 < height, 3 * width);
                values[i] += Relaxation * (sum / count - values[i]);

                void Add(bool isThere, int offset)
                {
                    if (isThere)
                        (sum, count) = (sum + values[i + offset], count + 1);
                }
            }
        return new(width, height, Array.ConvertAll(values, value => (byte)Math.Clamp(Math.Round(value), 0, 255)));
    }

    static RgbImage Blackened(RgbImage damaged) => new(damaged.Width, damaged.Height, [.. damaged.Rgb.Select((sample, i) => damaged.Holes![i / 3] ? (byte)0 : sample)]);

    static RgbImage Middle(RgbImage image)
    {
        var (width, height) = (Math.Min(MaxSide, image.Width), Math.Min(MaxSide, image.Height));
        return image.CropColors((image.Width - width) / 2, (image.Height - height) / 2, width, height);
    }
}
