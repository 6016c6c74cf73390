using System.Globalization;
using Dream.ML.Samples.Photos;
using Spectre.Console;

namespace Dream.ML.Samples.Reporting;

/// <summary>Prints how methods compare, photo by photo and on average.</summary>
static class ComparisonTable
{
    internal static void Write(IReadOnlyList<PhotoComparison> photos)
    {
        var table = new Table { Border = TableBorder.Simple, ShowFooters = photos.Count > 1 };
        table.AddColumn("Photo", column => column.Footer("mean"));
        foreach (var (name, mean) in PhotoComparison.Mean(photos))
        {
            table.AddColumn($"{name} PSNR", column => column.Footer(Decibels(mean)).RightAligned());
            table.AddColumn("SSIM", column => column.Footer(Similarity(mean)).RightAligned());
        }
        foreach (var photo in photos)
            table.AddRow([Markup.Escape(photo.Name), .. photo.Results.Values.SelectMany(quality => new[] { Decibels(quality), Similarity(quality) })]);
        AnsiConsole.Write(table);
    }

    static string Decibels(Quality quality) => quality.Psnr.ToString("0.00 dB", CultureInfo.InvariantCulture);

    static string Similarity(Quality quality) => quality.Ssim.ToString("0.0000", CultureInfo.InvariantCulture);
}
