using System.Net;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Files;
using Microsoft.ML.Data;

namespace Dream.ML;

/// <summary>What notebooks, pages and reports need to show ML.NET images.</summary>
/// <example>
/// In a cell of a C# notebook:
/// <code>
/// display(HTML(upscaled.BeforeAfterHtml(bicubic)));
/// </code>
/// </example>
public static class MLImageDisplay
{
    /// <summary>Encodes an image as a PNG file.</summary>
    /// <param name="image">The image; it stays the caller's.</param>
    /// <returns>The file's bytes.</returns>
    public static byte[] ToPng(this MLImage image) =>
        ImageFileWriter.Encode(MLImagePixels.Read(image), new(), ImageFileFormat.Png, quality: 100).File;

    /// <summary>Shows images next to each other, each with a caption, as HTML that needs no other file.</summary>
    /// <param name="images">The captions, which are plain text, and the images, which stay the caller's.</param>
    /// <returns>HTML with the images as PNG files in data addresses. Without styles they still follow each other.</returns>
    /// <exception cref="ArgumentException">There is no image.</exception>
    public static string SideBySideHtml(params IReadOnlyList<(string Caption, MLImage Image)> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
            throw new ArgumentException("There is no image to show.", nameof(images));
        return $"""<div style="display:flex;flex-wrap:wrap;gap:8px">{string.Concat(images.Select(image => $"""
            <figure style="margin:0">{Picture(image.Image, image.Caption, "max-width:100%")}<figcaption>{WebUtility.HtmlEncode(image.Caption)}</figcaption></figure>
            """))}</div>""";
    }

    /// <summary>
    /// Lays an image over an earlier one of the same size, with a slider that uncovers it, as HTML that needs no other file. The slider works
    /// by mouse, touch and keyboard; where scripts and styles are taken away, the two images follow each other.
    /// </summary>
    /// <param name="after">The image on the right of the slider; it stays the caller's.</param>
    /// <param name="before">The image on its left, such as <paramref name="after"/> by bicubic interpolation; it stays the caller's.</param>
    /// <param name="beforeCaption">What <paramref name="before"/> is, in plain text.</param>
    /// <param name="afterCaption">What <paramref name="after"/> is, in plain text.</param>
    /// <returns>HTML with the images as PNG files in data addresses.</returns>
    /// <exception cref="ArgumentException">The images differ in size.</exception>
    public static string BeforeAfterHtml(this MLImage after, MLImage before, string beforeCaption = "before", string afterCaption = "after")
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(before);
        if ((after.Width, after.Height) != (before.Width, before.Height))
            throw new ArgumentException(
                $"Images of one size lie on each other; these have {before.Width} × {before.Height} and {after.Width} × {after.Height} pixels. Resize one with ResizeBicubic.",
                nameof(before));
        var captions = WebUtility.HtmlEncode($"{beforeCaption} | {afterCaption}");
        return $"""
            <figure style="margin:0;max-width:{after.Width}px"><div style="position:relative">{Picture(before, beforeCaption, "display:block;width:100%")}
            {Picture(after, afterCaption, "position:absolute;inset:0;width:100%;clip-path:inset(0 0 0 50%)")}</div>
            <input type="range" value="50" aria-label="{captions}" style="width:100%;margin:0" oninput="this.previousElementSibling.lastElementChild.style.clipPath='inset(0 0 0 '+this.value+'%)'" />
            <figcaption>{captions}</figcaption></figure>
            """;
    }

    static string Picture(MLImage image, string caption, string style) =>
        $"""<img alt="{WebUtility.HtmlEncode(caption)}" style="{style}" src="data:image/png;base64,{Convert.ToBase64String(image.ToPng())}" />""";
}
