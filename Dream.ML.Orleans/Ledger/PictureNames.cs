using System.Text;

namespace Dream.ML.Orleans.Ledger;

/// <summary>The names of a shard's pictures, as one block: objects for each would take several times the memory.</summary>
[GenerateSerializer]
sealed class PictureNames
{
    const char Separator = '\0';

    /// <summary>UTF-8, with a zero between two names.</summary>
    [Id(0)]
    public byte[] Text { get; set; } = [];

    internal int Count => Text.Length == 0 ? 0 : Text.AsSpan().Count((byte)Separator) + 1;

    internal static PictureNames Of(IEnumerable<string> names) => new() { Text = Encoding.UTF8.GetBytes(string.Join(Separator, names)) };

    internal string this[int index]
    {
        get
        {
            foreach (var name in Text.AsSpan().Split((byte)Separator))
                if (index-- == 0)
                    return Encoding.UTF8.GetString(Text.AsSpan()[name]);
            throw new ArgumentOutOfRangeException(nameof(index));
        }
    }
}
