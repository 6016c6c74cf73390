using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Dream.ML.Imaging.Files;

/// <summary>Mends what an XMP packet says of the image.</summary>
static class XmpPacket
{
    static readonly XNamespace Tiff = "http://ns.adobe.com/tiff/1.0/";
    static readonly XNamespace Exif = "http://ns.adobe.com/exif/1.0/";
    static readonly XNamespace Xmp = "http://ns.adobe.com/xap/1.0/";
    static readonly XNamespace Photoshop = "http://ns.adobe.com/photoshop/1.0/";

    /// <summary>A copy that says the image is upright, and sRGB where asked for; without thumbnails.</summary>
    /// <returns><c>null</c> where the packet is damaged.</returns>
    internal static byte[]? Upright(byte[] packet, bool isSrgb) => Rewrite(packet,
    [
        (Tiff + "Orientation", "1"),
        (Xmp + "Thumbnails", null),
        .. isSrgb ? [(Exif + "ColorSpace", "1"), (Photoshop + "ICCProfile", null)] : Array.Empty<(XName, string?)>(),
    ]);

    /// <summary>A copy that says how large the image is, where it said so before.</summary>
    /// <returns><c>null</c> where the packet is damaged.</returns>
    internal static byte[]? WithSize(byte[] packet, int width, int height) => Rewrite(packet,
    [
        (Tiff + "ImageWidth", $"{width}"), (Tiff + "ImageLength", $"{height}"),
        (Exif + "PixelXDimension", $"{width}"), (Exif + "PixelYDimension", $"{height}"),
    ]);

    // A property is an attribute or an element. One that is not there is not added; without a value it is removed.
    static byte[]? Rewrite(byte[] packet, (XName Name, string? Value)[] properties)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream([.. packet.AsSpan().TrimEnd((byte)0)]));
            var document = XDocument.Load(reader, LoadOptions.PreserveWhitespace);
            foreach (var (name, value) in properties)
            {
                foreach (var element in document.Descendants(name).ToList())
                    if (value is null)
                        element.Remove();
                    else
                        element.Value = value;
                foreach (var description in document.Descendants().Where(element => element.Attribute(name) is not null))
                    description.SetAttributeValue(name, value);
            }
            using var rewritten = new MemoryStream();
            using (var writer = XmlWriter.Create(rewritten, new() { Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true }))
                document.Save(writer);
            return rewritten.ToArray();
        }
        catch (Exception e) when (e is XmlException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }
}
