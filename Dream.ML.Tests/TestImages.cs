using Dream.ML.Imaging;
using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Dream.ML.Tests;

/// <summary>Images to test with: made up, or from benchmark sets that do not travel with the repository.</summary>
static class TestImages
{
    /// <summary>Opaque noise with colors from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    internal static RgbImage Noise(int width, int height, int low = 0, int high = 255, int seed = 1)
    {
        var random = new Random(seed);
        var rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)random.Next(low, high + 1);
        return new(width, height, rgb);
    }

    /// <summary>A (3, H, W) tensor as an image; values outside [−1, 1] are clamped.</summary>
    internal static RgbImage FromTensor(Tensor image)
    {
        var (height, width) = ((int)image.shape[1], (int)image.shape[2]);
        using var scope = NewDisposeScope();
        // (x + 1) · 127.5, and another half because the conversion to integers cuts. (3, h, w) → (h, w, 3)
        return new(width, height, (image * 127.5 + 128).clamp(0, 255).to(ScalarType.Byte).permute(1, 2, 0).contiguous().bytes.ToArray());
    }

    internal static RgbImage Load(string path)
    {
        using var image = MLImage.CreateFromFile(path);
        return MLImagePixels.Read(image);
    }

    /// <summary>The top left corner of an opaque image.</summary>
    internal static RgbImage Corner(RgbImage image, int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++)
            image.Rgb.AsSpan(3 * y * image.Width, 3 * width).CopyTo(rgb.AsSpan(3 * y * width));
        return new(width, height, rgb);
    }

    /// <summary>The pairs of Set5 with MATLAB's reduction, the high-resolution side cut to a multiple of the scale.</summary>
    internal static IEnumerable<(RgbImage High, RgbImage Low)> Set5(int scale)
    {
        var set = ExternalData("set5");
        foreach (var path in Directory.GetFiles(Path.Combine(set, "HR")).Order())
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var low = Load(Path.Combine(set, "LR_bicubic_matlab", $"X{scale}", $"{name}x{scale}.png"));
            yield return (Corner(Load(path), low.Width * scale, low.Height * scale), low);
        }
    }

    internal static string ExternalData(string set)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", set);
            if (Directory.Exists(path))
                return path;
        }
        throw new AssertInconclusiveException($"The folder shared/data/{set} was not found above the tests.");
    }
}
