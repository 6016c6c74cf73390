using Microsoft.ML.Data;

namespace Dream.ML.Tests.MLNet;

/// <summary>A row whose every column tells which row it is.</summary>
class Photo
{
    public MLImage? Image { get; set; }

    public string Name { get; set; } = "";

    public float Number { get; set; }

    [VectorType(2)]
    public float[] Vector { get; set; } = [];

    public MLImage? Other { get; set; }

    internal static Photo[] Rows(int count) => [.. Enumerable.Range(0, count).Select(row => new Photo
    {
        Image = Solid(row, 3 + row % 2, 2),
        Name = $"photo {row}",
        Number = row,
        Vector = [row, -row],
        Other = Solid(100 + row, 2, 2),
    })];

    internal static MLImage Solid(int level, int width, int height)
    {
        var pixels = new byte[4 * width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = i % 4 == 3 ? byte.MaxValue : (byte)level;
        var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
        image.Tag = $"tag {level}";
        return image;
    }
}
