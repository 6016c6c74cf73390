using System.Runtime.InteropServices;

namespace Dream.ML.Core;

/// <summary>
/// Channels of an image or of a layer, (C, H, W) row by row, outside of .NET's heap: large ones come and go by the second, and
/// their memory is given back at once.
/// </summary>
sealed unsafe class FeatureMap : IDisposable
{
    readonly bool _owns;

    /// <summary>A new map; its values are undefined.</summary>
    /// <exception cref="OutOfMemoryException">There is too little memory.</exception>
    internal FeatureMap(int channels, int height, int width)
        : this(channels, height, width, (float*)NativeMemory.Alloc((nuint)channels * (nuint)height * (nuint)width, sizeof(float))) => _owns = true;

    FeatureMap(int channels, int height, int width, float* values) =>
        (Channels, Height, Width, Pointer) = (channels, height, width, (nint)values);

    internal int Channels { get; }

    internal int Height { get; }

    internal int Width { get; }

    /// <summary>Where the values are; 0 after <see cref="Dispose"/>.</summary>
    internal nint Pointer { get; private set; }

    internal long Length => (long)Channels * Height * Width;

    internal Span<float> Values => new((float*)Pointer, checked((int)Length));

    /// <summary>Some channels, not copied: they live as long as this map.</summary>
    internal FeatureMap Slice(int first, int count) => new(count, Height, Width, (float*)Pointer + (long)first * Height * Width);

    internal Span<float> Channel(int channel) => Row(channel, 0, Height * Width);

    internal Span<float> Row(int channel, int y) => Row(channel, y, Width);

    Span<float> Row(int channel, int y, int length) => new((float*)Pointer + ((long)channel * Height + y) * Width, length);

    /// <summary>Copies a part of this map.</summary>
    internal FeatureMap Crop(int left, int top, int width, int height)
    {
        var part = new FeatureMap(Channels, height, width);
        for (var c = 0; c < Channels; c++)
            for (var y = 0; y < height; y++)
                Row(c, top + y).Slice(left, width).CopyTo(part.Row(c, y));
        return part;
    }

    /// <summary>Copies a part of another map, which begins there at (left, top), to (x, y) of this one.</summary>
    internal void Paste(FeatureMap other, int left, int top, int width, int height, int x, int y)
    {
        for (var c = 0; c < Channels; c++)
            for (var row = 0; row < height; row++)
                other.Row(c, top + row).Slice(left, width).CopyTo(Row(c, y + row)[x..]);
    }

    public void Dispose()
    {
        if (_owns)
            NativeMemory.Free((void*)Pointer);
        Pointer = 0;
    }
}
