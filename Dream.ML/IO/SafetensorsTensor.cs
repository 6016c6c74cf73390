using TorchSharp;

namespace Dream.ML.IO;

/// <summary>One named tensor of a safetensors file: its raw little-endian bytes, row by row.</summary>
sealed record SafetensorsTensor(string Name, torch.ScalarType Type, long[] Shape, byte[] Data)
{
    /// <summary>Copies a tensor of any device.</summary>
    internal static SafetensorsTensor FromTensor(string name, torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        return new(name, tensor.dtype, tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray());
    }

    /// <summary>Whether every value is a number in single precision.</summary>
    internal bool IsFinite()
    {
        using var scope = torch.NewDisposeScope();
        return ToTensor().to(torch.float32).isfinite().all().item<bool>();
    }

    /// <summary>A new tensor on the CPU, the caller's to dispose.</summary>
    internal torch.Tensor ToTensor()
    {
        var tensor = torch.empty(Shape, Type, torch.CPU);
        // Every machine that libtorch runs on is little-endian, like the file.
        Data.CopyTo(tensor.bytes);
        return tensor;
    }
}
