using System.Security.Cryptography;
using System.Text;
using Dream.ML.Imaging.Files;
using Dream.ML.MLNet.DataView;
using Dream.ML.Training.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.MLNet;

/// <summary>The training photos of a data view: one column of high-resolution images, or two of real pairs.</summary>
sealed class PhotoSource : IPhotoSource
{
    readonly IDataView _data;
    readonly DataViewSchema.Column _input;
    readonly DataViewSchema.Column? _target;
    readonly DataViewSchema.Column[] _texts;

    internal PhotoSource(IDataView data, string inputColumn, string? targetColumn)
    {
        _data = data;
        _input = data.Schema.Find(inputColumn, typeof(ImageDataViewType));
        _target = targetColumn is null ? null : data.Schema.Find(targetColumn, typeof(ImageDataViewType));
        _texts = [.. data.Schema.Where(column => !column.IsHidden && column.Type is TextDataViewType)];
        Count = checked((int)(data.GetRowCount() ?? CountRows()));
    }

    public int Count { get; }

    public IEnumerable<PhotoRow> Read(IReadOnlyList<int> rows)
    {
        using var cursor = _data.GetRowCursor([_input, .. _target is { } column ? [column] : Array.Empty<DataViewSchema.Column>(), .. _texts]);
        var readInput = ImageCell.Reader(cursor, _input);
        var readTarget = _target is { } targetColumn ? ImageCell.Reader(cursor, targetColumn) : null;
        var names = Array.ConvertAll(_texts, cursor.GetGetter<ReadOnlyMemory<char>>);
        foreach (var row in rows)
        {
            while (cursor.Position < row)
                if (!cursor.MoveNext())
                    throw new InvalidOperationException($"The data has fewer rows than before: row {row} is missing.");
            yield return Read(row);
        }

        PhotoRow Read(int row)
        {
            try
            {
                var (low, high) = readTarget is null ? (null, readInput()) : (readInput(), readTarget());
                if (high is null || readTarget is not null && low is null)
                    return new(row, Name(row), null, Problem: "the row has no image.");
                return IsTruncated(high, _target ?? _input) || IsTruncated(low, _input)
                    ? new(row, Name(row), null, Problem: "the file is truncated: its end is missing.")
                    : new(row, Name(row), high.Pixels, low?.Pixels);
            }
            catch (InvalidOperationException e)
            {
                return new(row, Name(row), null, Problem: $"the image cannot be read ({e.InnerException?.Message ?? e.Message})");
            }
        }

        // The text columns of a row usually hold the file's name.
        string Name(int row)
        {
            var name = new StringBuilder($"row {row}");
            ReadOnlyMemory<char> text = default;
            for (var i = 0; i < names.Length; i++)
            {
                names[i](ref text);
                name.Append(i == 0 ? " (" : ", ").Append(text.Span);
            }
            return (names.Length > 0 ? name.Append(')') : name).ToString();
        }
    }

    // ML.NET decodes what there is of a file and makes up the rest. LoadImages leaves the path in the tag.
    static bool IsTruncated(ImageCell? cell, DataViewSchema.Column column) =>
        File.Exists(cell?.Tag) && !LoadPhotosTransformer.Made(column) && ImageFileReader.IsTruncated(cell.Tag);

    /// <summary>
    /// A digest of the rows' texts, by which photos are known again: of paths, the file's name and size, so that photos may move.
    /// </summary>
    internal string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var cursor = _data.GetRowCursor(_texts);
        var getters = Array.ConvertAll(_texts, cursor.GetGetter<ReadOnlyMemory<char>>);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNext())
            foreach (var getter in getters)
            {
                getter(ref text);
                var file = text.IsEmpty ? null : new FileInfo(text.ToString());
                hash.AppendData(Encoding.UTF8.GetBytes(file?.Exists is true ? $"{file.Name}\0{file.Length}\0" : $"{text}\0"));
            }
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    long CountRows()
    {
        using var cursor = _data.GetRowCursor([]);
        long rows = 0;
        while (cursor.MoveNext())
            rows++;
        return rows;
    }
}
