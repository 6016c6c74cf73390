using System.Buffers.Binary;
using System.Text;
using Dream.ML.Serialization;
using TorchSharp;

namespace Dream.ML.Tests.Serialization;

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
            Assert.AreEqual(tensor.dtype, read.Type);
            Assert.IsTrue(tensor.Equals(read.ToTensor()));
        }
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
        var tensor = new SafetensorsTensor("t", torch.uint8, [3], [1, 2, 3]);
        var one = Bytes(new([tensor], new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }));
        var two = Bytes(new([tensor], new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" }));

        CollectionAssert.AreEqual(one, two);
        Assert.AreEqual(0, (one.Length - tensor.Data.Length) % 8);
    }

    [TestMethod]
    public void Reading_stops_where_the_file_ends()
    {
        var bytes = Bytes(new([new("t", torch.uint8, [3], [1, 2, 3])]));
        using var stream = new MemoryStream([.. bytes, 42]);

        Safetensors.Read(stream);

        Assert.AreEqual(42, stream.ReadByte());
    }

    [TestMethod]
    public void Every_truncation_is_called_so()
    {
        var bytes = Bytes(new([new("t", torch.uint8, [3], [1, 2, 3])]));
        for (var length = 0; length < bytes.Length; length++)
        {
            var e = Assert.ThrowsExactly<InvalidDataException>(() => Safetensors.Read(new MemoryStream(bytes, 0, length)));
            StringAssert.Contains(e.Message, "truncated");
        }
    }

    [TestMethod]
    [DataRow(ulong.MaxValue, "at most 100000000")]
    [DataRow(100_000_001ul, "at most 100000000")]
    [DataRow(90_000_000ul, "truncated")]
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
