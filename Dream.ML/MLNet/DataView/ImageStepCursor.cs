using System.Runtime.ExceptionServices;
using Dream.ML.Metrics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Dream.ML.MLNet.DataView;

/// <summary>
/// Reads a batch of rows ahead and maps their images in one go, when the first of them is asked for. As the source
/// has moved on by then, every column that is passed through is buffered.
/// </summary>
sealed class ImageStepCursor : DataViewRowCursor
{
    readonly DataViewRowCursor _source;
    readonly IImageStep _step;
    readonly ImageCellReader _input;
    readonly Dictionary<int, ColumnBuffer> _passed;
    readonly ValueGetter<DataViewRowId> _idGetter;

    readonly SlotFailures _failures;
    readonly ImageCell?[] _cells;
    readonly DataViewRowId[] _ids;
    readonly long[] _batches;
    ImageCell?[]? _mapped;
    ExceptionDispatchInfo? _sourceFailure;

    int _count;
    int _slot = -1;
    long _position = -1;
    bool _ended;

    internal ImageStepCursor(
        DataViewRowCursor source,
        IEnumerable<DataViewSchema.Column> passed,
        DataViewSchema.Column input,
        DataViewSchema schema,
        IImageStep step)
    {
        var capacity = step.BatchSize;
        (_source, _step, Schema) = (source, step, schema);
        _input = new(source, input);
        _passed = passed.ToDictionary(column => column.Index, column => ColumnBuffer.Create(source, column, capacity));
        _idGetter = source.GetIdGetter();
        _failures = new(capacity);
        (_cells, _ids, _batches) = (new ImageCell?[capacity], new DataViewRowId[capacity], new long[capacity]);
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
        IsOutput(column) ? Getters.As<TValue>(Getters.Image(Mapped), column)
        : _passed.TryGetValue(column.Index, out var buffer) ? Getters.As<TValue>(buffer.Getter(Slot), column)
        : throw Getters.Inactive(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot()];

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
            foreach (var buffer in _passed.Values)
                buffer.Dispose();
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    bool IsOutput(DataViewSchema.Column column) => column.Index == Schema.Count - 1;

    int Slot() => _slot >= 0
        ? _slot
        : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");

    bool ReadAhead()
    {
        (_slot, _count, _mapped) = (-1, 0, null);
        _sourceFailure?.Throw();
        try
        {
            while (_count < _cells.Length && _source.MoveNext())
            {
                _cells[_count] = null;
                _failures.Try(_count, slot => _cells[slot] = _input.Read());
                foreach (var buffer in _passed.Values)
                    buffer.Store(_count);
                _idGetter(ref _ids[_count]);
                _batches[_count++] = _source.Batch;
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
        _failures.ThrowIfFailed(slot);
        _mapped ??= _step.MapRows(_cells.AsSpan(0, _count), firstRow: _position - slot);
        return _mapped[slot];
    }
}
