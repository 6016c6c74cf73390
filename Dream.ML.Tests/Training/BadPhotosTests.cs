using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Dream.ML.Imaging;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using Options = Dream.ML.DreamSuperResolutionEstimator.Options;

namespace Dream.ML.Tests.Training;

/// <summary>Folders as people have them, through ML.NET's own loading of images.</summary>
[TestClass]
public sealed class BadPhotosTests : IDisposable
{
    static readonly string[] Unusable = ["empty.jpg", "truncated.jpg", "headless.jpg", "missing.png", "one pixel.png", "text.jpg"];

    readonly TemporaryFolder _folder = new();
    readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void What_cannot_be_read_is_named_and_training_goes_on(int threads)
    {
        var photo = Fitting.Smooth(1, 40, 30);
        Save("good.png", photo);
        Save("whole.jpg", photo);
        Save("one pixel.png", TestImages.Noise(1, 1));
        var jpeg = File.ReadAllBytes(_folder["whole.jpg"]);
        File.WriteAllBytes(_folder["truncated.jpg"], jpeg[..(jpeg.Length * 3 / 4)]);
        File.WriteAllBytes(_folder["headless.jpg"], jpeg[..40]);
        File.WriteAllBytes(_folder["empty.jpg"], []);
        File.WriteAllText(_folder["text.jpg"], "This is no picture.");
        File.WriteAllBytes(_folder["gray.png"], Png(colorType: 0, bits: 8, bytesPerPixel: 1));
        File.WriteAllBytes(_folder["deep.png"], Png(colorType: 2, bits: 16, bytesPerPixel: 6));
        File.WriteAllBytes(_folder["cmyk.jpg"], CmykJpeg());
        File.WriteAllBytes(_folder["moving.gif"], MovingGif());
        string[] usable = ["good.png", "whole.jpg", "gray.png", "deep.png", "cmyk.jpg", "moving.gif"];

        var steps = 0;
        Fit([.. Unusable, .. usable], threads, () => steps++);

        Assert.AreEqual(6, steps);
        Assert.HasCount(Unusable.Length, _warnings, string.Join('\n', _warnings));
        for (var row = 0; row < Unusable.Length; row++)
            Assert.ContainsSingle(warning => warning.StartsWith($"Left out of training: row {row} ({Unusable[row]}): ", StringComparison.Ordinal), _warnings);

        Assert.AreEqual("Training on 6 images", Trained);
    }

