namespace Dream.ML.Onnx;

/// <summary>A value of a graph: what is done with it becomes nodes. Operators are named as in libtorch.</summary>
sealed record OnnxValue(OnnxGraph Graph, string Name)
{
    public static OnnxValue operator +(OnnxValue a, OnnxValue b) => a.Graph.Node("Add", [a, b]);

    public static OnnxValue operator +(OnnxValue a, double b) => a + a.Scalar(b);

    public static OnnxValue operator -(OnnxValue a, OnnxValue b) => a.Graph.Node("Sub", [a, b]);

    public static OnnxValue operator -(OnnxValue a, double b) => a - a.Scalar(b);

    public static OnnxValue operator *(OnnxValue a, OnnxValue b) => a.Graph.Node("Mul", [a, b]);

    public static OnnxValue operator *(OnnxValue a, double b) => a * a.Scalar(b);

    public static OnnxValue operator /(OnnxValue a, OnnxValue b) => a.Graph.Node("Div", [a, b]);

    public static OnnxValue operator /(OnnxValue a, double b) => a / a.Scalar(b);

    /// <summary>A function of every element, or of all.</summary>
    internal OnnxValue Apply(string operation, params (string Name, object Value)[] attributes) =>
        Graph.Node(operation, [this], attributes);

    internal OnnxValue Clamp(double least, double most) => Graph.Node("Clip", [this, Scalar(least), Scalar(most)]);

    internal OnnxValue SiLU() => this * Apply("Sigmoid");

    /// <summary>The same values in another shape; 0 keeps a size, −1 takes what is left.</summary>
    internal OnnxValue Reshape(params long[] shape) => Graph.Node("Reshape", [this, Graph.Constant(shape)]);

    internal OnnxValue Permute(params long[] order) => Apply("Transpose", ("perm", order));

    internal OnnxValue Slice(long axis, long start, long end) =>
        Graph.Node("Slice", [this, Graph.Constant(start), Graph.Constant(end), Graph.Constant(axis)]);

    /// <summary>Height and width of (B, C, H, W), as whole numbers.</summary>
    internal OnnxValue Size() => Apply("Shape", ("start", 2L));

    internal OnnxValue Concat(long axis, params OnnxValue[] others) => Graph.Node("Concat", [this, .. others], ("axis", axis));

    internal OnnxValue MatMul(OnnxValue other) => Graph.Node("MatMul", [this, other]);

    /// <summary>Means over squares: (B, C, s·H, s·W) → (B, C, H, W)</summary>
    internal OnnxValue AveragePool(long side) =>
        Apply("AveragePool", ("kernel_shape", new[] { side, side }), ("strides", new[] { side, side }));

    /// <summary>(B, C·s², H, W) → (B, C, s·H, s·W)</summary>
    internal OnnxValue PixelShuffle(int scale) =>
        scale == 1 ? this : Apply("DepthToSpace", ("blocksize", (long)scale), ("mode", "CRD"));

    /// <summary>Convolves at the size of the input, or at half of it.</summary>
    internal OnnxValue Conv2d(OnnxValue weight, OnnxValue? bias, int padding, int stride = 1, int groups = 1) => Graph.Node(
        "Conv",
        bias is null ? [this, weight] : [this, weight, bias],
        ("pads", new long[] { padding, padding, padding, padding }),
        ("strides", new long[] { stride, stride }),
        // The default, which onnxruntime-web's WebGPU does not know.
        ("dilations", new long[] { 1, 1 }),
        ("group", (long)groups));

    /// <summary>The layer of that name, 3×3.</summary>
    internal OnnxValue Conv2d(string layer, int padding = 1, int stride = 1) =>
        Conv2d(Graph.Weight($"{layer}.weight"), Graph.Weight($"{layer}.bias"), padding, stride);

    /// <summary>The layer of that name: (B, C) → (B, C′).</summary>
    internal OnnxValue Linear(string layer) =>
        Graph.Node("Gemm", [this, Graph.Weight($"{layer}.weight"), Graph.Weight($"{layer}.bias")], ("transB", 1L));

    OnnxValue Scalar(double value) => Graph.Constant([(float)value]);
}
