using System.Buffers.Binary;
using System.Text;
using Dream.ML.IO;
using Dream.ML.Torch;
using TorchSharp;

namespace Dream.ML.Tests.IO;

[TestClass]
public sealed class SafetensorsTests
{
    [TestMethod]
    public void Every_type_survives_a_round_trip()
    {
        using var scope = torch.NewDisposeScope();
        torch.ScalarType[] types =
        [
            torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.@bool,
        ];
        var tensors = types.Select(type => torch.tensor(new float[,] { { 0, 1, 2 }, { 3, 4, 5 } }).to(type)).ToArray();
        var file = new SafetensorsFile(
            tensors.Select(tensor => SafetensorsTensor.FromTensor($"é {tensor.dtype}", tensor)),
            new Dictionary<string, string> { ["b"] = "\"2\"", ["a"] = "1" });

        var again = Safetensors.Read(new MemoryStream(Bytes(file)));

        CollectionAssert.AreEqual(file.Tensors.Keys, again.Tensors.Keys);
        Assert.AreEqual("\"2\"", again.Metadata["b"]);
        foreach (var (tensor, read) in tensors.Zip(again.Tensors.Values))
        {
            Assert.AreEqual(tensor.dtype, read.ToTensor().dtype);
            Assert.IsTrue(tensor.Equals(read.ToTensor()));
        }
    }

    [TestMethod]
    public void Every_precision_becomes_single_precision()
    {
        using var scope = torch.NewDisposeScope();
        float[] numbers = [0, -1.5f, 1 / 3f, 6e4f, 1e-7f, float.PositiveInfinity];
        foreach (var type in (torch.ScalarType[])[torch.float64, torch.float32, torch.float16, torch.bfloat16])
        {
            var tensor = torch.tensor(numbers).to(type);
            var file = SafetensorsTensor.FromTensor("t", tensor);
            Assert.IsTrue(tensor.to(torch.float32).Equals(file.ToSingle().ToTensor()), $"{type}");
            Assert.IsFalse(file.IsFinite());
        }
        var halves = SafetensorsTensor.FromTensor("t", torch.tensor(numbers)).ToHalf();
        Assert.IsTrue(torch.tensor(numbers).to(torch.float16).Equals(halves.ToTensor()));
    }

    [TestMethod]
    public void Scalars_and_empty_tensors_survive_a_round_trip()
    {
        using var scope = torch.NewDisposeScope();
        var file = new SafetensorsFile(
        [
            SafetensorsTensor.FromTensor("empty", torch.zeros(0, 3)),
            SafetensorsTensor.FromTensor("scalar", torch.tensor(7f)),
        ]);

        var again = Safetensors.Read(new MemoryStream(Bytes(file)));

        CollectionAssert.AreEqual(new long[] { 0, 3 }, again.Tensors["empty"].ToTensor().shape);
        Assert.AreEqual(7f, again.Tensors["scalar"].ToTensor().item<float>());
    }

    [TestMethod]
    public void Equal_contents_give_equal_bytes_with_aligned_data()
    {
        var tensor = new SafetensorsTensor("t", SafetensorsType.U8, [3], [1, 2, 3]);
        var one = Bytes(new([tensor], new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
        var two = Bytes(new([tensor], new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }));

        CollectionAssert.AreEqual(one, two);
        Assert.AreEqual(0, (one.Length - tensor.Data.Length) % 8);
    }

    [TestMethod]
    public void Bytes_after_the_last_tensor_are_refused()
    {
        var bytes = Bytes(new([new("t", SafetensorsType.U8, [3], [1, 2, 3])]));
        var e = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream([.. bytes, 42])));
        StringAssert.Contains(e.Message, "goes on after its last tensor");
    }

    [TestMethod]
    public void No_flipped_bit_goes_unnoticed()
    {
        var bytes = Bytes(new(
            [new("name", SafetensorsType.U8, [3, 2], [1, 2, 3, 4, 5, 6]), new("empty", SafetensorsType.F32, [0, 7], [])],
            new Dictionary<string, string> { ["dream.model"] = "{\"Steps\":12}", ["ml.input_column"] = "Größe+" }));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(bytes)), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
        Assert.HasCount(2, Safetensors.Read(new MemoryStream(bytes)).Metadata, "the digest is no one's business");
    }

    [TestMethod]
    public void Older_files_without_a_digest_are_read()
    {
        var json = """{"__metadata__":{"a":"b"},"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"""u8;
        var file = Safetensors.Read(new MemoryStream([(byte)json.Length, 0, 0, 0, 0, 0, 0, 0, .. json, 7, 8]));
        Assert.AreEqual("b", file.Metadata["a"]);
        CollectionAssert.AreEqual(new byte[] { 7, 8 }, file.Tensors["t"].Data);
    }

    [TestMethod]
    public void Every_truncation_is_called_so()
    {
        var bytes = Bytes(new([new("t", SafetensorsType.U8, [3], [1, 2, 3])]));
        for (var length = 0; length < bytes.Length; length++)
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(bytes, 0, length)));
            StringAssert.Contains(e.Message, "truncated");
        }
    }

    [TestMethod]
    [DataRow(ulong.MaxValue, "at most 4194304")]
    [DataRow(4_194_305ul, "at most 4194304")]
    [DataRow(4_000_000ul, "truncated")]
    public void An_absurd_header_length_is_refused(ulong length, string expected)
    {
        var bytes = new byte[64];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);

        var e = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(bytes)));

        StringAssert.Contains(e.Message, expected);
    }

    [TestMethod]
    public void A_promise_of_gigabytes_allocates_only_what_the_stream_delivers()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Refused("""{"t":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}""", "truncated");

        Assert.IsLessThan(10_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    [DataRow("not json", "JSON")]
    [DataRow("", "JSON")]
    [DataRow("null", "null")]
    [DataRow("[]", "JSON")]
    [DataRow("""{"t":1}""", "JSON")]
    [DataRow("""{"t":null}""", "needs a dtype")]
    [DataRow("""{"t":{}}""", "t")]
    [DataRow("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "JSON")]
    [DataRow("""{"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "JSON")]
    [DataRow("""{"__metadata__":{"a":null}}""", "null")]
    [DataRow("""{"__metadata__":{"a":1}}""", "JSON")]
    [DataRow("""{"t":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}""", "unknown type")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0]}}""", "two data_offsets")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}""", "not negative")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}""", "span -1")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[9,10]}}""", "gaps")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,99999999999999999999]}}""", "JSON")]
    [DataRow("""{"t":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", "9 dimensions; at most 8")]
    [DataRow("""{"t":{"dtype":"U8","shape":[-1,-1],"data_offsets":[0,1]}}""", "negative dimension")]
    [DataRow("""{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "needs 8 bytes")]
    [DataRow("""{"t":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "overflows")]
    [DataRow("""{"t":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", "supported")]
    [DataRow("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "overlap")]
    public void A_hostile_header_is_refused(string header, string expected) => Refused(header, expected);

    static void Refused(string header, string expected)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var bytes = new byte[8 + json.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, json.Length);
        json.CopyTo(bytes, 8);

        var e = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(bytes)));

        StringAssert.Contains(e.Message, expected);
    }

    static byte[] Bytes(SafetensorsFile file)
    {
        using var stream = new MemoryStream();
        Safetensors.Write(stream, file);
        return stream.ToArray();
    }
}
