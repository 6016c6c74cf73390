using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Dream.ML.IO;
using Dream.ML.Tests.Networks;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;

namespace Dream.ML.Tests.MLNet;

/// <summary>Model files of both kinds: whole, damaged and hostile.</summary>
[TestClass]
public sealed class ModelFileTests : IDisposable
{
    const int Flips = 60;
    const int Hostile = 120;

    static readonly MLContext Context = new(seed: 1);
    static readonly RgbImage Image = TestImages.Noise(6, 5);

    readonly TemporaryFolder _folder = new();
    readonly DreamSuperResolutionTransformer _step = new(Context, "Upscaled", "Image", Tiny.Model(Tiny.Compact, 2, steps: 1));

    string Pipeline => _folder["pipeline.zip"];

    string Alone => _folder["alone.safetensors"];

    [TestInitialize]
    public void Save()
    {
        Context.Model.Save(Context.Transforms.LoadImages("Image", null, "Path").Append(Context.Transforms.CopyColumns("Copy", "Image"))
            .Fit(Files).Append(_step), Files.Schema, Pipeline);
        using var stream = File.Create(Alone);
        _step.Save(stream);
    }

    public void Dispose()
    {
        _step.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    [DataRow("model.zip", "DpmSolverPlusPlus")]
    [DataRow("model.safetensors", "Ddim(0.5)")]
    public void Models_of_before_upscale_as_they_did(string model, string sampler)
    {
        var before = Path.Combine(AppContext.BaseDirectory, "Fixtures", "Before");
        using var loaded = DreamSuperResolutionTransformer.Load(new MLContext(), Path.Combine(before, model));
        Assert.AreEqual(sampler, $"{loaded.Sampling.Sampler}");
        ImageAssert.AreClose(
            TestImages.Load(Path.Combine(before, $"{model}.png")),
            loaded.Upscale(TestImages.Load(Path.Combine(before, "input.png")), default), 0.999);
    }

    [TestMethod]
    public void Both_kinds_of_file_are_loaded_by_their_path()
    {
        Context.Model.Save(_step, null, _folder["step.zip"]);
        Context.Model.Save(new TransformerChain<ITransformer>(new TransformerChain<ITransformer>(_step)), null, _folder["nested.zip"]);
        using (var half = File.Create(_folder["half.safetensors"]))
            _step.Save(half, halfPrecision: true);
        foreach (var path in new[] { Pipeline, Alone, _folder["step.zip"], _folder["nested.zip"], _folder["half.safetensors"] })
        {
            using var loaded = DreamSuperResolutionTransformer.Load(new MLContext(), path);
            Assert.AreEqual((2, "Image", "Upscaled"), (loaded.Scale, loaded.InputColumnName, loaded.OutputColumnName), path);
            ImageAssert.AreClose(_step.Upscale(Image, default), loaded.Upscale(Image, default), path.Contains("half") ? 0.99 : 1);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_temporary_folder_that_cannot_be_written_is_done_without()
    {
        var context = new MLContext { TempFilePath = Alone };
        DreamSuperResolutionTransformer.Load(context, Pipeline).Dispose();
        Assert.AreEqual(Alone, context.TempFilePath);
    }

    [TestMethod]
    public void A_file_without_exactly_one_step_is_refused_by_name()
    {
        Context.Model.Save(new TransformerChain<ITransformer>(_step, _step), null, Pipeline);
        Assert.Contains("holds 2 super-resolution steps", Refused(Pipeline));
        Context.Model.Save(Context.Transforms.CopyColumns("Copy", "Path").Fit(Files), Files.Schema, Pipeline);
        Assert.Contains("holds 0 super-resolution steps", Refused(Pipeline));
        File.WriteAllText(Alone, "some text, and not a model");
        Assert.Contains("Give a whole file", Refused(Alone));
        Assert.ThrowsExactly<FileNotFoundException>(() => DreamSuperResolutionTransformer.Load(Context, _folder["none"]));
    }

    [TestMethod]
    public void Models_of_older_versions_are_loaded()
    {
        // Neither a digest nor columns in the pipeline's model.
        Rewrite(Pipeline, (name, content) => IsModel(name) ? WithoutDigest(content, columns: false) : content);
        File.WriteAllBytes(Alone, WithoutDigest(File.ReadAllBytes(Alone), columns: true));
        foreach (var path in new[] { Pipeline, Alone })
            using (var loaded = DreamSuperResolutionTransformer.Load(Context, path))
                ImageAssert.AreClose(_step.Upscale(Image, default), loaded.Upscale(Image, default), 1);
    }

    [TestMethod]
    public void A_flipped_bit_in_a_model_is_refused_by_name()
    {
        var random = new Random(1);
        for (var flip = 0; flip < Flips; flip++)
        {
            var bytes = File.ReadAllBytes(Alone);
            // Half of them in the header.
            bytes[random.Next(flip % 2 == 0 ? 8 + BitConverter.ToInt32(bytes) : bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["flipped"], bytes);
            Refused(_folder["flipped"]);
        }
    }

    [TestMethod]
    public void A_flipped_bit_in_a_pipeline_is_refused_by_name_or_changes_nothing()
    {
        var random = new Random(1);
        var expected = _step.Upscale(Image, default).Rgb;
        for (var flip = 0; flip < Flips; flip++)
        {
            var bytes = File.ReadAllBytes(Pipeline);
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_folder["flipped"], bytes);
            try
            {
                // Dates and other notes of a zip may say anything.
                using var loaded = DreamSuperResolutionTransformer.Load(Context, _folder["flipped"]);
                CollectionAssert.AreEqual(expected, loaded.Upscale(Image, default).Rgb);
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(_folder["flipped"], e.Message);
            }
        }
    }

    [TestMethod]
    public void Columns_that_make_no_sense_are_refused_and_leave_nothing()
    {
        var file = Safetensors.Read(new MemoryStream(File.ReadAllBytes(Alone)));
        foreach (var (key, value) in new[] { ("ml.input_column", ""), ("ml.output_column", "") })
        {
            Save(Alone, new(file.Tensors.Values, new Dictionary<string, string>(file.Metadata) { [key] = value }));
            // The first call leaves what networks leave when they are made and disposed.
            Assert.Contains("not the names of the columns", Refused(Alone));
            Assert.ThrowsExactly<InvalidDataException>(() => DreamSuperResolutionTransformer.Load(Context, new MemoryStream(File.ReadAllBytes(Alone))));
            Assert.IsLessThanOrEqualTo(Left(() => Tiny.Compact.Create(2).Dispose()), Left(() => Refused(Alone)));
        }

        static long Left(Action work)
        {
            var before = torch.Tensor.TotalCount;
            work();
            return torch.Tensor.TotalCount - before;
        }
    }

    [TestMethod]
    public void A_pipeline_and_its_model_must_agree()
    {
        // ML.NET keeps strings as UTF-16.
        var (name, other) = (Encoding.Unicode.GetBytes("Upscaled"), Encoding.Unicode.GetBytes("Enlarged"));
        Rewrite(Pipeline, (_, content) => content.AsSpan().IndexOf(name) is var at and >= 0
            ? [.. content[..at], .. other, .. content[(at + other.Length)..]] : content);
        Assert.Contains("pipeline and model tell different columns", Refused(Pipeline));
    }

    [TestMethod]
    public void What_unpacks_to_far_more_than_its_size_is_refused_before_it_is_unpacked()
    {
        var before = Directory.GetDirectories(Path.GetTempPath(), "ml_dotnet*").Length;
        Rewrite(Pipeline, (name, content) => IsModel(name) ? [.. content, .. new byte[20_000_000]] : content);
        Assert.IsLessThan(200_000, new FileInfo(Pipeline).Length);
        Assert.Contains("would unpack to 20,", Refused(Pipeline));
        Assert.IsLessThanOrEqualTo(before, Directory.GetDirectories(Path.GetTempPath(), "ml_dotnet*").Length);
    }

    [TestMethod]
    public void Hostile_files_are_refused_by_name_with_little_memory_and_soon()
    {
        var random = new Random(1);
        var (alone, path) = (File.ReadAllBytes(Alone), _folder["hostile"]);
        for (var i = 0; i < Hostile; i++)
        {
            if (i % 6 == 5)
            {
                File.Copy(Pipeline, path, overwrite: true);
                Rewrite(path, (_, content) => random.Next(4) == 0 ? Mutated(content, random) : content);
            }
            else
            {
                File.WriteAllBytes(path, Mutated(WithoutDigest(alone, columns: true), random));
            }
            var (clock, allocated) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());
            try
            {
                DreamSuperResolutionTransformer.Load(Context, path).Dispose();
            }
            catch (InvalidDataException e)
            {
                Assert.Contains(path, e.Message);
                Assert.IsLessThan(20_000, e.Message.Length);
            }
            Assert.IsLessThan(10, clock.Elapsed.TotalSeconds, $"file {i}");
            Assert.IsLessThan(200_000_000, GC.GetTotalAllocatedBytes() - allocated, $"file {i}");
        }
    }

    /// <summary>A file with its header, its length or its bytes made worse.</summary>
    static byte[] Mutated(byte[] file, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                return file[..random.Next(file.Length)];
            case 1:
                BitConverter.TryWriteBytes(file, random.NextInt64() >> random.Next(64));
                return file;
            case 2:
                for (var i = random.Next(1, 20); i > 0; i--)
                    file[random.Next(file.Length)] = (byte)random.Next(256);
                return file;
            case 3:
                return [.. file, .. new byte[random.Next(1, 1000)]];
        }
        var length = file.Length < 8 ? 0 : (int)Math.Clamp(BitConverter.ToInt64(file), 0, file.Length - 8);
        var json = Encoding.UTF8.GetString(file, Math.Min(8, file.Length), length);
        string[] numbers = ["0", "-1", "1e999", "2147483647", "9223372036854775807", "99999999999999999999", "1024", "\"Infinity\"", "null", "[]", "{}", "0.5"];
        var places = Regex.Matches(json, @"-?\d+(\.\d+)?");
        string worse = random.Next(8) switch
        {
            0 => json.Replace("compact", "sr3", StringComparison.Ordinal),
            1 => json.Replace("compact", new string('x', 1_000_000), StringComparison.Ordinal),
            2 => string.Concat(Enumerable.Repeat("{\"a\":", 100_000)),
            3 => $"{{{string.Join(',', Enumerable.Range(0, 60_000).Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"))}}}",
            4 => $"{{\"t\":{{\"dtype\":\"U8\",\"shape\":[{string.Join(',', Enumerable.Repeat("1", 1_000_000))}],\"data_offsets\":[0,1]}}}}",
            5 => json.Replace("\\\"Channels\\\":8", "\\\"Channels\\\":512,\\\"EncoderBlocks\\\":64", StringComparison.Ordinal),
            _ when places.Count > 0 && places[random.Next(places.Count)] is var place =>
                json[..place.Index] + numbers[random.Next(numbers.Length)] + json[(place.Index + place.Length)..],
            _ => json,
        };
        var header = Encoding.UTF8.GetBytes(worse);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[Math.Min(8 + length, file.Length)..]];
    }

    static IDataView Files => Context.Data.LoadFromEnumerable(new[] { new { Path = "a.png" } });

    static bool IsModel(string entry) => Path.GetFileName(entry.Replace('\\', '/')) == "Model";

    static string Refused(string path)
    {
        var message = Assert.ThrowsExactly<InvalidDataException>(() => DreamSuperResolutionTransformer.Load(Context, path).Dispose()).Message;
        StringAssert.StartsWith(message, $"The model file '{path}' cannot be used: ");
        return message;
    }

    static void Save(string path, SafetensorsFile file)
    {
        using var stream = File.Create(path);
        Safetensors.Write(stream, file);
    }

    /// <summary>A zip with other contents and the right checksums.</summary>
    static void Rewrite(string path, Func<string, byte[], byte[]> change)
    {
        var entries = new List<(string Name, byte[] Content)>();
        using (var zip = ZipFile.OpenRead(path))
            foreach (var entry in zip.Entries)
                using (var stream = entry.Open())
                {
                    var content = new byte[entry.Length];
                    stream.ReadExactly(content);
                    entries.Add((entry.FullName, content));
                }
        File.Delete(path);
        using var rewritten = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
            using (var stream = rewritten.CreateEntry(name).Open())
                stream.Write(change(name, content));
    }

    /// <summary>The file as versions wrote it that knew no digest.</summary>
    static byte[] WithoutDigest(byte[] file, bool columns)
    {
        var length = BitConverter.ToInt32(file);
        var json = Encoding.UTF8.GetString(file, 8, length);
        json = Regex.Replace(json, "\"dream.digest\":\"[^\"]*\",?", "").Replace(",}", "}", StringComparison.Ordinal);
        if (!columns)
            json = Regex.Replace(json, ",\"ml\\.[a-z_]*\":\"[^\"]*\"", "");
        Assert.DoesNotContain("dream.digest", json);
        Assert.AreEqual(columns, json.Contains("ml.input_column", StringComparison.Ordinal));
        var header = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file[(8 + length)..]];
    }
}
