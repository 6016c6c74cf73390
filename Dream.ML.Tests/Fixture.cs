using System.Runtime.InteropServices;
using Dream.ML.IO;

namespace Dream.ML.Tests;

/// <summary>Reference numbers of the paper authors' implementation, see Fixtures/README.md.</summary>
static class Fixture
{
    internal static SafetensorsFile Load(string file)
    {
        using var stream = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", file));
        return Safetensors.Read(stream);
    }

    internal static double[] Doubles(string file, string key) => MemoryMarshal.Cast<byte, double>(Load(file).Tensors[key].Data).ToArray();

    /// <summary>An image stored as (H, W, 3) bytes.</summary>
    internal static RgbImage Image(string file, string key)
    {
        var stored = Load(file).Tensors[key];
        return new((int)stored.Shape[1], (int)stored.Shape[0], [.. stored.Data]);
    }
}
