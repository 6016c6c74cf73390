using Dream.ML.Imaging.Files;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Pictures in rows, on white.</summary>
static class Sheet
{
    const int Gap = 4;

    /// <summary>Writes rows of images, all of one size, as a PNG or JPEG file.</summary>
    internal static void Save(string path, params RgbImage[][] rows)
    {
        var (across, down) = (rows[0][0].Width + Gap, rows[0][0].Height + Gap);
        var sheet = new RgbImage(rows[0].Length * across - Gap, rows.Length * down - Gap,
            new byte[3 * (rows[0].Length * across - Gap) * (rows.Length * down - Gap)]);
        Array.Fill(sheet.Rgb, byte.MaxValue);
        for (var i = 0; i < rows.Length; i++)
            for (var j = 0; j < rows[i].Length; j++)
                for (var y = 0; y < down - Gap; y++)
                    rows[i][j].Rgb.AsSpan(3 * y * (across - Gap), 3 * (across - Gap))
                        .CopyTo(sheet.Rgb.AsSpan(3 * ((i * down + y) * sheet.Width + j * across)));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, ImageFileWriter.Encode(sheet, new(), ImageFileWriter.FormatOf(path)!.Value, quality: 80).File);
    }
}
