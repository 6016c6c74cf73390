using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Dream.ML.Tests.Training.Reporting;

/// <summary>Reads TensorBoard's event files as far as tests need: TFRecord frames, and the steps of events.</summary>
static class EventFile
{
    const int HeaderBytes = 12;
    const int FooterBytes = 4;

    /// <summary>The records of the one event file in a folder; a wrong checksum fails the test.</summary>
    internal static List<byte[]> ReadOnly(string folder)
    {
        var bytes = File.ReadAllBytes(Directory.GetFiles(folder, "events.out.tfevents.*").Single()).AsSpan();
        List<byte[]> records = [];
        while (bytes.Length > 0)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            var payload = bytes.Slice(HeaderBytes, length);
            Assert.AreEqual(MaskedCrc(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            bytes = bytes[(HeaderBytes + length)..];
            Assert.AreEqual(MaskedCrc(payload), BinaryPrimitives.ReadUInt32LittleEndian(bytes));
            records.Add(payload.ToArray());
            bytes = bytes[FooterBytes..];
        }
        return records;
    }

    /// <summary>The steps of the records that name a tag.</summary>
    internal static List<int> Steps(IEnumerable<byte[]> records, string tag)
    {
        // In an event's summary value, a tag is field 1: its key, its length, its text.
        byte[] field = [0x0A, (byte)tag.Length, .. Encoding.UTF8.GetBytes(tag)];
        return [.. records.Where(record => record.AsSpan().IndexOf(field) >= 0).Select(Step)];
    }

    static int Step(byte[] record)
    {
        // Field 1 is the wall time, a double (key and 8 bytes); field 2 the step, a variable-length integer.
        Assert.AreEqual((0x09, 0x10), (record[0], record[9]));
        var (step, shift) = (0, 0);
        for (var index = 10; ; index++, shift += 7)
        {
            step |= (record[index] & 0x7F) << shift;
            if (record[index] < 0x80)
                return step;
        }
    }

    static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
