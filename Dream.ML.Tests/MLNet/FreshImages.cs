using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Dream.ML.Tests.MLNet;

/// <summary>Data that makes an image for every call and, like ML.NET's own loader, disposes the one it is given back.</summary>
sealed class FreshImages : IDataView
{
    readonly int _rows;

    internal FreshImages(int rows)
    {
        _rows = rows;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Image", new ImageDataViewType());
        Schema = schema.ToSchema();
    }

    /// <summary>All that were ever made.</summary>
    internal List<MLImage> Images { get; } = [];

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [new Cursor(this)];

    sealed class Cursor(FreshImages data) : DataViewRowCursor
    {
        long _position = -1;

        public override DataViewSchema Schema => data.Schema;

        public override long Position => _position;

        public override long Batch => 0;

        public override bool MoveNext() => ++_position < data._rows;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(Delegate)(ValueGetter<MLImage>)((ref MLImage value) =>
            {
                value?.Dispose();
                data.Images.Add(value = Photo.Solid((int)_position, 4, 3));
            });

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new((ulong)_position, 0);
    }
}
