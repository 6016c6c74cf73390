using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dream.ML.IO;

/// <summary>One named tensor of a safetensors file: its raw little-endian bytes, row by row.</summary>
sealed record SafetensorsTensor(string Name, SafetensorsType Type, long[] Shape, byte[] Data)
{
    /// <summary>Bytes of a number.</summary>
    internal static int Size(SafetensorsType type) => type switch
    {
        SafetensorsType.F64 or SafetensorsType.I64 => 8,
        SafetensorsType.F32 or SafetensorsType.I32 => 4,
        SafetensorsType.F16 or SafetensorsType.BF16 or SafetensorsType.I16 => 2,
        _ => 1,
    };

    /// <summary>Whether every value is a number in single precision.</summary>
    // A call is a whole tensor: unoptimized, loading would take many times as long.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool IsFinite()
    {
        if (Type is not (SafetensorsType.F64 or SafetensorsType.F32 or SafetensorsType.F16 or SafetensorsType.BF16))
            return true;
        foreach (var value in MemoryMarshal.Cast<byte, float>(ToSingle().Data))
            if (!float.IsFinite(value))
                return false;
        return true;
    }

    /// <summary>The same numbers in single precision, where they have another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal SafetensorsTensor ToSingle()
    {
        if (Type == SafetensorsType.F32)
            return this;
        var data = new byte[Data.Length / Size(Type) * sizeof(float)];
        var singles = MemoryMarshal.Cast<byte, float>(data.AsSpan());
        switch (Type)
        {
            case SafetensorsType.F64:
                for (var i = 0; i < singles.Length; i++)
                    singles[i] = (float)BitConverter.ToDouble(Data, 8 * i);
                break;
            case SafetensorsType.F16:
                for (var i = 0; i < singles.Length; i++)
                    singles[i] = (float)BitConverter.ToHalf(Data, 2 * i);
                break;
            case SafetensorsType.BF16:
                for (var i = 0; i < singles.Length; i++)
                    singles[i] = BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(Data, 2 * i) << 16);
                break;
            default:
                throw new InvalidDataException($"Tensor '{Name}' is of type {Type}, and not of floating-point numbers.");
        }
        return this with { Type = SafetensorsType.F32, Data = data };
    }

    /// <summary>The same single-precision numbers rounded to half precision.</summary>
    internal SafetensorsTensor ToHalf()
    {
        var data = new byte[Data.Length / 2];
        TensorPrimitives.ConvertToHalf(MemoryMarshal.Cast<byte, float>(Data), MemoryMarshal.Cast<byte, Half>(data.AsSpan()));
        return this with { Type = SafetensorsType.F16, Data = data };
    }
}