    [TestMethod]
    public void Nothing_but_broken_photos_is_an_error_that_names_them()
    {
        File.WriteAllBytes(_folder["empty.jpg"], []);
        File.WriteAllText(_folder["text.jpg"], "This is no picture.");
        var message = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(["empty.jpg", "text.jpg"], 1, () => Assert.Fail())).Message;
        StringAssert.StartsWith(message, "There is no image for training. row 0 (empty.jpg): the image cannot be read");
        StringAssert.Contains(message, "row 1 (text.jpg): the image cannot be read");
    }

    [TestMethod]
    public void Real_pairs_train_and_a_wrong_size_names_the_row()
    {
        var photos = Enumerable.Range(0, 3).Select(i => Fitting.Smooth(i, 32, 24)).Select((high, i) => new Fitting.Photo
        {
            Name = $"photo {i}",
            Image = MLImagePixels.Write(BicubicResampler.Resize(high, 16, 12)),
            Target = MLImagePixels.Write(high),
        }).ToArray();
        var (pairs, data) = ((nameof(Options.TargetColumnName), (object?)nameof(Fitting.Photo.Target)), new MLContext().Data);
        // These low sides are what training makes by itself; so is the agreement with them then.
        CollectionAssert.AreEqual(
            Fitting.Options().Model(Fitting.Data(photos.Select(photo => MLImagePixels.Read(photo.Target!)))),
            Fitting.Options().With(pairs, (nameof(Options.Sampling), new SamplingSettings { ColorFidelity = true })).Model(data.LoadFromEnumerable(photos)));
        photos[2].Image = MLImagePixels.Write(TestImages.Noise(16, 11));
        Assert.AreEqual(
            "row 2 (photo 2): the target is 32×24, but the input, 16×11, times 2 is 32×22. Pairs must differ by exactly the scale.",
            Assert.ThrowsExactly<InvalidOperationException>(() => Fitting.Options().With(pairs).Fit(data.LoadFromEnumerable(photos))).Message);
        photos[2].Image = null;
        Fitting.Options().With(pairs).Model(data.LoadFromEnumerable(photos), Fitting.Listening(_warnings, ChannelMessageKind.Warning));
        Assert.AreEqual("Left out of training: row 2 (photo 2): the row has no image.", _warnings.Single());
    }

    string Trained { get; set; } = "";

    void Fit(string[] files, int threads, Action step)
    {
        var context = Fitting.Listening(_warnings, ChannelMessageKind.Warning);
        context.Log += (_, e) =>
        {
            if (e.RawMessage.StartsWith("Training on", StringComparison.Ordinal))
                Trained = e.RawMessage[..e.RawMessage.IndexOf(',')];
        };
        var data = context.Data.LoadFromEnumerable(files.Select(file => new { File = file }));
        context.Transforms.LoadImages("Image", _folder.ToString(), "File")
            .Append(context.Transforms.DreamSuperResolve(Fitting.Options(steps: 6, report: _ => step())
                .With((nameof(TrainingSettings.DecodingThreads), threads))))
            .Fit(data);
    }

    void Save(string name, RgbImage image)
    {
        using var photo = MLImagePixels.Write(image);
        photo.Save(_folder[name]);
    }

    /// <summary>24×24 pixels, every sample 128.</summary>
    static byte[] Png(byte colorType, byte bits, int bytesPerPixel)
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
            for (var y = 0; y < 24; y++)
                zlib.Write([0, .. Enumerable.Repeat((byte)128, 24 * bytesPerPixel)]);
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n',
            .. Chunk("IHDR", [0, 0, 0, 24, 0, 0, 0, 24, bits, colorType, 0, 0, 0]), .. Chunk("IDAT", pixels.ToArray()), .. Chunk("IEND", []),
        ];

        static byte[] Chunk(string type, byte[] data)
        {
            byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
            return [.. BigEndian(data.Length), .. body, .. BigEndian((int)Crc32(body))];
        }

        static byte[] BigEndian(int value)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, value);
            return bytes;
        }

        static uint Crc32(byte[] data)
        {
            var crc = uint.MaxValue;
            foreach (var value in data)
            {
                crc ^= value;
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
            return ~crc;
        }
    }

    /// <summary>24×24 pixels of one color, as printers have it: each block is a zero difference and an end, two bits.</summary>
    static byte[] CmykJpeg()
    {
        byte[] components = [1, 2, 3, 4];
        return
        [
            0xFF, 0xD8,
            0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
            0xFF, 0xC0, 0, 20, 8, 0, 24, 0, 24, 4, .. components.SelectMany(id => new byte[] { id, 0x11, 0 }),
            0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
            0xFF, 0xC4, 0, 20, 0x10, 1, .. new byte[15], 0,
            0xFF, 0xDA, 0, 14, 4, .. components.SelectMany(id => new byte[] { id, 0 }), 0, 63, 0,
            .. new byte[9 * 4 * 2 / 8],
            0xFF, 0xD9,
        ];
    }

    /// <summary>Two frames of 24×24 pixels of one color: before every pixel the code table is cleared.</summary>
    static byte[] MovingGif()
    {
        // Codes of three bits: clear (4) and a pixel (0), 576 times, and the end (5).
        var bits = new System.Collections.BitArray([.. Enumerable.Range(0, 24 * 24).SelectMany(_ => new[] { false, false, true, false, false, false }), true, false, true]);
        var data = new byte[(bits.Length + 7) / 8];
        bits.CopyTo(data, 0);
        byte[] frame =
        [
            0x21, 0xF9, 4, 0, 10, 0, 0, 0,
            0x2C, 0, 0, 0, 0, 24, 0, 24, 0, 0, 2, .. data.Chunk(255).SelectMany(block => block.Prepend((byte)block.Length)), 0,
        ];
        return [.. "GIF89a"u8, 24, 0, 24, 0, 0x80, 0, 0, 200, 100, 50, 0, 0, 0, .. frame, .. frame, 0x3B];
    }
}
