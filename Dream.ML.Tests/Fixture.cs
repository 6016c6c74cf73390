using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Dream.ML.Imaging;

namespace Dream.ML.Tests;

/// <summary>Reads the reference tensors under Fixtures (see the README there).</summary>
static class Fixture
{
    internal static byte[] Bytes(string file, string key) => Read(file, key).Data;

    internal static double[] Doubles(string file, string key) => MemoryMarshal.Cast<byte, double>(Bytes(file, key)).ToArray();

    internal static int[] Shape(string file, string key) => Read(file, key).Shape;

    /// <summary>An image stored as (H, W, 3) bytes.</summary>
    internal static RgbImage Image(string file, string key)
    {
        var shape = Shape(file, key);
        return new(shape[1], shape[0], Bytes(file, key));
    }

    static (byte[] Data, int[] Shape) Read(string file, string key)
    {
        using var reader = new BinaryReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Fixtures", file)));
        int headerLength = checked((int)reader.ReadInt64());
        using var header = JsonDocument.Parse(Encoding.UTF8.GetString(reader.ReadBytes(headerLength)));
        var entry = header.RootElement.GetProperty(key);
        var offsets = entry.GetProperty("data_offsets");
        reader.BaseStream.Seek(offsets[0].GetInt64(), SeekOrigin.Current);
        var data = reader.ReadBytes(offsets[1].GetInt32() - offsets[0].GetInt32());
        return (data, [.. entry.GetProperty("shape").EnumerateArray().Select(side => side.GetInt32())]);
    }
}
