using Dream.ML.Imaging;
using Dream.ML.Torch;
using static TorchSharp.torch;

namespace Dream.ML.Tests.Imaging;

[TestClass]
public sealed class PixelPlanesTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(5, 2)]
    [DataRow(16, 16)]
    [DataRow(301, 203)]
    public void Every_byte_is_read_and_survives_the_way_back(int width, int height)
    {
        var image = new RgbImage(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(i => (byte)i)]);
        var planes = new float[image.Rgb.Length];
        var written = new RgbImage(width, height, new byte[image.Rgb.Length]);

        PixelPlanes.Read(image, 0, 0, width, height, planes);
        PixelPlanes.Write(planes, width, height, written, 0, 0);

        for (var i = 0; i < planes.Length; i++)
            Assert.AreEqual(image.Rgb[i % (width * height) * 3 + i / (width * height)] / 127.5f - 1, planes[i]);
        CollectionAssert.AreEqual(image.Rgb, written.Rgb);
    }

    [TestMethod]
    public void Both_ways_equal_libtorch()
    {
        const int Width = 259, Height = 257;
        var random = new Random(1);
        var planes = new float[3 * Width * Height];
        for (var i = 0; i < planes.Length; i++)
            planes[i] = i switch
            {
                0 => float.NegativeInfinity,
                1 => float.PositiveInfinity,
                // Halfway between two bytes, or next to it.
                < 2000 => (random.Next(256) + 0.5f) / 127.5f - 1,
                < 4000 => MathF.BitIncrement((random.Next(256) + 0.5f) / 127.5f - 1),
                _ => random.NextSingle() * 2.2f - 1.1f,
            };
        using var scope = NewDisposeScope();
        var image = TestImages.FromTensor(tensor(planes, [3, Height, Width]));
        var written = new RgbImage(Width, Height, new byte[planes.Length]);

        PixelPlanes.Write(planes, Width, Height, written, 0, 0);
        PixelPlanes.Read(image, 0, 0, Width, Height, planes);

        CollectionAssert.AreEqual(image.Rgb, written.Rgb);
        CollectionAssert.AreEqual(ImageTensors.ToTensor([image], CPU).data<float>().ToArray(), planes);
    }

    [TestMethod]
    public void Parts_assemble_into_an_image()
    {
        var image = TestImages.Noise(11, 7);
        var assembled = new RgbImage(11, 7, new byte[image.Rgb.Length]);

        foreach (var (left, top, width, height) in new[] { (0, 0, 6, 4), (6, 0, 5, 4), (6, 4, 5, 3), (0, 4, 6, 3) })
        {
            var planes = new float[3 * width * height];
            PixelPlanes.Read(image, left, top, width, height, planes);
            PixelPlanes.Write(planes, width, height, assembled, left, top);
        }

        CollectionAssert.AreEqual(image.Rgb, assembled.Rgb);
    }

    [TestMethod]
    [DataRow(-1, 0, 2, 2, 12)]
    [DataRow(0, -1, 2, 2, 12)]
    [DataRow(3, 0, 2, 2, 12)]
    [DataRow(0, 3, 2, 2, 12)]
    [DataRow(0, 0, 2, 2, 11)]
    public void Parts_beyond_the_image_and_planes_of_another_size_are_refused(int left, int top, int width, int height, int samples)
    {
        var image = TestImages.Noise(4, 4);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PixelPlanes.Read(image, left, top, width, height, new float[samples]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PixelPlanes.Write(new float[samples], width, height, image, left, top));
    }
}
