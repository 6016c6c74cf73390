using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>A row of the input under the output schema. The step's image is made when it is asked for.</summary>
/// <param name="input">The row; disposed with this one.</param>
/// <param name="schema">The output schema.</param>
/// <param name="step">The step; <c>null</c> where its column is not asked for.</param>
sealed class ImageStepRow(DataViewRow input, DataViewSchema schema, IImageStep? step) : DataViewRow
{
    readonly Func<ImageCell?>? _make = step?.Maker(input);
    (long Position, ImageCell? Cell) _last = (-1, null);

    public override DataViewSchema Schema => schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        IsAdded(column) ? step is not null : input.IsColumnActive(input.Schema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        !IsColumnActive(column) ? throw column.Inactive()
        : IsAdded(column) ? column.As<TValue>((ValueGetter<MLImage>)Get)
        : input.GetGetter<TValue>(input.Schema[column.Index]);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }

    bool IsAdded(DataViewSchema.Column column) => column.Index == input.Schema.Count;

    // A fresh image each time; as is ML.NET's custom, the one that is given back is disposed.
    void Get(ref MLImage value)
    {
        // Some getters of ML.NET end the process then.
        if (Position < 0)
            throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");
        if (_last.Position != Position)
            _last = (Position, _make!());
        var image = _last.Cell?.ToMLImage();
        value?.Dispose();
        value = image!;
    }
}
