using Dream.ML.IO;
using static TorchSharp.torch;

namespace Dream.ML.Torch;

/// <summary>Tensors of files as libtorch's, and back.</summary>
static class SafetensorsExtensions
{
    static readonly Dictionary<SafetensorsType, ScalarType> Types = new()
    {
        [SafetensorsType.F64] = ScalarType.Float64,
        [SafetensorsType.F32] = ScalarType.Float32,
        [SafetensorsType.F16] = ScalarType.Float16,
        [SafetensorsType.BF16] = ScalarType.BFloat16,
        [SafetensorsType.I64] = ScalarType.Int64,
        [SafetensorsType.I32] = ScalarType.Int32,
        [SafetensorsType.I16] = ScalarType.Int16,
        [SafetensorsType.I8] = ScalarType.Int8,
        [SafetensorsType.U8] = ScalarType.Byte,
        [SafetensorsType.BOOL] = ScalarType.Bool,
    };

    extension(SafetensorsTensor file)
    {
        /// <summary>Copies a tensor of any device.</summary>
        internal static SafetensorsTensor FromTensor(string name, Tensor tensor)
        {
            using var scope = NewDisposeScope();
            return new(
                name, Types.Single(pair => pair.Value == tensor.dtype).Key, tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray());
        }

        /// <summary>A new tensor on the CPU, the caller's to dispose.</summary>
        internal Tensor ToTensor()
        {
            var tensor = empty(file.Shape, Types[file.Type], CPU);
            // Every machine that libtorch runs on is little-endian, like the file.
            file.Data.CopyTo(tensor.bytes);
            return tensor;
        }
    }
}
