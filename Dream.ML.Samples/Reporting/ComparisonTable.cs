using System.Globalization;
using Dream.ML.Samples.Photos;
using Spectre.Console;

namespace Dream.ML.Samples.Reporting;

/// <summary>Prints how bicubic and Dream.ML compare, photo by photo and on average.</summary>
static class ComparisonTable
{
    internal static void Write(IReadOnlyList<PhotoComparison> photos)
    {
        var (bicubic, dream) = (Quality.Mean(photos.Select(p => p.Bicubic)), Quality.Mean(photos.Select(p => p.Dream)));
        var table = new Table { Border = TableBorder.Simple, ShowFooters = photos.Count > 1 };
        table.AddColumn("Photo", column => column.Footer("mean"));
        AddColumn("bicubic PSNR", Decibels(bicubic));
        AddColumn("SSIM", Similarity(bicubic));
        AddColumn("Dream.ML PSNR", Decibels(dream));
        AddColumn("SSIM", Similarity(dream));
        foreach (var photo in photos)
            table.AddRow(Markup.Escape(photo.Name), Decibels(photo.Bicubic), Similarity(photo.Bicubic),
                Decibels(photo.Dream), Similarity(photo.Dream));
        AnsiConsole.Write(table);

        void AddColumn(string title, string mean) =>
            table.AddColumn(title, column => column.Footer(mean).RightAligned());
    }

    static string Decibels(Quality quality) => quality.Psnr.ToString("0.00 dB", CultureInfo.InvariantCulture);

    static string Similarity(Quality quality) => quality.Ssim.ToString("0.0000", CultureInfo.InvariantCulture);
}
