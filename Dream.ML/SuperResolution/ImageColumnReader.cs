using Dream.ML.Imaging;
using Microsoft.ML;

namespace Dream.ML.SuperResolution;

/// <summary>Streams the images of a column, for training and evaluation.</summary>
static class ImageColumnReader
{
    /// <summary>One pass over the data. Rows without an image are left out; a name is the row and the image's tag.</summary>
    internal static IEnumerable<(string Name, RgbImage Image)> Read(IDataView data, string imageColumn)
    {
        var column = SuperResolutionSchema.ImageColumn(data.Schema, imageColumn);
        return Rows();

        IEnumerable<(string, RgbImage)> Rows()
        {
            using var cursor = data.GetRowCursor([column]);
            var reader = new ImageCellReader(cursor, column);
            while (cursor.MoveNext())
            {
                if (reader.Read() is not { } cell)
                    continue;
                var row = $"row {cursor.Position}";
                yield return (string.IsNullOrEmpty(cell.Tag) ? row : $"{row} ({cell.Tag})", cell.Pixels);
            }
        }
    }
}
