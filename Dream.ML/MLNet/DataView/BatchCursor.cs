using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// Reads a batch of rows ahead and maps their images in one go, when the first of them is asked for. As the source
/// has moved on by then, every column that is passed through is buffered.
/// </summary>
sealed class BatchCursor : DataViewRowCursor
{
    readonly DataViewRowCursor _source;
    readonly IImageStep _step;
    readonly Dictionary<int, ColumnBuffer> _passed;
    readonly RowBuffer<ImageCell?> _cells;
    readonly RowBuffer<DataViewRowId> _ids;
    readonly RowBuffer<long> _batches;
    ImageCell?[]? _mapped;
    ExceptionDispatchInfo? _sourceFailure;

    int _count;
    int _slot = -1;
    long _position = -1;
    bool _ended;

    internal BatchCursor(
        DataViewRowCursor source, IEnumerable<DataViewSchema.Column> passed, DataViewSchema schema, IImageStep step)
    {
        var capacity = step.BatchSize;
        (_source, _step, Schema) = (source, step, schema);
        _passed = passed.ToDictionary(column => column.Index, column => ColumnBuffer.Create(source, column, capacity));
        _cells = new(step.Reader(source), capacity);
        _ids = new(source.GetIdGetter(), capacity);
        _batches = new(() => source.Batch, capacity);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => _slot < 0 ? 0 : _batches[_slot];

    public override bool MoveNext()
    {
        if (_ended)
            return false;
        if (++_slot == _count && !ReadAhead())
        {
            (_ended, _position) = (true, -1);
            return false;
        }
        _position++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        IsOutput(column) || _passed.ContainsKey(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        IsOutput(column) ? column.As<TValue>(ImageCell.Getter(Mapped))
        : _passed.TryGetValue(column.Index, out var buffer) ? column.As<TValue>(buffer.Getter(Slot))
        : throw column.Inactive();

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot()];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _source.Dispose();
        base.Dispose(disposing);
    }

    bool IsOutput(DataViewSchema.Column column) => column.Index == _source.Schema.Count;

    int Slot() => _slot >= 0
        ? _slot
        : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");

    bool ReadAhead()
    {
        (_slot, _count, _mapped) = (-1, 0, null);
        _sourceFailure?.Throw();
        try
        {
            while (_count < _step.BatchSize && _source.MoveNext())
            {
                _cells.Store(_count);
                _ids.Store(_count);
                _batches.Store(_count);
                foreach (var buffer in _passed.Values)
                    buffer.Store(_count);
                _count++;
            }
        }
        catch (Exception e) when (_count > 0)
        {
            // The rows before it come first.
            _sourceFailure = ExceptionDispatchInfo.Capture(e);
        }
        if (_count == 0)
            return false;
        _slot = 0;
        return true;
    }

    ImageCell? Mapped()
    {
        var slot = Slot();
        _ = _cells[slot]; // or what reading it threw
        _mapped ??= _step.MapRows(_cells.First(_count), firstRow: _position - slot);
        return _mapped[slot];
    }
}
