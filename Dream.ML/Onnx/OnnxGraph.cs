using System.Globalization;
using System.Runtime.InteropServices;
using Dream.ML.IO;
using Google.Protobuf;

namespace Dream.ML.Onnx;

/// <summary>
/// A graph in the making: names what is computed, and keeps the weights that are used. What was computed before from the
/// same values is not computed again: networks may repeat themselves, in every sampling step say.
/// </summary>
sealed class OnnxGraph(IEnumerable<SafetensorsTensor> weights)
{
    const int OperatorSet = 18;

    // The oldest that may use these operators.
    const int FormatVersion = 8;

    readonly Dictionary<string, SafetensorsTensor> _weights = weights.ToDictionary(weight => weight.Name);
    readonly GraphProto _graph = new();
    readonly Dictionary<ByteString, OnnxValue> _known = [];
    readonly HashSet<string> _used = [];

    /// <summary>Bytes of all weights and constants so far.</summary>
    internal long Bytes => _graph.Initializer.Sum(tensor => (long)tensor.RawData.Length);

    /// <summary>The file's content.</summary>
    internal ModelProto ToModel(string name) => new()
    {
        IrVersion = FormatVersion,
        Graph = new(_graph) { Name = name },
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = OperatorSet } },
    };

    /// <summary>An input of floats.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What to feed.</param>
    /// <param name="shape">Sizes: numbers, or names where any size will do.</param>
    internal OnnxValue Input(string name, string description, params string[] shape)
    {
        _graph.Input.Add(Describe(name, description, shape));
        return new(this, name);
    }

    /// <summary>Makes a value an output of floats.</summary>
    internal void Output(string name, string description, OnnxValue value, params string[] shape)
    {
        _graph.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { value.Name }, Output = { name } });
        _graph.Output.Add(Describe(name, description, shape));
    }

    internal bool HasWeight(string name) => _weights.ContainsKey(name);

    /// <summary>The shape of a weight.</summary>
    internal long[] Shape(string name) => _weights[name].Shape;

    /// <summary>The numbers of a weight.</summary>
    internal ReadOnlySpan<float> Values(string name) => MemoryMarshal.Cast<byte, float>(_weights[name].Data);

    /// <summary>A weight of the network.</summary>
    internal OnnxValue Weight(string name)
    {
        if (_used.Add(name))
            _graph.Initializer.Add(Tensor(TensorProto.Types.DataType.Float, Shape(name), _weights[name].Data, name));
        return new(this, name);
    }

    internal OnnxValue Constant(ReadOnlySpan<float> values, params long[] shape) =>
        Constant(TensorProto.Types.DataType.Float, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A list of whole numbers.</summary>
    internal OnnxValue Constant(params long[] values) =>
        Constant(TensorProto.Types.DataType.Int64, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    OnnxValue Constant(TensorProto.Types.DataType type, long[] shape, byte[] data)
    {
        var key = Tensor(type, shape, data, "").ToByteString();
        if (_known.TryGetValue(key, out var known))
            return known;
        var name = $"constant_{_graph.Initializer.Count}";
        _graph.Initializer.Add(Tensor(type, shape, data, name));
        return _known[key] = new(this, name);
    }

    // Weights may be large: they are not copied.
    static TensorProto Tensor(TensorProto.Types.DataType type, long[] shape, byte[] data, string name) =>
        new() { DataType = (int)type, Dims = { shape }, RawData = UnsafeByteOperations.UnsafeWrap(data), Name = name };

    /// <summary>The result of an operator.</summary>
    /// <param name="operation">One of the standard operators.</param>
    /// <param name="inputs">Its inputs; <c>null</c> for one that is left out.</param>
    /// <param name="attributes">Its attributes: long, long[], float or string.</param>
    internal OnnxValue Node(string operation, OnnxValue?[] inputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation };
        node.Input.Add(inputs.Select(input => input?.Name ?? ""));
        node.Attribute.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        var key = node.ToByteString();
        if (_known.TryGetValue(key, out var known))
            return known;
        node.Name = $"{operation}_{_graph.Node.Count.ToString(CultureInfo.InvariantCulture)}";
        node.Output.Add(node.Name);
        _graph.Node.Add(node);
        return _known[key] = new(this, node.Name);
    }

    static AttributeProto Attribute(string name, object value) => value switch
    {
        long number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = number },
        float number => new() { Name = name, Type = AttributeProto.Types.AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] numbers => new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { numbers } },
        _ => throw new ArgumentException($"No attribute is a {value.GetType()}.", nameof(value)),
    };

    static ValueInfoProto Describe(string name, string description, string[] shape)
    {
        var sizes = new TensorShapeProto();
        sizes.Dim.Add(shape.Select(size => size.Length == 0 ? new() : long.TryParse(size, CultureInfo.InvariantCulture, out var number)
            ? new TensorShapeProto.Types.Dimension { DimValue = number }
            : new TensorShapeProto.Types.Dimension { DimParam = size }));
        var type = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = sizes };
        return new() { Name = name, DocString = description, Type = new() { TensorType = type } };
    }
}
